package io.logagg.stream;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the log short while the same thing fails time and again: a failure is told once per change
 * of its reason, and the same one that went over and came back at most once a minute. Not
 * thread-safe.
 */
final class FailureNews {
  static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoClock;
  private @Nullable String reason;
  private long toldNanos;
  private boolean told;

  FailureNews(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** It failed; whether that is to be told. */
  boolean isNews(String why) {
    boolean changed = !Objects.equals(reason, why);
    boolean cameBack = !told && nanoClock.getAsLong() - toldNanos >= AGAIN_NANOS;
    if (!changed && !cameBack) {
      return false;
    }
    reason = why;
    toldNanos = nanoClock.getAsLong();
    told = true;
    return true;
  }

  /** It worked; whether that is to be told, since its failure was. */
  boolean over() {
    boolean wasTold = told;
    told = false;
    return wasTold;
  }
}
