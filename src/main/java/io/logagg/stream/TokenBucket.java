package io.logagg.stream;

/**
 * A bucket that fills at a steady rate, up to what comes in one second. What is taken may be more
 * than is in it: then it is in debt, and fills from there. So the rate over time is exact whatever
 * the size of a single take. Times are those of {@link System#nanoTime}. Not thread-safe.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private double perSecond;
  private double level;
  private long atNanos;

  /** A full one. */
  TokenBucket(long perSecond, long nowNanos) {
    this.perSecond = (double) perSecond;
    this.level = this.perSecond;
    this.atNanos = nowNanos;
  }

  long perSecond() {
    return (long) perSecond;
  }

  /** Fills at another rate from now on; it holds no more than one second's worth of that. */
  void fillAt(long newPerSecond, long nowNanos) {
    level(nowNanos);
    perSecond = (double) newPerSecond;
    level = Math.min(level, perSecond);
  }

  /** How much is in it now; below zero for a debt. */
  double level(long nowNanos) {
    long passed = nowNanos - atNanos;
    if (passed > 0) { // Threads may come in another order than that in which they looked.
      level = Math.min(perSecond, level + passed / NANOS_PER_SECOND * perSecond);
      atNanos = nowNanos;
    }
    return level;
  }

  /** Takes so much; a negative number gives back. */
  void take(long count, long nowNanos) {
    level = Math.min(perSecond, level(nowNanos) - count);
  }

  /** So much is in it now, as others know better. */
  void set(double known, long nowNanos) {
    level = Math.min(perSecond, known);
    atNanos = nowNanos;
  }

  boolean isFull(long nowNanos) {
    return level(nowNanos) >= perSecond;
  }
}
