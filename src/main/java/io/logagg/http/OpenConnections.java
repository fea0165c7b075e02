package io.logagg.http;

import io.logagg.telemetry.Metrics;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections of all HTTP verticles against one limit. Thread-safe. */
public final class OpenConnections {
  private final int maxConnections;
  private final Metrics metrics;
  private final AtomicInteger open = new AtomicInteger();

  public OpenConnections(int maxConnections, Metrics metrics) {
    this.maxConnections = maxConnections;
    this.metrics = metrics;
  }

  /** Whether there is room for one more; if so, {@link #release} must follow. */
  boolean acquire() {
    if (open.incrementAndGet() <= maxConnections) {
      return true;
    }
    open.decrementAndGet();
    return false;
  }

  void release() {
    open.decrementAndGet();
  }

  /**
   * Closes the connection at a limit, without an answer: part of what it sent may have been taken,
   * and only an answer that counts could say so.
   */
  void close(HttpConnection connection, String reason) {
    metrics.connectionClosed(reason);
    connection.close();
  }
}
