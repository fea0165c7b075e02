package io.logagg.persistence;

import io.logagg.postgres.SqlFailure;
import io.logagg.retry.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Locks that hold up everybody who comes after: whoever asks for one waits a short time, gives way,
 * and tries again. Stateless.
 */
final class BriefLock {
  /**
   * What waits for our lock waits this long at most, and then goes first. What is to be dropped if
   * it is there need not be.
   */
  static final String SQL =
      "SET LOCAL lock_timeout = '200ms'; SET LOCAL client_min_messages = 'warning'";

  private static final int MAX_TRIES = 6;

  private BriefLock() {}

  /**
   * Does it again after a while where a lock was not to be had, a few times.
   *
   * @param transaction begins with {@link #SQL}
   */
  static <T> Future<T> patiently(Vertx vertx, Backoff backoff, Supplier<Future<T>> transaction) {
    return patiently(vertx, backoff, transaction, 1);
  }

  private static <T> Future<T> patiently(
      Vertx vertx, Backoff backoff, Supplier<Future<T>> transaction, int attempt) {
    return transaction
        .get()
        .recover(
            e ->
                SqlFailure.isLockTimeout(e) && attempt < MAX_TRIES
                    ? vertx
                        .timer(backoff.nextMs(), TimeUnit.MILLISECONDS)
                        .compose(later -> patiently(vertx, backoff, transaction, attempt + 1))
                    : Future.failedFuture(e));
  }
}
