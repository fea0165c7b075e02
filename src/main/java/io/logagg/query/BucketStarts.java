package io.logagg.query;

import io.logagg.record.Timestamps;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * Where the buckets of a histogram begin. Those of whole days begin at midnight of the zone, so a
 * day of 23 or 25 hours is one bucket; several days are counted from a Monday. Shorter ones are
 * counted from each midnight, and end at the next at the latest.
 */
final class BucketStarts {
  /** More are not made. */
  static final int MAX_BUCKETS = 10_000;

  /** 1969-12-29, as days since the epoch. */
  private static final long FIRST_MONDAY = -3;

  private final Interval interval;
  private final long sinceMicros;
  private final long untilMicros;
  private final ZoneId zone;
  private final long[] starts = new long[MAX_BUCKETS];
  private int count;

  private BucketStarts(Interval interval, long sinceMicros, long untilMicros, ZoneId zone) {
    this.interval = interval;
    this.sinceMicros = sinceMicros;
    this.untilMicros = untilMicros;
    this.zone = zone;
  }

  /**
   * In microseconds since the epoch: the first is at or before {@code sinceMicros}, unless that is
   * the first time there is. None if the range is empty.
   *
   * @throws TooManyBucketsException if there are more than {@link #MAX_BUCKETS}
   */
  static long[] of(Interval interval, long sinceMicros, long untilMicros, ZoneId zone) {
    BucketStarts made = new BucketStarts(interval, sinceMicros, untilMicros, zone);
    if (sinceMicros < untilMicros) {
      if (interval.isWholeDays()) {
        made.addDays();
      } else {
        made.addPartsOfDays();
      }
    }
    return Arrays.copyOf(made.starts, made.count);
  }

  private void addDays() {
    long days = interval.days();
    long first = dayOfSince().toEpochDay();
    long day = first - Math.floorMod(first - FIRST_MONDAY, days);
    for (long at = midnight(day); at < untilMicros; at = midnight(day)) {
      day += days;
      add(at, midnight(day));
    }
  }

  private void addPartsOfDays() {
    long day = dayOfSince().toEpochDay();
    for (long from = midnight(day); from < untilMicros; from = midnight(day)) {
      long to = midnight(++day);
      long step = interval.micros();
      long skipped = Math.max(0, (sinceMicros - from) / step);
      for (long at = from + skipped * step; at < to && at < untilMicros; at += step) {
        add(at, Math.min(to, at + step));
      }
    }
  }

  private void add(long start, long end) {
    // A zone that crossed the date line has a day without any time in it.
    if (end <= sinceMicros || end == start) {
      return;
    }
    if (count == MAX_BUCKETS) {
      throw new TooManyBucketsException(
          (untilMicros - sinceMicros) / interval.micros() + 1, MAX_BUCKETS);
    }
    starts[count++] = Math.max(start, Timestamps.MIN_MICROS);
  }

  private LocalDate dayOfSince() {
    return LocalDate.ofInstant(Timestamps.instant(sinceMicros), zone);
  }

  private long midnight(long epochDay) {
    return Timestamps.micros(LocalDate.ofEpochDay(epochDay).atStartOfDay(zone).toInstant());
  }
}
