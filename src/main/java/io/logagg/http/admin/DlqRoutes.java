package io.logagg.http.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.bus.Bus;
import io.logagg.bus.Persistence;
import io.logagg.bus.ReplayCounts;
import io.logagg.bus.ReplayMany;
import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.ReplayRequest;
import io.logagg.filter.DeadLetterFilter;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Links;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.BodyReader;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.JsonBody;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.RequestAudit;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.persistence.DeadLetterEditor;
import io.logagg.query.DeadLetterSearch;
import io.logagg.query.DeadLetterSearch.DeadLetterRow;
import io.logagg.query.DeadLetterSearch.Totals;
import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.AuditLine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/dlq}: the dead letters, to be seen, mended, replayed and removed. */
public final class DlqRoutes implements RouteGroup {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final int REPLAY_PAGE = 500;
  private static final Set<String> LIST_PARAMS =
      FilterParams.plus(FilterParams.DEAD_LETTERS, "limit", "cursor");

  private static final Set<String> REPLAY_PARAMS =
      FilterParams.plus(FilterParams.DEAD_LETTERS, "cursor");

  private final DeadLetterSearch search;
  private final DeadLetterEditor editor;
  private final Bus bus;
  private final InstantSource clock;
  private final int maxBodyBytes;
  private final long workLimitMs;

  public DlqRoutes(
      DeadLetterSearch search,
      DeadLetterEditor editor,
      Bus bus,
      InstantSource clock,
      int maxRecordBytes) {
    this(search, editor, bus, clock, maxRecordBytes, WorkLimit.USUAL_MS);
  }

  /**
   * @param workLimitMs for how long one request replays or deletes, about
   */
  DlqRoutes(
      DeadLetterSearch search,
      DeadLetterEditor editor,
      Bus bus,
      InstantSource clock,
      int maxRecordBytes,
      long workLimitMs) {
    this.search = search;
    this.editor = editor;
    this.bus = bus;
    this.clock = clock;
    // A payload within JSON or as base64 can be longer than itself.
    this.maxBodyBytes = 2 * maxRecordBytes + 1024;
    this.workLimitMs = workLimitMs;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/dlq", Access.READ, this::list);
    routes.add(HttpMethod.DELETE, "/api/v1/dlq", Access.ADMIN, this::deleteMany);
    routes.add(HttpMethod.POST, "/api/v1/dlq/replay", Access.ADMIN, this::replayMany);
    routes.get("/api/v1/dlq/stats", Access.READ, this::stats);
    routes.get("/api/v1/dlq/:id", Access.READ, this::get);
    routes.add(HttpMethod.DELETE, "/api/v1/dlq/:id", Access.ADMIN, this::deleteOne);
    routes.add(HttpMethod.POST, "/api/v1/dlq/:id/replay", Access.ADMIN, this::replayOne);
  }

  private static Map<String, Object> json(DeadLetterRow row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", row.letter().id().toString());
    json.put("payload", row.letter().payload());
    json.put("payload_encoding", row.letter().base64() ? "base64" : "utf-8");
    json.put("kind", row.letter().kind().code());
    json.put("reason", row.letter().reason());
    json.put("source", row.letter().source());
    json.put("first_seen", Timestamps.format(row.letter().firstSeenMicros()));
    json.put("last_seen", Timestamps.format(row.lastSeenMicros()));
    json.put("tries", row.tries());
    return json;
  }

