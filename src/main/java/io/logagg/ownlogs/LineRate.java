package io.logagg.ownlogs;

import java.util.function.LongSupplier;

/** Lets so many lines through at once, and then so many over time. Thread-safe. */
final class LineRate {
  private final int burst;
  private final long refillNanos;
  private final LongSupplier nanoClock;
  private int tokens;
  private long filledNanos;

  /**
   * A full one.
   *
   * @param refillNanos the time after which one more may pass
   */
  LineRate(int burst, long refillNanos, LongSupplier nanoClock) {
    this.burst = burst;
    this.refillNanos = refillNanos;
    this.nanoClock = nanoClock;
    this.tokens = burst;
    this.filledNanos = nanoClock.getAsLong();
  }

  synchronized boolean pass() {
    long now = nanoClock.getAsLong();
    long more = (now - filledNanos) / refillNanos;
    if (more > 0) {
      tokens = (int) Math.min(burst, tokens + more);
      filledNanos += more * refillNanos;
    }
    if (tokens == 0) {
      return false;
    }
    tokens--;
    return true;
  }
}
