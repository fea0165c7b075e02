package io.logagg.persistence;

import io.logagg.record.Timestamps;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The times of a batch as ranges, so that whoever looks for its rows looks there and nowhere else,
 * however far apart they lie. Both ends belong to a range; ranges are disjoint and in order.
 */
record TimeRanges(List<OffsetDateTime> since, List<OffsetDateTime> until) {
  /** Times that are closer lie in one range: looking through a second costs less than a range. */
  static final long MIN_GAP_MICROS = 1_000_000;

  /** Beyond that many, the largest gaps count. */
  static final int MAX_RANGES = 1024;

  /** The ranges of these times, in microseconds since the epoch, at least one. */
  static TimeRanges of(long[] times) {
    return of(times, MIN_GAP_MICROS, MAX_RANGES);
  }

  /**
   * The same with other bounds.
   *
   * @param minGapMicros times that are closer lie in one range
   */
  static TimeRanges of(long[] times, long minGapMicros, int maxRanges) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (long time : times) {
      min = Math.min(min, time);
      max = Math.max(max, time);
    }
    return max - min < minGapMicros
        ? new TimeRanges(List.of(Timestamps.utc(min)), List.of(Timestamps.utc(max)))
        : split(times.clone(), minGapMicros, maxRanges);
  }

  private static TimeRanges split(long[] sorted, long minGapMicros, int maxRanges) {
    Arrays.sort(sorted);
    long leastGap = leastGap(sorted, minGapMicros, maxRanges);
    List<OffsetDateTime> since = new ArrayList<>();
    List<OffsetDateTime> until = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] - sorted[i - 1] >= leastGap) {
        since.add(Timestamps.utc(sorted[first]));
        until.add(Timestamps.utc(sorted[i - 1]));
        first = i;
      }
    }
    return new TimeRanges(since, until);
  }

  /** The least gap that parts two ranges. */
  private static long leastGap(long[] sorted, long minGapMicros, int maxRanges) {
    if (sorted.length <= maxRanges) {
      return minGapMicros;
    }
    long[] gaps = new long[sorted.length - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = sorted[i + 1] - sorted[i];
    }
    Arrays.sort(gaps);
    // One more than the largest that is too many: of equal ones none is a gap then.
    return Math.max(minGapMicros, gaps[gaps.length - maxRanges] + 1);
  }
}
