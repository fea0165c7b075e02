package io.logagg.http.analytics;

import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.LargeReplies;
import io.logagg.http.reply.Problems;
import io.logagg.http.reply.ReplyStream;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogPatterns;
import io.logagg.query.LogPatterns.Request;
import io.logagg.query.LogPatternsFound;
import io.logagg.query.LogPatternsFound.Pattern;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** {@code /api/v1/stats/patterns}: templates of messages. */
public final class PatternRoutes implements RouteGroup {
  private static final Set<String> PARAMS =
      FilterParams.plus(FilterParams.LOGS, "limit", "members");
  private static final int USUAL_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  private final LogPatterns patterns;
  private final LargeReplies largeReplies;
  private final InstantSource clock;

  public PatternRoutes(LogPatterns patterns, LargeReplies largeReplies, InstantSource clock) {
    this.patterns = patterns;
    this.largeReplies = largeReplies;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/stats/patterns", Access.READ, this::patterns);
  }

  private void patterns(RoutingContext ctx) {
    Params params = Params.of(ctx, PARAMS);
    Integer limit = params.integer("limit", 1, MAX_LIMIT);
    Request request =
        new Request(
            FilterParams.logs(params, clock),
            limit == null ? USUAL_LIMIT : limit,
            params.flag("members"));
    Abandonment abandonment = ReplyStream.abandonmentOf(ctx);
    largeReplies
        .sendHeavy(() -> answer(ctx, request, abandonment))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private Future<Void> answer(RoutingContext ctx, Request request, Abandonment abandonment) {
    return patterns
        .find(request, abandonment)
        // With ids, it may be some megabytes.
        .compose(
            found ->
                ctx.vertx()
                    .executeBlocking(
                        () -> JsonReply.write(body(found, request.withMembers())), false))
        .compose(json -> JsonReply.sendText(ctx, 200, json));
  }

  private static Map<String, Object> body(LogPatternsFound found, boolean withMembers) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(
        "patterns", found.patterns().stream().map(pattern -> body(pattern, withMembers)).toList());
    body.put("scanned", found.scanned());
    if (found.other() > 0) {
      body.put("other", found.other());
    }
    if (found.approximate()) {
      body.put("approximate", true);
    }
    if (found.membersCut()) {
      body.put("members_cut", true);
    }
    return body;
  }

  private static Map<String, Object> body(Pattern pattern, boolean withMembers) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("template", pattern.template());
    body.put("count", pattern.count());
    body.put("share", pattern.share());
    body.put("sample_id", pattern.sampleId().toString());
    body.put("levels", pattern.levels());
    body.put("first_seen", Timestamps.format(pattern.firstSeenMicros()));
    body.put("last_seen", Timestamps.format(pattern.lastSeenMicros()));
    if (withMembers) {
      body.put("members", pattern.members().stream().map(UUID::toString).toList());
    }
    return body;
  }
}
