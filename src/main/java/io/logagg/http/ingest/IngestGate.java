package io.logagg.http.ingest;

import io.logagg.http.Limit;
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

  /** Whoever was turned away should find some room when he comes back. */
  private static final double ROOM = 0.9;

  /** What is under way should still fit in, so that Redis need not refuse or evict anything. */
  private static final double FULL_SHARE = 0.95;

  private static final int FULL_RETRY_SECONDS = 2;
  private static final long FULL_NANOS = 1_000_000_000L;

  private final Vertx vertx;
  private final StreamAppender appender;
  private final BooleanSupplier diskIsLow;
  private final long maxPendingRecords;
  private final long maxDeadLetters;
  private final long timer;
  private boolean full;
  private long fullUntilNanos;
  private final WaitingRecords waiting = new WaitingRecords();
  private long seenRecords;
  private boolean looking;
  private long appendedSinceSeen;
  private final DrainRate drain = new DrainRate();
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
    if (looking) {
      return; // Two looks from the same place would see the same growth.
    }
    if (appender.isUp()) {
      looking = true;
      appender
          .depth(waiting.lastId())
          .onComplete(done -> looking = false)
          .onSuccess(this::seen)
          .onFailure(e -> depth = null);
    } else {
      depth = null;
    }
  }

  private void seen(StreamDepth now) {
    depth = now;
    seenRecords = waiting.look(now);
    drain.look(seenRecords, appendedSinceSeen, System.nanoTime());
    appendedSinceSeen = 0;
  }

  /** Counts what went onto the stream from here, until the next look sees it there. */
  void appended(int records) {
    appendedSinceSeen += records;
  }

  /**
   * About how many records wait, those counted that were appended from here since the last look; 0
   * while that is not known.
   */
  public long pendingRecords() {
    return depth == null ? 0 : seenRecords + appendedSinceSeen;
  }

  /** Redis has said that it has no memory left: for a while, nothing is taken. */
  void outOfMemory() {
    fullUntilNanos = System.nanoTime() + FULL_NANOS;
    full = true;
  }

  private boolean isFull() {
    if (full && System.nanoTime() - fullUntilNanos > 0) {
      full = false;
    }
    return full;
  }

  /** Why nothing can be taken now; null if it can. */
  public @Nullable Problem refusal() {
    if (diskIsLow.getAsBoolean()) {
      return diskProblem();
    }
    if (isFull()) {
      return outOfMemoryProblem();
    }
    if (pendingRecords() >= maxPendingRecords) {
      return Problem.retryLater(
              429,
              "about " + pendingRecords() + " records wait to be stored (stream.maxPendingRecords)",
              drain.secondsUntil((long) (ROOM * maxPendingRecords)))
          .at(Limit.PENDING_RECORDS);
    }
    StreamDepth known = depth;
    if (known != null && known.memoryShare() >= FULL_SHARE) {
      return Problem.retryLater(
              429,
              "Redis uses %.0f %% of its maxmemory".formatted(100 * known.memoryShare()),
              drain.secondsUntil((long) (ROOM * pendingRecords())))
          .at(Limit.REDIS_MEMORY);
    }
    if (known != null && known.deadLetters() >= maxDeadLetters) {
      return Problem.retryLater(
              429,
              "%d dead letters wait to be moved to PostgreSQL (dlq.maxRecords)"
                  .formatted(known.deadLetters()),
              BACKLOG_RETRY_SECONDS)
          .at(Limit.DEAD_LETTERS);
    }
    return null;
  }

  /** What is answered while the disk of the embedded servers is nearly full. */
  public static Problem diskProblem() {
    return Problem.retryLater(
            503,
            "the disk under the data folder is nearly full (embedded.minFreeBytes)",
            DISK_RETRY_SECONDS)
        .at(Limit.DISK);
  }

  static Problem outOfMemoryProblem() {
    return Problem.retryLater(429, "Redis has no memory left for more", FULL_RETRY_SECONDS)
        .at(Limit.REDIS_MEMORY);
  }

  /** Fails with the reason while nothing can be taken, or the stream cannot be seen. */
  public Future<Void> probe() {
    Problem refusal = refusal();
    if (refusal != null) {
      return Future.failedFuture(refusal.detail());
    }
    return depth == null
        ? Future.failedFuture("its length is not known")
        : Future.succeededFuture();
  }

  public void close() {
    vertx.cancelTimer(timer);
  }
}
