package io.logagg.http.ingest;

import io.logagg.query.StoredKeys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Watches batches from the stream to their commit, for a sender who wants to be told only then: it
 * asks PostgreSQL for their keys, while the request goes on, since keys are forgotten in time.
 * Belongs to one context.
 */
final class StoredWatch {
  private static final int MAX_OPEN = 2000;
  private static final long POLL_MS = 20;
  private static final long LIMIT_NANOS = 30_000_000_000L;

  private final Vertx vertx;
  private final StoredKeys storedKeys;
  private final Runnable onProgress;
  private final Set<UUID> open = new LinkedHashSet<>();
  private boolean polling;
  private @Nullable Promise<Boolean> finished;
  private long deadlineNanos;

  /**
   * For one request.
   *
   * @param onProgress is run whenever some have been stored
   */
  StoredWatch(Vertx vertx, StoredKeys storedKeys, Runnable onProgress) {
    this.vertx = vertx;
    this.storedKeys = storedKeys;
    this.onProgress = onProgress;
  }

  void add(UUID key) {
    open.add(key);
    pollLater();
  }

  /** Whether so many wait that no more should be sent. */
  boolean isFull() {
    return open.size() >= MAX_OPEN;
  }

  /** No more will come: whether all are stored, once they are, or half a minute has passed. */
  Future<Boolean> finish() {
    Promise<Boolean> promise = Promise.promise();
    finished = promise;
    deadlineNanos = System.nanoTime() + LIMIT_NANOS;
    completeIfDone();
    return promise.future();
  }

  private void pollLater() {
    if (!polling && !open.isEmpty()) {
      polling = true;
      vertx.setTimer(POLL_MS, id -> poll());
    }
  }

  private void poll() {
    storedKeys
        .among(List.copyOf(open))
        // While PostgreSQL is away nothing is stored, and that is all that is to be known here.
        .otherwise(Set.of())
        .onSuccess(
            stored -> {
              polling = false;
              open.removeAll(stored);
              completeIfDone();
              if (!stored.isEmpty()) {
                onProgress.run();
              }
              pollLater();
            });
  }

  private void completeIfDone() {
    Promise<Boolean> promise = finished;
    if (promise == null) {
      return;
    }
    boolean late = System.nanoTime() - deadlineNanos > 0;
    if (open.isEmpty() || late) {
      finished = null;
      promise.complete(open.isEmpty());
      open.clear();
    }
  }
}
