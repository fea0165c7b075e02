package io.logagg.testing;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for a condition, never for a time. */
public final class Eventually {
  private static final long LIMIT_NANOS = 30_000_000_000L;
  private static final long POLL_NANOS = 10_000_000L;

  private Eventually() {}

  /** The first value that fits; fails with the last one if none does in time. */
  public static <T> T value(String what, Supplier<T> source, Predicate<T> fits) {
    return value(what, LIMIT_NANOS, source, fits);
  }

  /** The same for what takes its time. */
  public static <T> T value(String what, long limitNanos, Supplier<T> source, Predicate<T> fits) {
    long deadline = System.nanoTime() + limitNanos;
    T last = source.get();
    while (!fits.test(last)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what + ", last seen: " + last);
      }
      LockSupport.parkNanos(POLL_NANOS);
      last = source.get();
    }
    return last;
  }
}
