package io.logagg.query;

/**
 * A stretch of time, in microseconds since the epoch.
 *
 * @param sinceMicros inclusive
 * @param untilMicros exclusive
 */
public record TimeRange(long sinceMicros, long untilMicros) {
  public TimeRange {
    if (sinceMicros >= untilMicros) {
      throw new IllegalArgumentException("since=" + sinceMicros + ", until=" + untilMicros);
    }
  }
}
