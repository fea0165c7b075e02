package io.logagg.http.logs;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.filter.LogFilter;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.LargeReplies;
import io.logagg.http.reply.Links;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.reply.ReplyStream;
import io.logagg.http.request.BodyReader;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.JsonBody;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.RequestAudit;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.persistence.LogDeletion;
import io.logagg.persistence.LogEditor;
import io.logagg.persistence.LogEditor.Content;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.LogStats;
import io.logagg.query.RareMatches;
import io.logagg.record.Level;
import io.logagg.telemetry.AuditLine;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** {@code /api/v1/logs}: lists, single records, changes and deletion. */
public final class LogRoutes implements RouteGroup {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;

  /** Answers up to this size are sent whatever else is under way. */
  private static final int SMALL_BYTES = 64 << 10;

  private static final long BLANK_EVERY_MS = 15_000;
  private static final int MAX_PATCH_BYTES = 2 << 20;
  private static final int MAX_SERVICE_CHARS = 256;
  private static final String NDJSON = "application/x-ndjson";
  private static final String CSV = "text/csv";
  private static final List<String> FORMS = List.of("application/json", NDJSON, CSV);
  private static final Set<String> LIST_PARAMS =
      FilterParams.plus(FilterParams.LOGS, "limit", "order", "cursor");
  private static final Set<String> DELETE_PARAMS = FilterParams.plus(FilterParams.LOGS, "dry_run");
  private static final Set<String> PATCH_FIELDS =
      Set.of("level", "message", "service", "metadata_");

  private final LogSearch search;
  private final LogScan scan;
  private final RareMatches rare;
  private final LargeReplies largeReplies;
  private final LogEditor editor;
  private final LogStats stats;
  private final InstantSource clock;

  public LogRoutes(
      LogSearch search,
      LogScan scan,
      RareMatches rare,
      LargeReplies largeReplies,
      LogEditor editor,
      LogStats stats,
      InstantSource clock) {
    this.search = search;
    this.scan = scan;
    this.rare = rare;
    this.largeReplies = largeReplies;
    this.editor = editor;
    this.stats = stats;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/logs", Access.READ, this::list);
    routes.get("/api/v1/logs/filter", Access.READ, this::list);
    routes.get("/api/v1/logs/:id", Access.READ, this::get);
    routes.add(HttpMethod.PATCH, "/api/v1/logs/:id", Access.ADMIN, this::patch);
    routes.add(HttpMethod.DELETE, "/api/v1/logs/:id", Access.ADMIN, this::deleteOne);
    routes.add(HttpMethod.DELETE, "/api/v1/logs", Access.ADMIN, this::deleteMany);
  }

  private void list(RoutingContext ctx) {
    Params params = Params.of(ctx, LIST_PARAMS);
    LogFilter filter = FilterParams.logs(params, clock);
    Order order =
        params.oneOf("order", "desc", "asc").equals("desc")
            ? Order.NEWEST_FIRST
            : Order.OLDEST_FIRST;
    From from = new From(filter, order, params.uuid("cursor"));
    RowFormat format =
        switch (Accept.best(ctx.request().getHeader(HttpHeaders.ACCEPT), FORMS)) {
          case NDJSON -> RowFormat.lines();
          case CSV -> new CsvRows();
          default -> null;
        };
    if (format != null) {
      Integer limit = params.integer("limit", 1, Integer.MAX_VALUE);
      stream(ctx, from, limit == null ? Long.MAX_VALUE : limit, format);
    } else {
      Integer limit = params.integer("limit", 1, MAX_LIMIT);
      page(ctx, from, limit == null ? DEFAULT_LIMIT : limit);
    }
  }

