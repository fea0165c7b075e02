package io.logagg.http;

import io.logagg.telemetry.Health;
import io.logagg.telemetry.Health.Check;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** {@code /health} and {@code /metrics}: how this process is doing. */
final class OperationRoutes implements RouteGroup {
  private final Health health;
  private final Metrics metrics;
  private final Predicate<Map<String, Check>> anyRoleWorks;

  /**
   * Makes the routes.
   *
   * @param anyRoleWorks whether, with these checks, any role of this process can do its work
   */
  OperationRoutes(Health health, Metrics metrics, Predicate<Map<String, Check>> anyRoleWorks) {
    this.health = health;
    this.metrics = metrics;
    this.anyRoleWorks = anyRoleWorks;
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
    health.run().onSuccess(checks -> answer(ctx, checks)).onFailure(e -> Problems.fail(ctx, e));
  }

  private Future<Void> answer(RoutingContext ctx, Map<String, Check> checks) {
    boolean allUp = checks.values().stream().allMatch(Check::up);
    boolean ready = anyRoleWorks.test(checks);
    Map<String, Object> shown = new LinkedHashMap<>();
    checks.forEach((name, check) -> shown.put(name, shown(check)));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", allUp ? "up" : ready ? "degraded" : "down");
    body.put("checks", shown);
    return JsonReply.send(ctx, ready ? 200 : 503, body);
  }

  private static Map<String, Object> shown(Check check) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("status", check.up() ? "up" : "down");
    if (check.problem() != null) {
      shown.put("detail", check.problem());
    }
    return shown;
  }

  private void scrape(RoutingContext ctx) {
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
        .end(metrics.scrape());
  }
}
