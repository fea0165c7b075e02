package io.logagg.http;

import com.sun.management.UnixOperatingSystemMXBean;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.http.HttpConnection;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the connections of all HTTP verticles against one limit. Thread-safe. */
public final class OpenConnections {
  private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

  /** With fewer there is no use in running at all. */
  private static final int MIN_CONNECTIONS = 16;

  private final int maxConnections;
  private final Family<Counter> closed;
  private final AtomicInteger open = new AtomicInteger();

  public OpenConnections(int maxConnections, Metrics metrics) {
    this.maxConnections = maxConnections;
    this.closed =
        metrics.counters(
            "logagg.http.closed.connections",
            "Connections that were closed at a limit, by limit",
            "reason");
    metrics.gauge("logagg.http.open.connections", "Connections open now", open::get);
    metrics.gauge(
        "logagg.http.limit.connections", "How many may be open at once", () -> maxConnections);
  }

  /**
   * The configured limit, or what the limit on open files of this process leaves room for if that
   * is less: one connection more would keep PostgreSQL and Redis from being reached.
   *
   * @param otherFiles how many files the rest of the process may open
   */
  public static OpenConnections within(
      int configured, long maxFiles, int otherFiles, Metrics metrics) {
    int room = (int) Math.min(Integer.MAX_VALUE, Math.max(maxFiles - otherFiles, MIN_CONNECTIONS));
    if (room < configured) {
      LOG.warn(
          "http.maxConnections={} is taken as {}, for this process may open {} files only; raise"
              + " its limit (ulimit -n, LimitNOFILE)",
          configured,
          room,
          maxFiles);
    }
    return new OpenConnections(Math.min(configured, room), metrics);
  }

  /** How many files this process may open; a very large number where the system does not say. */
  public static long maxFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            && system.getMaxFileDescriptorCount() > 0
        ? system.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  int max() {
    return maxConnections;
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
    closed.of(reason).increment();
    connection.close();
  }
}