  private void page(RoutingContext ctx, From from, int limit) {
    ReplyStream reply = ReplyStream.of(ctx);
    LogPage page = new LogPage(scan, rare, from, limit, reply.abandonment());
    page.start()
        .compose(
            start -> {
              UUID next = start.next();
              if (next != null) {
                LogFilter filter = from.filter();
                Links.next(ctx, next, filter.sinceMicros(), filter.untilMicros());
              }
              ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
              return start.piece().bytes().length() > SMALL_BYTES || !start.piece().last()
                  ? largeReplies.send(() -> reply.send(start.piece(), page))
                  : reply.send(start.piece(), page);
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** Every match, a chunk at a time. */
  private void stream(RoutingContext ctx, From from, long limit, RowFormat format) {
    ReplyStream reply = ReplyStream.of(ctx);
    largeReplies
        .send(
            () ->
                rare.planByFields(from, reply.abandonment())
                    .map(at -> new LogLines(scan, at, limit, format, reply.abandonment()))
                    .compose(lines -> send(ctx, reply, lines, format)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static Future<Void> send(
      RoutingContext ctx, ReplyStream reply, LogLines lines, RowFormat format) {
    return lines
        .next()
        .compose(
            first -> {
              ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, format.contentType());
              return reply.send(first, lines);
            });
  }

  private void get(RoutingContext ctx) {
    UUID id = id(ctx);
    search
        .find(Gatekeeper.principal(ctx).apps(), id)
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                Problems.reply(ctx, notFound());
              } else {
                JsonReply.sendBytes(ctx, 200, JsonReply.log(found.get()));
              }
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
    return Problem.of(404, "there is no record with this id");
  }

  private void patch(RoutingContext ctx) {
    UUID id = id(ctx);
    BodyReader.read(ctx, MAX_PATCH_BYTES)
        .map(body -> JsonBody.of(body, PATCH_FIELDS))
        .compose(body -> patch(ctx, id, body))
        .compose(changed -> search.find(Gatekeeper.principal(ctx).apps(), id))
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                Problems.reply(ctx, notFound());
              } else {
                JsonReply.sendBytes(ctx, 200, JsonReply.log(found.get()));
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private Future<Boolean> patch(RoutingContext ctx, UUID id, JsonBody body) {
    AuditLine audit =
        RequestAudit.of(ctx, "record_changed")
            .with("id", id)
            .with("fields", PATCH_FIELDS.stream().filter(body::has).sorted().collect(joining(",")));
    return editor
        .update(Gatekeeper.principal(ctx).apps(), id, change(body))
        .onSuccess(
            changed -> {
              if (changed) {
                audit.log();
              }
            });
  }

  private static UnaryOperator<Content> change(JsonBody body) {
    String level = body.text("level", Level.MAX_CHARS);
    String service = body.text("service", MAX_SERVICE_CHARS);
    String message = body.text("message", MAX_PATCH_BYTES);
    if (body.has("message") && message == null) {
      body.error("message", "must be a string");
    }
    JsonNode metadata = body.any("metadata_");
    if (metadata != null && !metadata.isObject()) {
      body.error("metadata_", "must be an object");
    }
    body.check();
    String newMetadata = metadata == null ? null : JsonBody.storable(metadata);
    return before ->
        new Content(
            level == null ? before.level() : Level.fold(level),
            body.has("service") ? (service == null ? "" : service) : before.service(),
            message == null ? before.message() : message,
            newMetadata == null ? before.metadata() : newMetadata);
  }

  private void deleteOne(RoutingContext ctx) {
    UUID id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "record_deleted").with("id", id);
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

  private void deleteMany(RoutingContext ctx) {
    Params params = Params.of(ctx, DELETE_PARAMS);
    boolean dryRun = params.flag("dry_run");
    LogFilter asked = FilterParams.asked(params, clock);
    LogFilter filter = FilterParams.permitted(asked, params.apps());
    // A key restricted to some apps does not name them as a filter.
    if (asked.isAll()) {
      throw Problem.of(400, "name at least one filter: without any, this would delete all records")
          .toException();
    }
    if (dryRun) {
      countMatches(ctx, filter);
    } else {
      delete(ctx, filter);
    }
  }

  private void delete(RoutingContext ctx, LogFilter filter) {
    AuditLine audit = RequestAudit.of(ctx, "records_deleted");
    LogDeletion deletion = editor.deletion(filter);
    ReplyStream.abandonedBy(ctx, deletion.abandonment());
    Future<Long> deleting =
        deletion
            .run()
            .onComplete(
                result ->
                    audit
                        .with("records", deletion.matched())
                        .with("outcome", result.succeeded() ? "done" : "broken_off")
                        .with("why", result.failed() ? result.cause().getMessage() : null)
                        .log());
    new SlowReply(ctx, BLANK_EVERY_MS)
        .send(deleting.map(deleted -> Map.of("deleted", deleted)), deletion::hasBegun);
  }

  /** By the rollups where they can tell; else by going through the rows as the deletion would. */
  private void countMatches(RoutingContext ctx, LogFilter filter) {
    if (LogStats.isQuick(filter)) {
      stats
          .totals(filter)
          .onSuccess(totals -> JsonReply.send(ctx, 200, dryRun(totals.total())))
          .onFailure(e -> Problems.fail(ctx, e));
      return;
    }
    LogDeletion counting = editor.dryRun(filter);
    ReplyStream.abandonedBy(ctx, counting.abandonment());
    new SlowReply(ctx, BLANK_EVERY_MS)
        .send(counting.run().map(LogRoutes::dryRun), counting::hasBegun);
  }

  private static Map<String, Object> dryRun(long matched) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("deleted", 0);
    json.put("matched", matched);
    json.put("dry_run", true);
    return json;
  }
}
