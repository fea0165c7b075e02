package io.logagg.persistence;

import io.logagg.filter.BloomFilter;
import io.logagg.record.Timestamps;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The rows of {@code field_filters} for some records: for each field that occurs in them one, or a
 * few where their times lie far apart.
 */
final class FilterRows {
  /**
   * Stretches of time with a filter each; so that a wild date does not make a filter of all time.
   */
  private static final int MAX_RANGES = 16;

  private static final long MIN_GAP_MICROS = 60_000_000;

  /** What {@link #add} adds, as rows. */
  static final String VALUES =
      """
      unnest(${n}::timestamptz[]), unnest(${n+1}::timestamptz[]), unnest(${n+2}::int4[]), unnest(${n+3}::text[]),
      unnest(${n+4}::bytea[])""";

  static final String COLUMNS = "since, until, n, field, bits";

  private final List<OffsetDateTime> since = new ArrayList<>();
  private final List<OffsetDateTime> until = new ArrayList<>();
  private final List<Integer> ns = new ArrayList<>();
  private final List<String> fields = new ArrayList<>();
  private final List<Buffer> bits = new ArrayList<>();

  /**
   * For records of these times, in microseconds since the epoch.
   *
   * @param metadata of the record of that index
   */
  FilterRows(List<FieldExtractor> extractors, long[] times, IntFunction<String> metadata) {
    if (extractors.isEmpty() || times.length == 0) {
      return;
    }
    TimeRanges ranges = TimeRanges.of(times, MIN_GAP_MICROS, MAX_RANGES);
    long[] starts = ranges.since().stream().mapToLong(Timestamps::micros).toArray();
    for (FieldExtractor extractor : extractors) {
      addField(extractor, ranges, starts, times, metadata);
    }
  }

  private void addField(
      FieldExtractor extractor,
      TimeRanges ranges,
      long[] starts,
      long[] times,
      IntFunction<String> metadata) {
    Hashes[] found = new Hashes[starts.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = new Hashes();
    }
    for (int i = 0; i < times.length; i++) {
      extractor.extract(metadata.apply(i), found[starts.length == 1 ? 0 : at(starts, times[i])]);
    }
    for (int i = 0; i < found.length; i++) {
      if (found[i].isEmpty()) {
        continue;
      }
      BloomFilter filter = found[i].toFilter();
      since.add(ranges.since().get(i));
      until.add(ranges.until().get(i));
      ns.add(filter.values());
      fields.add(extractor.field());
      bits.add(Buffer.buffer(filter.bytes()));
    }
  }

  /** The range that begins last before this time. */
  private static int at(long[] starts, long time) {
    int found = Arrays.binarySearch(starts, time);
    return found >= 0 ? found : -found - 2;
  }

  boolean isEmpty() {
    return fields.isEmpty();
  }

  /** Adds five parameters. */
  Tuple add(Tuple parameters) {
    return parameters
        .addArrayOfOffsetDateTime(since.toArray(OffsetDateTime[]::new))
        .addArrayOfOffsetDateTime(until.toArray(OffsetDateTime[]::new))
        .addArrayOfInteger(ns.toArray(Integer[]::new))
        .addArrayOfString(fields.toArray(String[]::new))
        .addArrayOfBuffer(bits.toArray(Buffer[]::new));
  }

  /** {@link #VALUES} where these parameters begin with this number. */
  static String values(int first) {
    String sql = VALUES.replace("{n}", String.valueOf(first));
    for (int i = 1; i < 5; i++) {
      sql = sql.replace("{n+" + i + "}", String.valueOf(first + i));
    }
    return sql;
  }

  private static final class Hashes implements FieldExtractor.Sink {
    private long[] hashes = new long[16];
    private int count;
    private boolean isAnything;

    @Override
    public void add(long hash) {
      if (count == hashes.length) {
        hashes = Arrays.copyOf(hashes, 2 * count);
      }
      hashes[count++] = hash;
    }

    @Override
    public void addAnything() {
      isAnything = true;
    }

    boolean isEmpty() {
      return count == 0 && !isAnything;
    }

    BloomFilter toFilter() {
      return isAnything ? BloomFilter.anything() : BloomFilter.of(hashes, count);
    }
  }
}
