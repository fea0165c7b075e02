package io.logagg.query;

import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** Counts of records in buckets, one behind the other. Not thread-safe while it is being filled. */
public final class Histogram {
  /** Each bucket tells those with the most records in all buckets; the rest stands in one sum. */
  public static final int MAX_GROUPS = 20;

  private final Interval interval;
  private final long[] starts;
  private final long[] totals;

  /** The place behind the groups is that of the rest. */
  private final long[][] counts = new long[MAX_GROUPS + 1][];

  private final @Nullable String[] names = new @Nullable String[MAX_GROUPS];

  Histogram(Interval interval, long[] starts) {
    this.interval = interval;
    this.starts = starts;
    this.totals = new long[starts.length];
  }

  void name(int group, String name) {
    names[group] = name;
  }

  /** A group of {@link #MAX_GROUPS} is the rest. */
  void add(int bucket, int group, long count) {
    totals[bucket] += count;
    if (counts[group] == null) {
      counts[group] = new long[starts.length];
    }
    counts[group][bucket] += count;
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

  public long total(int bucket) {
    return totals[bucket];
  }

  /** How many records of a bucket belong to none of the groups that it tells. */
  public long other(int bucket) {
    return count(MAX_GROUPS, bucket);
  }

  /** Gives each group that has records in a bucket, those with the most in all buckets first. */
  public void groups(int bucket, ObjLongConsumer<String> to) {
    for (int group = 0; group < MAX_GROUPS; group++) {
      String name = names[group];
      long count = count(group, bucket);
      if (name != null && count != 0) {
        to.accept(name, count);
      }
    }
  }

  private long count(int group, int bucket) {
    long[] all = counts[group];
    return all == null ? 0 : all[bucket];
  }
}
