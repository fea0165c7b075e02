package io.logagg.http.agents;

import io.logagg.http.agents.BulkAnswer.ItemError;
import io.logagg.http.ingest.BodyFormat;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestDesk.Asked;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.ingest.RejectionWatch;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.Decoded;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.elastic.ActionList;
import io.logagg.protocol.elastic.BulkSplitter;
import io.logagg.record.RefusalKind;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One bulk request: keeps what it asked for, to answer each of its actions. Belongs to the
 * request's context.
 */
final class BulkRequest implements BodyFormat, RejectionWatch {
  static final String PROTOCOL = "elasticsearch";

  private static final ItemError DROPPED =
      new ItemError(
          400,
          "document_parsing_exception",
          "too many documents of the request are bad; this one was not taken, and is no dead letter");

  private final ActionList actions = new ActionList();

  /** Of bad records, by their places; the intake bounds how many there can be. */
  private final Map<Long, ItemError> refused = new HashMap<>();

  /** Of those that are bad beyond that, which the list of actions bounds. */
  private final BitSet dropped = new BitSet();

  private final long startNanos = System.nanoTime();
  private final @Nullable String urlIndex;
  private boolean strict;
  private FilterPath filter = FilterPath.of(null);

  /**
   * For a request that has just come in.
   *
   * @param urlIndex that its path names; null for none
   */
  BulkRequest(@Nullable String urlIndex) {
    this.urlIndex = urlIndex;
  }

  Asked read(HttpServerRequest request) {
    filter = FilterPath.of(request.getParam("filter_path"));
    Asked asked = AgentParams.asked(request, this, PROTOCOL, this, IngestDesk::inflation);
    strict = asked.strict();
    return asked;
  }

  @Override
  public String protocol() {
    return PROTOCOL;
  }

  @Override
  public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
    return new BulkSplitter(sink, maxRecordBytes, actions, urlIndex);
  }

  @Override
  public void rejected(long index, Decoded.Refused reason) {
    if (reason.kind() == RefusalKind.APP_NOT_ALLOWED) {
      refused.put(index, new ItemError(403, ElasticReply.errorType(403), reason.reason()));
    } else if (strict) {
      refused.put(index, new ItemError(400, "document_parsing_exception", reason.reason()));
    }
  }

  /** As a whole, 400 would have agents send again what was taken, for ever. */
  @Override
  public boolean droppedBad(long index) {
    dropped.set((int) index);
    return true;
  }

  void answer(RoutingContext ctx, IngestResult result) {
    Problem whole = wholeProblem(result, !ElasticReply.isRsyslog(ctx.request()));
    if (whole != null) {
      Problems.reply(ctx, whole);
      return;
    }
    Problem brokenOff = result.problem();
    // Its records may all have been taken, and no more was to come.
    boolean isPartial = brokenOff != null && result.resumeAt() < actions.records();
    boolean anyErrors =
        isPartial || !refused.isEmpty() || !dropped.isEmpty() || actions.malformed() > 0;
    new BulkAnswer(ElasticReply.begin(ctx), actions, record -> error(record, result), filter)
        .send(anyErrors, (System.nanoTime() - startNanos) / 1_000_000, filter);
  }

  /** Why the request as a whole has failed; null if each of its actions gets an item. */
  private @Nullable Problem wholeProblem(IngestResult result, boolean readsItems) {
    Problem brokenOff = result.problem();
    if (actions.isFull()) {
      return Problem.of(413, brokenOff == null ? "too many actions" : brokenOff.detail());
    }
    if (brokenOff != null) {
      // Without an item for each action, agents would take the missing ones for done.
      boolean tellsEach =
          actions.isComplete()
              && result.resumeAt() > 0
              && (readsItems || result.resumeAt() >= actions.records())
              && brokenOff.retryAfterSeconds() != null;
      return tellsEach ? null : brokenOff;
    }
    if (actions.isEmpty()) {
      return Problem.of(400, "request body is required");
    }
    boolean allForeign = result.foreign() == actions.records() && result.foreign() > 0;
    return allForeign ? result.failure() : null;
  }

  /** What went wrong with a record, by its place; null if it was taken. */
  @Nullable ItemError error(long record, IngestResult result) {
    Problem brokenOff = result.problem();
    if (brokenOff != null && record >= result.resumeAt()) {
      return new ItemError(429, ElasticReply.errorType(429), brokenOff.detail());
    }
    return dropped.get((int) record) ? DROPPED : refused.get(record);
  }
}
