package io.logagg.record;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which times a record may have.
 *
 * @param maxAgeDays how old, 0 for as old as it likes
 * @param maxFutureDays how far ahead of the time of receipt
 */
public record TimeWindow(int maxAgeDays, int maxFutureDays) {
  private static final long MICROS_PER_DAY = Duration.ofDays(1).toMillis() * 1000;

  /** More than lie between the first time there is and the last. */
  private static final int MAX_DAYS = 4_000_000;

  /** Why a record of that time is refused; null if it is not. */
  public @Nullable String refusal(long timestampMicros, long receivedAtMicros) {
    if (timestampMicros > receivedAtMicros + micros(maxFutureDays)) {
      return "timestamp "
          + Timestamps.format(timestampMicros)
          + " is more than retention.maxFutureDays="
          + maxFutureDays
          + " days ahead";
    }
    if (maxAgeDays > 0 && timestampMicros < receivedAtMicros - micros(maxAgeDays)) {
      return "timestamp "
          + Timestamps.format(timestampMicros)
          + " is older than retention.maxAgeDays="
          + maxAgeDays
          + " days";
    }
    return null;
  }

  private static long micros(int days) {
    return Math.min(days, MAX_DAYS) * MICROS_PER_DAY;
  }
}
