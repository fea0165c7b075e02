package io.logagg.stream;

/**
 * How fast the workers empty the stream, as far as one who appends to it can tell. What others
 * append in the meantime makes it look slower, and rightly so: it is the room that counts. Not
 * thread-safe.
 */
final class DrainRate {
  private static final double WEIGHT_OF_NEWEST = 0.2;
  private static final int MIN_SECONDS = 1;
  private static final int MAX_SECONDS = 60;

  private double recordsPerSecond;
  private long looks;
  private long lastNanos;
  private long lastPending = -1;

  /**
   * Learns from one look at the stream.
   *
   * @param pending how many records wait
   * @param appended how many were appended from here since the last look
   */
  void look(long pending, long appended, long nowNanos) {
    if (lastPending >= 0 && nowNanos > lastNanos) {
      double seconds = (nowNanos - lastNanos) / 1e9;
      double drained = Math.max(0, lastPending + appended - pending) / seconds;
      double weight = looks++ == 0 ? 1 : WEIGHT_OF_NEWEST;
      recordsPerSecond += weight * (drained - recordsPerSecond);
    }
    lastPending = pending;
    lastNanos = nowNanos;
  }

  /**
   * How long it takes until at most {@code goal} records wait: from 1 to 60 seconds, 60 if nothing
   * moves.
   */
  int secondsUntil(long goal) {
    double excess = Math.max(0, lastPending - goal);
    double seconds = recordsPerSecond < 1 ? MAX_SECONDS : excess / recordsPerSecond;
    return (int) Math.max(MIN_SECONDS, Math.min(MAX_SECONDS, Math.ceil(seconds)));
  }
}
