package io.logagg.query;

import io.logagg.filter.Sql;
import io.logagg.query.LogScan.From;
import io.logagg.record.Timestamps;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Where a scan looks that need not go through all rows. */
sealed interface Sparse {
  /** The first rows of all, whether they match or not: what is common is found there. */
  record Nearby() implements Sparse {
    /**
     * Costs about a millisecond if it was in vain; holds a page of 100 of what is a fiftieth of
     * all.
     */
    static final int ROWS = 5000;
  }

  /** Looks into stretches of time. */
  sealed interface Stretches extends Sparse {
    /**
     * Adds a query of the stretches of time to look into, disjoint, as {@code since} and {@code
     * until}, the latter exclusive.
     *
     * @param rows how many rows are wanted
     */
    void addStretches(Sql sql, From from, int rows);
  }

  /**
   * The minutes that hold matches, by the rollups; good for the rows of one chunk.
   *
   * @param boundMicros beyond which it does not look; null if it looks everywhere
   */
  record Minutes(@Nullable Long boundMicros) implements Stretches {
    @Override
    public void addStretches(Sql sql, From from, int rows) {
      sql.add("SELECT minute AS since, minute + interval '1 minute' AS until FROM (");
      RareMatches.addMinutes(sql, from, this, rows);
      sql.add(") minutes");
    }
  }

  /** Stretches beyond which nothing matches, found beforehand; good for the whole scan. */
  record Ranges(List<TimeRange> ranges) implements Stretches {
    public Ranges {
      ranges = List.copyOf(ranges);
    }

    @Override
    public void addStretches(Sql sql, From from, int rows) {
      sql.add("SELECT * FROM unnest(")
          .bind(times(TimeRange::sinceMicros))
          .add("::timestamptz[], ")
          .bind(times(TimeRange::untilMicros))
          .add("::timestamptz[]) AS r(since, until)");
    }

    private OffsetDateTime[] times(ToLongFunction<TimeRange> end) {
      return ranges.stream()
          .map(range -> Timestamps.utc(end.applyAsLong(range)))
          .toArray(OffsetDateTime[]::new);
    }
  }
}
