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
    return Duration.ofDays(days).toMillis() * 1000;
  }
}
