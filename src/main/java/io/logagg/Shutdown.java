package io.logagg;

import io.logagg.telemetry.trace.Traces;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens on SIGTERM, whenever it comes: the roles stop and store what they have, within a
 * time limit, then traces are handed over, then the embedded servers stop.
 */
final class Shutdown implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  /** What of the time limit is left for the embedded servers, at most. */
  private static final long SERVERS_MS = 5000;

  /** A receiver that does not answer is not waited for longer. */
  private static final long TRACES_MS = 2000;

  private final Vertx vertx;
  private final long limitMs;
  private final Traces traces;
  private volatile @Nullable Roles roles;
  private volatile @Nullable AutoCloseable servers;

  Shutdown(Vertx vertx, long limitMs, Traces traces) {
    this.vertx = vertx;
    this.limitMs = limitMs - Math.min(SERVERS_MS, limitMs / 4);
    this.traces = traces;
  }

  void stopFirst(Roles started) {
    roles = started;
  }

  void closeLast(AutoCloseable started) {
    servers = started;
  }

  @Override
  public void run() {
    long deadlineNanos = System.nanoTime() + limitMs * 1_000_000;
    try {
      stopRoles();
      long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
      traces.close(Math.min(TRACES_MS, leftMs));
    } finally {
      closeServers();
    }
  }

  private void stopRoles() {
    Roles running = roles;
    if (running == null) {
      return;
    }
    try {
      running
          .stop()
          .eventually(vertx::close)
          .toCompletionStage()
          .toCompletableFuture()
          .get(limitMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn(
          "stopping took longer than {} ms, which shutdown.timeoutMs has for it; what is on the stream stays there",
          limitMs);
    } catch (ExecutionException e) {
      LOG.warn("stopping: {}", String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeServers() {
    AutoCloseable running = servers;
    if (running == null) {
      return;
    }
    try {
      running.close();
    } catch (Exception e) {
      LOG.warn("stopping the embedded servers: {}", e.getMessage());
    }
  }
}