  private void list(RoutingContext ctx) {
    Params params = Params.of(ctx, LIST_PARAMS);
    DeadLetterFilter filter = FilterParams.deadLetters(params, clock);
    Integer given = params.integer("limit", 1, MAX_LIMIT);
    int limit = given == null ? DEFAULT_LIMIT : given;
    search
        .list(filter, limit, params.uuid("cursor"))
        .onSuccess(
            found -> {
              List<DeadLetterRow> page = found.items();
              if (found.more()) {
                UUID last = page.get(page.size() - 1).letter().id();
                Links.next(ctx, last, filter.sinceMicros(), filter.untilMicros());
              }
              JsonReply.send(ctx, 200, page.stream().map(DlqRoutes::json).toList());
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static UUID id(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    UUID id = Params.uuidOrNull(ctx.pathParam("id"));
    if (id == null) {
      throw notFound().toException();
    }
    return id;
  }

  private static Problem notFound() {
    return Problem.of(404, "there is no dead letter with this id; it may have been replayed");
  }

  private void get(RoutingContext ctx) {
    search
        .find(Gatekeeper.principal(ctx).apps(), id(ctx))
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                Problems.reply(ctx, notFound());
              } else {
                JsonReply.send(ctx, 200, json(found.get()));
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private void deleteOne(RoutingContext ctx) {
    UUID id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "dead_letter_deleted").with("id", id);
    editor
        .delete(Gatekeeper.principal(ctx).apps(), id)
        .onSuccess(
            deleted -> {
              if (deleted) {
                audit.log();
                ctx.response().setStatusCode(204).end();
              } else {
                Problems.reply(ctx, notFound());
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private void stats(RoutingContext ctx) {
    Params params = Params.of(ctx, FilterParams.DEAD_LETTERS);
    search
        .totals(FilterParams.deadLetters(params, clock))
        .onSuccess(totals -> JsonReply.send(ctx, 200, json(totals)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static Map<String, Object> json(Totals totals) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("total", totals.total());
    json.put("bytes", totals.bytes());
    json.put("oldest", format(totals.oldestMicros()));
    json.put("newest", format(totals.newestMicros()));
    json.put("by_kind", totals.byKind());
    json.put("by_source", totals.bySource());
    return json;
  }

  private static @Nullable String format(@Nullable Long micros) {
    return micros == null ? null : Timestamps.format(micros);
  }

  private void deleteMany(RoutingContext ctx) {
    Params params = Params.of(ctx, FilterParams.DEAD_LETTERS);
    DeadLetterFilter filter = FilterParams.deadLetters(params, clock);
    AuditLine audit = RequestAudit.of(ctx, "dead_letters_deleted").with("records", 0);
    deleteFrom(filter, null, 0, new WorkLimit(ctx, workLimitMs), audit)
        .onComplete(
            result -> audit.with("outcome", result.succeeded() ? "done" : "broken_off").log())
        .onSuccess(json -> JsonReply.send(ctx, 200, json))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** One step after the other, as long as there is something to do and time to do it in. */
  private Future<Map<String, Object>> deleteFrom(
      DeadLetterFilter filter,
      @Nullable UUID after,
      long before,
      WorkLimit limit,
      AuditLine audit) {
    return editor
        .deleteSome(filter, after)
        .compose(
            step -> {
              long deleted = before + step.deleted();
              audit.with("records", deleted);
              UUID last = step.last();
              if (last != null && !limit.isReached()) {
                return deleteFrom(filter, last, deleted, limit, audit);
              }
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("deleted", deleted);
              addMore(json, last);
              return Future.succeededFuture(json);
            });
  }

  /** Said only where it is so. */
  private static void addMore(Map<String, Object> json, @Nullable UUID last) {
    if (last != null) {
      json.put("more", true);
    }
  }

  private void replayOne(RoutingContext ctx) {
    UUID id = id(ctx);
    AppAccess access = Gatekeeper.principal(ctx).apps();
    BodyReader.read(ctx, maxBodyBytes)
        .map(body -> new ReplayRequest(access, id, corrected(body)))
        .compose(
            request ->
                bus.ask(Persistence.REPLAY, request)
                    .onSuccess(outcome -> answer(ctx, request, outcome)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** A bad correction is a mistake of the one who sent it; a letter that stays bad is none. */
  private static void answer(RoutingContext ctx, ReplayRequest request, ReplayOutcome outcome) {
    String reason = outcome.reason();
    if (outcome.kind() == ReplayOutcome.Kind.GONE) {
      Problems.reply(ctx, notFound());
    } else if (reason == null) {
      JsonReply.send(ctx, 200, json(new ReplayCounts(1, 0)));
    } else if (request.corrected() != null) {
      Problems.reply(ctx, Problem.ofField(422, "payload", reason));
    } else {
      Map<String, Object> json = json(new ReplayCounts(0, 1));
      json.put("reason", reason);
      JsonReply.send(ctx, 200, json);
    }
  }

  private static Map<String, Object> json(ReplayCounts counts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("replayed", counts.replayed());
    json.put("failed", counts.failed());
    return json;
  }

  /**
   * The corrected payload of a body: text, base64, or the record itself as an object; null for an
   * empty body.
   */
  private static @Nullable Buffer corrected(byte[] bytes) {
    if (bytes.length == 0) {
      return null;
    }
    JsonBody body = JsonBody.of(bytes, Set.of("payload", "payload_encoding"));
    JsonNode payload = body.any("payload");
    boolean base64 = isBase64(body, payload);
    if (payload != null && !payload.isTextual() && !payload.isObject()) {
      body.error("payload", "must be a string, or the record as an object");
    }
    Buffer decoded = null;
    if (base64 && payload != null) {
      try {
        decoded = Buffer.buffer(Base64.getDecoder().decode(payload.asText()));
      } catch (IllegalArgumentException e) {
        body.error("payload", "is not base64: " + e.getMessage());
      }
    }
    body.check();
    if (payload == null || decoded != null) {
      return decoded;
    }
    return Buffer.buffer(payload.isTextual() ? payload.textValue() : payload.toString());
  }

  private static boolean isBase64(JsonBody body, @Nullable JsonNode payload) {
    JsonNode encoding = body.any("payload_encoding");
    String name = encoding == null ? "utf-8" : encoding.asText();
    if (!name.equals("utf-8") && !name.equals("base64")) {
      body.error("payload_encoding", "must be utf-8 or base64");
    } else if (encoding != null && (payload == null || !payload.isTextual())) {
      body.error("payload_encoding", "says how to read a payload that is a string");
    }
    return name.equals("base64") && payload != null && payload.isTextual();
  }

  private void replayMany(RoutingContext ctx) {
    Params params = Params.of(ctx, REPLAY_PARAMS);
    DeadLetterFilter filter = FilterParams.deadLetters(params, clock);
    replayFrom(filter, params.uuid("cursor"), ReplayCounts.NONE, new WorkLimit(ctx, workLimitMs))
        .onSuccess(
            replayed -> {
              Map<String, Object> json = json(replayed.counts());
              UUID last = replayed.last();
              addMore(json, last);
              if (last != null) {
                Links.next(ctx, last, filter.sinceMicros(), filter.untilMicros());
              }
              JsonReply.send(ctx, 200, json);
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /**
   * @param last where a further request goes on; null if nothing is left
   */
  private record Replayed(ReplayCounts counts, @Nullable UUID last) {}

  /** One page after the other, each letter once: those that stay behind lie before the cursor. */
  private Future<Replayed> replayFrom(
      DeadLetterFilter filter, @Nullable UUID after, ReplayCounts before, WorkLimit limit) {
    return search
        .ids(filter, REPLAY_PAGE, after)
        .compose(
            page ->
                bus.ask(Persistence.REPLAY_MANY, new ReplayMany(filter.access(), page.items()))
                    .compose(
                        counts -> {
                          ReplayCounts all = before.plus(counts);
                          UUID last =
                              page.more() ? page.items().get(page.items().size() - 1) : null;
                          return last == null || limit.isReached()
                              ? Future.succeededFuture(new Replayed(all, last))
                              : replayFrom(filter, last, all, limit);
                        }));
  }
}
