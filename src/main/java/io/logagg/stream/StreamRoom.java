package io.logagg.stream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is room for more records, and if not, what is short. What it knows is at most a
 * moment old. Belongs to the context of its appender.
 */
public final class StreamRoom {
  private static final long POLL_MS = 250;
  private static final int BACKLOG_RETRY_SECONDS = 5;
  private static final int DISK_RETRY_SECONDS = 30;

  /** Whoever was turned away should find some room when he comes back. */
  private static final double ROOM = 0.9;

  /** What is under way should still fit in, so that Redis need not refuse or evict anything. */
  private static final double FULL_SHARE = 0.95;

  private static final int FULL_RETRY_SECONDS = 2;
  private static final long FULL_NANOS = 1_000_000_000L;

  /** While the disk of the embedded servers is nearly full. */
  public static final Shortage DISK =
      new Shortage(
          Kind.DISK,
          "the disk under the data folder is nearly full (embedded.minFreeBytes)",
          DISK_RETRY_SECONDS);

  /** While Redis says that it has no memory left. */
  public static final Shortage OUT_OF_MEMORY =
      new Shortage(Kind.REDIS_MEMORY, "Redis has no memory left for more", FULL_RETRY_SECONDS);

  private final Vertx vertx;
  private final StreamAppender appender;
  private final Limits limits;
  private final long timer;
  private boolean full;
  private long fullUntilNanos;
  private final WaitingRecords waiting = new WaitingRecords();
  private long seenRecords;
  private boolean looking;
  private long appendedSinceSeen;
  private final DrainRate drain = new DrainRate();
  private @Nullable StreamDepth depth;

  /** What may be short. */
  public enum Kind {
    DISK,
    REDIS_MEMORY,
    PENDING_RECORDS,
    DEAD_LETTERS
  }

  /**
   * Why there is no room.
   *
   * @param detail for people
   * @param retrySeconds when there may be some again
   */
  public record Shortage(Kind kind, String detail, int retrySeconds) {}

  /**
   * Where room ends.
   *
   * @param diskIsLow whether the embedded servers are about to run out of disk
   * @param maxPendingRecords how many records may wait on the stream
   * @param maxDeadLetters how many entries the mirror of the dead letters may have
   */
  public record Limits(BooleanSupplier diskIsLow, long maxPendingRecords, long maxDeadLetters) {}

  /** Starts watching. */
  public StreamRoom(Vertx vertx, StreamAppender appender, Limits limits) {
    this.vertx = vertx;
    this.appender = appender;
    this.limits = limits;
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
  public void appended(int records) {
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
  public void outOfMemory() {
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
  public @Nullable Shortage shortage() {
    if (limits.diskIsLow().getAsBoolean()) {
      return DISK;
    }
    if (isFull()) {
      return OUT_OF_MEMORY;
    }
    if (pendingRecords() >= limits.maxPendingRecords()) {
      return new Shortage(
          Kind.PENDING_RECORDS,
          "about " + pendingRecords() + " records wait to be stored (stream.maxPendingRecords)",
          drain.secondsUntil((long) (ROOM * limits.maxPendingRecords())));
    }
    StreamDepth known = depth;
    if (known != null && known.memoryShare() >= FULL_SHARE) {
      return new Shortage(
          Kind.REDIS_MEMORY,
          "Redis uses %.0f %% of its maxmemory".formatted(100 * known.memoryShare()),
          drain.secondsUntil((long) (ROOM * pendingRecords())));
    }
    if (known != null && known.deadLetters() >= limits.maxDeadLetters()) {
      return new Shortage(
          Kind.DEAD_LETTERS,
          "%d dead letters wait to be moved to PostgreSQL (dlq.maxRecords)"
              .formatted(known.deadLetters()),
          BACKLOG_RETRY_SECONDS);
    }
    return null;
  }

  /** Fails with the reason while nothing can be taken, or the stream cannot be seen. */
  public Future<Void> probe() {
    Shortage shortage = shortage();
    if (shortage != null) {
      return Future.failedFuture(shortage.detail());
    }
    return depth == null
        ? Future.failedFuture("its length is not known")
        : Future.succeededFuture();
  }

  public void close() {
    vertx.cancelTimer(timer);
  }
}
