package io.logagg.http;

import io.logagg.access.Principal;
import io.logagg.telemetry.Health;
import io.logagg.telemetry.Metrics;
import io.logagg.telemetry.MetricsServer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** {@code /health} and {@code /metrics}: how this process is doing. */
final class OperationRoutes implements RouteGroup {
  private final Health health;
  private final Metrics metrics;

  OperationRoutes(Health health, Metrics metrics) {
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
        .map(report -> isStranger(ctx) ? report.withoutDetails() : report)
        .onSuccess(report -> JsonReply.send(ctx, report.httpStatus(), report.body()))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static boolean isStranger(RoutingContext ctx) {
    return Gatekeeper.principal(ctx).equals(Principal.NOBODY);
  }

  private void scrape(RoutingContext ctx) {
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, MetricsServer.CONTENT_TYPE)
        .end(metrics.scrape());
  }
}
