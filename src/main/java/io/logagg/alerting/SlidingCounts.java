package io.logagg.alerting;

import io.logagg.alert.AlertRule;
import io.logagg.alert.Reading;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Counts of windows that overlap, from those of spans that do not. */
final class SlidingCounts {
  private final AlertRule rule;
  private final long[] bounds;
  private final List<Map<String, Long>> spans;

  /**
   * For one rule.
   *
   * @param bounds as {@link #bounds} makes them
   * @param spans what was counted between them, by group
   */
  SlidingCounts(AlertRule rule, long[] bounds, List<Map<String, Long>> spans) {
    this.rule = rule;
    this.bounds = bounds;
    this.spans = spans;
  }

  /** What must be counted apart for a rule at these times, which are an interval apart. */
  static long[] bounds(AlertRule rule, long[] times) {
    long first = times[0];
    long last = times[times.length - 1];
    long window = rule.times().window();
    long reach = rule.reachMicros();
    if (times.length == 1) {
      return reach == window
          ? new long[] {first - window, first}
          : new long[] {first - reach, first - window, first};
    }
    long step = step(rule);
    long from = first - reach;
    return LongStream.rangeClosed(0, (last - from) / step).map(i -> from + i * step).toArray();
  }

  /** The longest span of which windows, intervals and what they look back are multiples. */
  static long step(AlertRule rule) {
    BigInteger step =
        BigInteger.valueOf(rule.times().window()).gcd(BigInteger.valueOf(rule.times().interval()));
    return step.gcd(BigInteger.valueOf(rule.reachMicros())).longValueExact();
  }

  /** How many spans must be counted for so many times. */
  static long spans(AlertRule rule, long times) {
    return (rule.reachMicros() + (times - 1) * rule.times().interval()) / step(rule);
  }

  List<List<Reading>> readings(long[] times) {
    List<List<Reading>> readings = new ArrayList<>(times.length);
    Sum window = new Sum();
    Sum reach = new Sum();
    for (long time : times) {
      int end = index(time);
      window.moveTo(index(time - rule.times().window()), end);
      Set<String> seen = Set.of();
      if (rule.looksBack()) {
        reach.moveTo(index(time - rule.reachMicros()), end);
        seen = new HashSet<>(reach.counts.keySet());
      }
      readings.add(Reading.of(rule, Map.copyOf(window.counts), seen));
    }
    return readings;
  }

  private int index(long time) {
    int index = Arrays.binarySearch(bounds, time);
    if (index < 0) {
      throw new IllegalStateException("no span begins at " + time);
    }
    return index;
  }

  /** The counts of some spans that follow one another, which move on. */
  private final class Sum {
    private final Map<String, Long> counts = new HashMap<>();
    private int from;
    private int until;
    private boolean begun;

    void moveTo(int newFrom, int newUntil) {
      if (!begun) {
        begun = true;
        from = newFrom;
        until = newFrom;
      }
      for (; until < newUntil; until++) {
        spans.get(until).forEach((group, n) -> counts.merge(group, n, Long::sum));
      }
      for (; from < newFrom; from++) {
        spans
            .get(from)
            .forEach((group, n) -> counts.computeIfPresent(group, (g, sum) -> less(sum, n)));
      }
    }

    private static @Nullable Long less(long sum, long n) {
      return sum == n ? null : (Long) (sum - n);
    }
  }
}
