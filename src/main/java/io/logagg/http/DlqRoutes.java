package io.logagg.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.bus.Bus;
import io.logagg.bus.Persistence;
import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.ReplayRequest;
import io.logagg.filter.DeadLetterFilter;
import io.logagg.persistence.DeadLetterEditor;
import io.logagg.query.DeadLetterSearch;
import io.logagg.query.DeadLetterSearch.DeadLetterRow;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/dlq}: the dead letters, to be seen, mended, replayed and removed. */
final class DlqRoutes implements RouteGroup {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final int REPLAY_PAGE = 100;
  private static final Set<String> LIST_PARAMS =
      FilterParams.plus(FilterParams.DEAD_LETTERS, "limit", "cursor");

  private final DeadLetterSearch search;
  private final DeadLetterEditor editor;
  private final Bus bus;
  private final InstantSource clock;
  private final int maxBodyBytes;

  DlqRoutes(
      DeadLetterSearch search,
      DeadLetterEditor editor,
      Bus bus,
      InstantSource clock,
      int maxRecordBytes) {
    this.search = search;
    this.editor = editor;
    this.bus = bus;
    this.clock = clock;
    // A payload within JSON can be longer than itself.
    this.maxBodyBytes = 2 * maxRecordBytes + 1024;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/dlq").handler(this::list);
    router.delete("/api/v1/dlq").handler(this::deleteMany);
    router.post("/api/v1/dlq/replay").handler(this::replayMany);
    router.get("/api/v1/dlq/:id").handler(this::get);
    router.delete("/api/v1/dlq/:id").handler(this::deleteOne);
    router.post("/api/v1/dlq/:id/replay").handler(this::replayOne);
  }

  private static Map<String, Object> json(DeadLetterRow row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", row.letter().id().toString());
    json.put("payload", row.letter().payload());
    json.put("payload_encoding", row.letter().base64() ? "base64" : "utf-8");
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
        .list(filter, limit + 1, params.uuid("cursor"))
        .onSuccess(
            rows -> {
              List<DeadLetterRow> page = rows.subList(0, Math.min(limit, rows.size()));
              if (rows.size() > limit) {
                UUID last = page.get(limit - 1).letter().id();
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
        .find(id(ctx))
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
    editor
        .delete(id(ctx))
        .onSuccess(
            deleted -> {
              if (deleted) {
                ctx.response().setStatusCode(204).end();
              } else {
                Problems.reply(ctx, notFound());
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private void deleteMany(RoutingContext ctx) {
    Params params = Params.of(ctx, FilterParams.DEAD_LETTERS);
    editor
        .delete(FilterParams.deadLetters(params, clock))
        .onSuccess(deleted -> JsonReply.send(ctx, 200, Map.of("deleted", deleted)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private void replayOne(RoutingContext ctx) {
    UUID id = id(ctx);
    BodyReader.read(ctx, maxBodyBytes)
        .compose(body -> bus.ask(Persistence.REPLAY, new ReplayRequest(id, corrected(body))))
        .onSuccess(
            outcome -> {
              if (outcome.kind() == ReplayOutcome.Kind.GONE) {
                Problems.reply(ctx, notFound());
                return;
              }
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("replayed", outcome.kind() == ReplayOutcome.Kind.STORED ? 1 : 0);
              json.put("failed", outcome.kind() == ReplayOutcome.Kind.REFUSED ? 1 : 0);
              if (outcome.reason() != null) {
                json.put("reason", outcome.reason());
              }
              JsonReply.send(ctx, 200, json);
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /**
   * The corrected payload of a body: a string, or the record itself as an object; null for an empty
   * body.
   */
  private static @Nullable String corrected(byte[] bytes) {
    if (bytes.length == 0) {
      return null;
    }
    JsonBody body = JsonBody.of(bytes, Set.of("payload"));
    JsonNode payload = body.any("payload");
    if (payload != null && !payload.isTextual() && !payload.isObject()) {
      body.error("payload", "must be a string, or the record as an object");
    }
    body.check();
    if (payload == null) {
      return null;
    }
    return payload.isTextual() ? payload.textValue() : payload.toString();
  }

  private void replayMany(RoutingContext ctx) {
    Params params = Params.of(ctx, FilterParams.DEAD_LETTERS);
    DeadLetterFilter filter = FilterParams.deadLetters(params, clock);
    replayPage(filter, null, new Counts(0, 0))
        .onSuccess(
            counts ->
                JsonReply.send(
                    ctx, 200, Map.of("replayed", counts.replayed(), "failed", counts.failed())))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private record Counts(int replayed, int failed) {
    Counts plus(ReplayOutcome outcome) {
      return switch (outcome.kind()) {
        case STORED -> new Counts(replayed + 1, failed);
        case REFUSED -> new Counts(replayed, failed + 1);
        case GONE -> this;
      };
    }
  }

  /** One page after the other, each letter once: those that stay behind lie before the cursor. */
  private Future<Counts> replayPage(DeadLetterFilter filter, @Nullable UUID after, Counts before) {
    return search
        .list(filter, REPLAY_PAGE, after)
        .compose(
            rows -> {
              Future<Counts> chain = Future.succeededFuture(before);
              for (DeadLetterRow row : rows) {
                UUID id = row.letter().id();
                chain =
                    chain.compose(
                        counts ->
                            bus.ask(Persistence.REPLAY, new ReplayRequest(id, null))
                                .map(counts::plus));
              }
              return rows.size() < REPLAY_PAGE
                  ? chain
                  : chain.compose(
                      counts ->
                          replayPage(filter, rows.get(rows.size() - 1).letter().id(), counts));
            });
  }
}
