package io.logagg.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What changed between two counts of the same things: two maps of counts, whatever the keys stand
 * for.
 *
 * <p>If the two are of times of different lengths, what is expected now is what was counted before,
 * times their ratio. The measure of a change is its size in units of what chance alone does: for
 * {@code x} now and {@code y} before, {@code f} the ratio, it is {@code (x - f y) / sqrt(x + f²
 * y)}, the difference of two Poisson counts by its standard deviation. Beyond about 3, it is hardly
 * chance.
 */
public final class Comparison {
  private Comparison() {}

  /**
   * Counts of one time.
   *
   * @param isWhole whether what is not there has none; else it may have fewer than those that are
   */
  public record Side(Map<String, Long> counts, boolean isWhole) {
    public Side {
      counts = Map.copyOf(counts);
    }
  }

  /** In which way something changed. */
  public enum Kind {
    /** There was none before. */
    NEW,
    GREW,
    SAME,
    SHRANK,
    /** There is none now. */
    GONE
  }

  /**
   * A change.
   *
   * @param expected what was counted before, for a time of the same length
   * @param score the measure: above 0 if there is more now
   */
  public record Change(
      String value, Kind kind, long now, long before, double expected, double score) {}

  /**
   * All changes, the largest first. What stands on one side only is left out if the other is not
   * whole.
   *
   * @param ratio of the length of the time now to that before
   */
  public static List<Change> of(Side now, Side before, double ratio) {
    TreeSet<String> values = new TreeSet<>(now.counts().keySet());
    values.addAll(before.counts().keySet());
    List<Change> changes = new ArrayList<>();
    for (String value : values) {
      boolean isKnownNow = now.isWhole() || now.counts().containsKey(value);
      boolean isKnownBefore = before.isWhole() || before.counts().containsKey(value);
      if (isKnownNow && isKnownBefore) {
        changes.add(
            change(
                value,
                now.counts().getOrDefault(value, 0L),
                before.counts().getOrDefault(value, 0L),
                ratio));
      }
    }
    changes.sort(
        Comparator.comparingDouble((Change change) -> Math.abs(change.score()))
            .reversed()
            .thenComparing(Change::value));
    return changes;
  }

  private static Change change(String value, long now, long before, double ratio) {
    double expected = before * ratio;
    double deviation = Math.sqrt(now + ratio * expected);
    double score = deviation == 0 ? 0 : (now - expected) / deviation;
    return new Change(value, kind(now, before, expected), now, before, expected, score);
  }

  private static Kind kind(long now, long before, double expected) {
    if (before == 0 && now > 0) {
      return Kind.NEW;
    }
    if (now == 0 && before > 0) {
      return Kind.GONE;
    }
    return now > expected ? Kind.GREW : now < expected ? Kind.SHRANK : Kind.SAME;
  }
}
