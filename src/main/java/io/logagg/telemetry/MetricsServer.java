package io.logagg.telemetry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
  private final int idleSeconds;
  private final AtomicInteger open = new AtomicInteger();

  /** When each connection last began a request, or to be: {@link System#nanoTime}. */
  private final Map<HttpConnection, Long> begun = new ConcurrentHashMap<>();

  /** Serves nothing yet. */
  public MetricsServer(Metrics metrics, Health health) {
    this(metrics, health, IDLE_SECONDS);
  }

  MetricsServer(Metrics metrics, Health health, int idleSeconds) {
    this.metrics = metrics;
    this.health = health;
    this.idleSeconds = idleSeconds;
  }

  /** Done once it listens. */
  public Future<Void> listen(Vertx vertx, String host, int port) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeout(idleSeconds)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxInitialLineLength(MAX_HEAD_BYTES)
            .setHttp2ClearTextEnabled(false)
            .setCompressionSupported(true);
    return vertx
        .createHttpServer(options)
        .connectionHandler(
            connection -> {
              begun.put(connection, System.nanoTime());
              connection.closeHandler(
                  closed -> {
                    begun.remove(connection);
                    open.decrementAndGet();
                  });
              if (open.incrementAndGet() > MAX_CONNECTIONS) {
                connection.close();
              }
            })
        .requestHandler(this::answer)
        .listen(port, host)
        .onSuccess(server -> vertx.setPeriodic(1000L * idleSeconds, id -> closeSlow()))
        .mapEmpty();
  }

  /** The idle timeout starts anew at every byte: a few clients would keep all others out. */
  private void closeSlow() {
    long now = System.nanoTime();
    begun.forEach(
        (connection, since) -> {
          if (now - since > TimeUnit.SECONDS.toNanos(idleSeconds)) {
            connection.close();
          }
        });
  }

  private void answer(HttpServerRequest request) {
    begun.replace(request.connection(), System.nanoTime());
    HttpMethod method = request.method();
    request.response().putHeader("x-content-type-options", "nosniff");
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
