package io.logagg.http.ingest;

import io.logagg.http.Problem;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamDepth;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides before anything of a request is taken whether it can be. What it knows is at most a
 * moment old. Belongs to the context of its appender.
 */
public final class IngestGate {
  private static final long POLL_MS = 250;
  private static final int BACKLOG_RETRY_SECONDS = 5;
  private static final int DISK_RETRY_SECONDS = 30;

  private final Vertx vertx;
  private final StreamAppender appender;
  private final BooleanSupplier diskIsLow;
  private final long maxPendingRecords;
  private final long maxDeadLetters;
  private final long timer;
  private double recordsPerEntry = 1;
  private @Nullable StreamDepth depth;

  /**
   * Starts watching.
   *
   * @param diskIsLow whether the embedded servers are about to run out of disk
   * @param maxPendingRecords how many records may wait on the stream
   * @param maxDeadLetters how many entries the mirror of the dead letters may have
   */
  public IngestGate(
      Vertx vertx,
      StreamAppender appender,
      BooleanSupplier diskIsLow,
      long maxPendingRecords,
      long maxDeadLetters) {
    this.vertx = vertx;
    this.appender = appender;
    this.diskIsLow = diskIsLow;
    this.maxPendingRecords = maxPendingRecords;
    this.maxDeadLetters = maxDeadLetters;
    this.timer = vertx.setPeriodic(POLL_MS, id -> poll());
  }

  private void poll() {
    if (appender.isUp()) {
      appender.depth().onSuccess(now -> depth = now).onFailure(e -> depth = null);
    } else {
      depth = null;
    }
  }

  /** Learns how many records an entry holds, for what the length of the stream means. */
  void appended(int records) {
    recordsPerEntry = 0.95 * recordsPerEntry + 0.05 * records;
  }

  /** About how many records wait; 0 while that is not known. */
  public long pendingRecords() {
    StreamDepth known = depth;
    return known == null ? 0 : Math.round(known.entries() * recordsPerEntry);
  }

  /** Why nothing can be taken now; null if it can. */
  public @Nullable Problem refusal() {
    if (diskIsLow.getAsBoolean()) {
      return Problem.retryLater(
          503,
          "the disk under the data folder is nearly full (embedded.minFreeBytes)",
          DISK_RETRY_SECONDS);
    }
    if (pendingRecords() >= maxPendingRecords) {
      return Problem.retryLater(
          429,
          "about " + pendingRecords() + " records wait to be stored (stream.maxPendingRecords)",
          BACKLOG_RETRY_SECONDS);
    }
    StreamDepth known = depth;
    if (known != null && known.deadLetters() >= maxDeadLetters) {
      return Problem.retryLater(
          429,
          "%d dead letters wait to be moved to PostgreSQL (dlq.maxRecords)"
              .formatted(known.deadLetters()),
          BACKLOG_RETRY_SECONDS);
    }
    return null;
  }

  /** Fails with the reason while nothing can be taken. */
  public Future<Void> probe() {
    Problem refusal = refusal();
    return refusal == null ? Future.succeededFuture() : Future.failedFuture(refusal.detail());
  }

  public void close() {
    vertx.cancelTimer(timer);
  }
}
