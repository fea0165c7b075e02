package io.logagg.query;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the numbers in each of some buckets, one behind the other. Not thread-safe while
 * it is being filled.
 */
public final class NumberSeries {
  /** Each bucket tells those with the most numbers in all buckets; the rest stands together. */
  public static final int MAX_GROUPS = 20;

  static final int REST = MAX_GROUPS;
  static final int ALL = MAX_GROUPS + 1;

  private final Interval interval;
  private final long[] starts;
  private final @Nullable Point[][] points = new @Nullable Point[ALL + 1][];
  private final @Nullable String[] names = new @Nullable String[MAX_GROUPS];
  private Scanned scanned = new Scanned(false, 0, null);

  NumberSeries(Interval interval, long[] starts) {
    this.interval = interval;
    this.starts = starts;
  }

  /** Something to be known of numbers. */
  public enum Statistic {
    AVG("avg(x)"),
    MIN("min(x)"),
    MAX("max(x)"),
    P50("percentile_disc(0.5) WITHIN GROUP (ORDER BY x)"),
    P95("percentile_disc(0.95) WITHIN GROUP (ORDER BY x)"),
    P99("percentile_disc(0.99) WITHIN GROUP (ORDER BY x)");

    /** Of the numbers {@code x}. */
    final String sql;

    Statistic(String sql) {
      this.sql = sql;
    }
  }

  /**
   * What is known of some numbers.
   *
   * @param count how many; never none
   * @param values in the order of what was asked for
   */
  public record Point(long count, List<BigDecimal> values) {
    public Point {
      values = List.copyOf(values);
    }
  }

  void name(int group, String name) {
    names[group] = name;
  }

  /** Of a group, {@link #REST} or {@link #ALL}. */
  void put(int bucket, int group, Point point) {
    @Nullable Point[] ofGroup = points[group];
    if (ofGroup == null) {
      ofGroup = new @Nullable Point[starts.length];
      points[group] = ofGroup;
    }
    ofGroup[bucket] = point;
  }

  void scanned(Scanned what) {
    scanned = what;
  }

  public Scanned scanned() {
    return scanned;
  }

  public String interval() {
    return interval.text();
  }

  /** How many buckets. */
  public int size() {
    return starts.length;
  }

  /** In microseconds since the epoch. */
  public long startMicros(int bucket) {
    return starts[bucket];
  }

  /** Of all numbers in a bucket; null if there are none. */
  public @Nullable Point all(int bucket) {
    return point(ALL, bucket);
  }

  /** Of those that belong to none of the groups that are told; null if there are none. */
  public @Nullable Point rest(int bucket) {
    return point(REST, bucket);
  }

  /** Gives each group that has numbers in a bucket, those with the most in all buckets first. */
  public void groups(int bucket, BiConsumer<String, Point> to) {
    for (int group = 0; group < MAX_GROUPS; group++) {
      String name = names[group];
      Point point = point(group, bucket);
      if (name != null && point != null) {
        to.accept(name, point);
      }
    }
  }

  private @Nullable Point point(int group, int bucket) {
    @Nullable Point[] ofGroup = points[group];
    return ofGroup == null ? null : ofGroup[bucket];
  }
}
