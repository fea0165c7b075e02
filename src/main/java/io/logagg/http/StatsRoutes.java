package io.logagg.http;

import io.logagg.query.LogStats;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /api/v1/stats}: counts. */
final class StatsRoutes implements RouteGroup {
  private final LogStats stats;
  private final InstantSource clock;

  StatsRoutes(LogStats stats, InstantSource clock) {
    this.stats = stats;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/stats").handler(this::totals);
  }

  private void totals(RoutingContext ctx) {
    Params params = Params.of(ctx, FilterParams.LOGS);
    stats
        .totals(FilterParams.logs(params, clock))
        .onSuccess(
            totals -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("total", totals.total());
              body.put("by_level", totals.byLevel());
              body.put("by_app", totals.byApp());
              body.put("by_service", totals.byService());
              JsonReply.send(ctx, 200, body);
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }
}
