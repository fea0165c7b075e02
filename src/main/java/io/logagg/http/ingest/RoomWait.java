package io.logagg.http.ingest;

import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has a request that was let in wait while there is no memory for more of it, or no room where it
 * goes; for the latter not for ever. Belongs to the context of its request.
 */
final class RoomWait {
  private static final long POLL_MS = 100;

  private final IngestContext context;
  private final Allowance allowance;
  private final @Nullable StoredWatch watch;
  private final Runnable onProgress;
  private final Consumer<Problem> breakOff;
  private boolean awaitsMemory;
  private boolean awaitsRoom;
  private long roomUntilNanos;

  /**
   * For one request.
   *
   * @param watch of one that waits for its commits; null for others
   * @param onProgress is run when a reason to wait may have passed
   * @param breakOff is told why, once the request has waited for too long
   */
  RoomWait(
      IngestContext context,
      Allowance allowance,
      @Nullable StoredWatch watch,
      Runnable onProgress,
      Consumer<Problem> breakOff) {
    this.context = context;
    this.allowance = allowance;
    this.watch = watch;
    this.onProgress = onProgress;
    this.breakOff = breakOff;
  }

  boolean mustWait() {
    return awaitsMemory() || awaitsRoom();
  }

  private boolean awaitsMemory() {
    if (!awaitsMemory && context.memory().isUsedUp()) {
      awaitsMemory = true;
      context
          .memory()
          .await(
              () -> {
                awaitsMemory = false;
                onProgress.run();
              });
    }
    return awaitsMemory;
  }

  private boolean awaitsRoom() {
    Problem obstacle = obstacle();
    if (obstacle == null) {
      roomUntilNanos = 0;
      return awaitsRoom;
    }
    if (awaitsRoom) {
      return true;
    }
    if (roomUntilNanos == 0) {
      roomUntilNanos = System.nanoTime() + context.limits().pauseTimeoutMs() * 1_000_000;
    } else if (System.nanoTime() - roomUntilNanos > 0) {
      if (obstacle.limit() == Limit.API_KEY) {
        allowance.countRefusal();
      }
      breakOff.accept(obstacle);
      return false;
    }
    awaitsRoom = true;
    context
        .vertx()
        .setTimer(
            POLL_MS,
            id -> {
              awaitsRoom = false;
              onProgress.run();
            });
    return true;
  }

  /** Why there is no room for more of this request; null if there is. */
  private @Nullable Problem obstacle() {
    Problem refusal = context.gate().refusal();
    if (refusal == null && watch != null && watch.isFull()) {
      return Problem.retryLater(503, "what was taken of this request is not stored yet", 5)
          .at(Limit.NOT_STORED);
    }
    return refusal == null ? allowance.obstacleOnTheWay() : refusal;
  }
}
