package io.logagg.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.Timestamps;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class TimeRangesTest {
  private static final long SECOND = TimeRanges.MIN_GAP_MICROS;

  private static void assertRanges(TimeRanges ranges, long... bounds) {
    assertEquals(bounds.length, 2 * ranges.since().size());
    for (int i = 0; i < bounds.length; i += 2) {
      assertEquals(bounds[i], Timestamps.micros(ranges.since().get(i / 2)));
      assertEquals(bounds[i + 1], Timestamps.micros(ranges.until().get(i / 2)));
    }
  }

  @Test
  void shouldMakeOneRangeOfTimesThatAreClose() {
    assertRanges(TimeRanges.of(new long[] {7}), 7, 7);
    assertRanges(TimeRanges.of(new long[] {9, 7, 8}), 7, 9);
    assertRanges(TimeRanges.of(new long[] {2 * SECOND - 2, 0, SECOND - 1}), 0, 2 * SECOND - 2);
  }

  @Test
  void shouldSplitWhereTimesLieApart() {
    long[] times = {5 * SECOND, Timestamps.MIN_MICROS, 5 * SECOND + 1, Timestamps.MAX_MICROS, 0};
    assertRanges(
        TimeRanges.of(times),
        Timestamps.MIN_MICROS,
        Timestamps.MIN_MICROS,
        0,
        0,
        5 * SECOND,
        5 * SECOND + 1,
        Timestamps.MAX_MICROS,
        Timestamps.MAX_MICROS);
  }

  @Test
  void shouldSplitAtTheLargestGapsWhenThereAreMany() {
    int near = 5 * TimeRanges.MAX_RANGES;
    // Gaps of 2 s, and behind them two of an hour.
    long[] times =
        LongStream.concat(
                LongStream.range(0, near).map(i -> i * 2 * SECOND),
                LongStream.of(
                    2L * near * SECOND + 3600 * SECOND, 2L * near * SECOND + 7200 * SECOND))
            .toArray();
    assertEquals(3, TimeRanges.of(times).since().size());
  }

  @Test
  void shouldCoverEachTimeInOrderAndWithinItsBoundWhateverTheTimes() {
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      long spread = 1L << random.nextInt(58);
      long[] times = random.longs(1 + random.nextInt(3000), 0, spread).toArray();
      TimeRanges ranges = TimeRanges.of(times);
      int count = ranges.since().size();
      assertTrue(count <= TimeRanges.MAX_RANGES);
      for (int i = 1; i < count; i++) {
        assertTrue(ranges.until().get(i - 1).isBefore(ranges.since().get(i)));
      }
      for (long time : times) {
        assertTrue(isCovered(ranges, time), "round " + round);
      }
    }
  }

  private static boolean isCovered(TimeRanges ranges, long time) {
    for (int i = 0; i < ranges.since().size(); i++) {
      if (Timestamps.micros(ranges.since().get(i)) <= time
          && time <= Timestamps.micros(ranges.until().get(i))) {
        return true;
      }
    }
    return false;
  }
}
