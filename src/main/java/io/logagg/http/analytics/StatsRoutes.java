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
import io.logagg.query.LogHistogram;
import io.logagg.query.LogHistogram.GroupBy;
import io.logagg.query.LogHistogram.Request;
import io.logagg.query.LogStats;
import io.logagg.query.LogStats.Totals;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** {@code /api/v1/stats}: counts. */
public final class StatsRoutes implements RouteGroup {
  private static final Set<String> HISTOGRAM_PARAMS =
      FilterParams.plus(FilterParams.LOGS, "interval", "group_by", "tz");

  private final LogStats stats;
  private final LogHistogram histogram;
  private final LargeReplies largeReplies;
  private final InstantSource clock;

  public StatsRoutes(
      LogStats stats, LogHistogram histogram, LargeReplies largeReplies, InstantSource clock) {
    this.stats = stats;
    this.histogram = histogram;
    this.largeReplies = largeReplies;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/stats", Access.READ, this::totals);
    routes.get("/api/v1/stats/histogram", Access.READ, this::histogram);
  }

  private void totals(RoutingContext ctx) {
    Params params = Params.of(ctx, FilterParams.LOGS);
    Abandonment abandonment = ReplyStream.abandonmentOf(ctx);
    stats
        .totals(FilterParams.logs(params, clock), abandonment)
        .onSuccess(
            totals -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("total", totals.total());
              body.put("by_level", totals.byLevel());
              body.put("by_app", totals.byApp());
              body.put("by_service", totals.byService());
              Map<String, Long> other = other(totals);
              if (!other.isEmpty()) {
                body.put("other", other);
              }
              JsonReply.send(ctx, 200, body);
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** How many records each map leaves out, if it does. */
  private static Map<String, Long> other(Totals totals) {
    Map<String, Long> other = new LinkedHashMap<>();
    putOther(other, "by_level", totals.total(), totals.byLevel());
    putOther(other, "by_app", totals.total(), totals.byApp());
    putOther(other, "by_service", totals.total(), totals.byService());
    return other;
  }

  private static void putOther(
      Map<String, Long> other, String name, long total, Map<String, Long> counts) {
    long left = total - counts.values().stream().mapToLong(Long::longValue).sum();
    if (left != 0) {
      other.put(name, left);
    }
  }

  private void histogram(RoutingContext ctx) {
    Request request = request(Params.of(ctx, HISTOGRAM_PARAMS));
    ReplyStream reply = ReplyStream.of(ctx);
    histogram
        .count(request, reply.abandonment())
        .compose(
            counted -> BucketsBody.send(ctx, reply, largeReplies, new HistogramBody(counted)),
            e -> Future.failedFuture(IntervalParams.problem(e)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private Request request(Params params) {
    String groupBy = params.oneOf("group_by", "", "level", "app", "service");
    return new Request(
        IntervalParams.logs(params, clock),
        IntervalParams.interval(params),
        IntervalParams.zone(params),
        switch (groupBy) {
          case "level" -> GroupBy.LEVEL;
          case "app" -> GroupBy.APP;
          case "service" -> GroupBy.SERVICE;
          default -> GroupBy.NOTHING;
        });
  }
}
