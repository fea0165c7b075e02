package io.logagg.telemetry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code /metrics} and {@code /health} at a port of their own, for processes that serve nothing
 * else. Ends with the verticle that starts it.
 */
public final class MetricsServer {
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final int IDLE_SECONDS = 75;

  /** Whoever scrapes needs one. */
  private static final int MAX_CONNECTIONS = 32;

  private static final int MAX_HEAD_BYTES = 8 << 10;

  private final Metrics metrics;
  private final Health health;
  private final AtomicInteger open = new AtomicInteger();

  /** Serves nothing yet. */
  public MetricsServer(Metrics metrics, Health health) {
    this.metrics = metrics;
    this.health = health;
  }

  /** Done once it listens. */
  public Future<Void> listen(Vertx vertx, String host, int port) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_SECONDS)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxInitialLineLength(MAX_HEAD_BYTES)
            .setHttp2ClearTextEnabled(false)
            .setCompressionSupported(true);
    return vertx
        .createHttpServer(options)
        .connectionHandler(
            connection -> {
              connection.closeHandler(closed -> open.decrementAndGet());
              if (open.incrementAndGet() > MAX_CONNECTIONS) {
                connection.close();
              }
            })
        .requestHandler(this::answer)
        .listen(port, host)
        .mapEmpty();
  }

  private void answer(HttpServerRequest request) {
    HttpMethod method = request.method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD").setStatusCode(405).end();
      return;
    }
    HttpServerResponse response = request.response();
    switch (String.valueOf(request.path())) {
      case "/metrics" ->
          response.putHeader(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE).end(metrics.scrape());
      case "/health/live" -> json(response, 200, Map.of("status", "up"));
      case "/health", "/health/ready" ->
          health
              .report()
              .onSuccess(report -> json(response, report.httpStatus(), report.body()))
              .onFailure(e -> response.setStatusCode(500).end());
      default -> response.setStatusCode(404).end();
    }
  }

  private static void json(HttpServerResponse response, int status, Map<String, Object> body) {
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(new JsonObject(body).encode());
  }
}
