package io.logagg.http.about;

import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.telemetry.Health;
import io.logagg.telemetry.Metrics;
import io.logagg.telemetry.MetricsServer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** {@code /health} and {@code /metrics}: how this process is doing. */
public final class OperationRoutes implements RouteGroup {
  private final Health health;
  private final Metrics metrics;

  public OperationRoutes(Health health, Metrics metrics) {
    this.health = health;
    this.metrics = metrics;
  }

  @Override
  public void mount(Routes routes) {
    routes.get(
        "/health/live", Access.OPEN, ctx -> JsonReply.send(ctx, 200, Map.of("status", "up")));
    routes.get("/health/ready", Access.OPEN, this::checks);
    routes.get("/health", Access.OPEN, this::checks);
    routes.get("/metrics", Access.READ_ALL, this::scrape);
  }

  private void checks(RoutingContext ctx) {
    health
        .report()
        .onSuccess(report -> JsonReply.send(ctx, report.httpStatus(), report.body()))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private void scrape(RoutingContext ctx) {
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, MetricsServer.CONTENT_TYPE)
        .end(metrics.scrape());
  }
}
