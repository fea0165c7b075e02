package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.record.Timestamps;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Counts of records as SQL: whole minutes from the rollups, the rest of a range, and whatever asks
 * for more than names or for parts of minutes, from the rows.
 */
final class CountSql {
  static final long MINUTE_MICROS = 60_000_000;

  private final Sql sql;
  private final LogFilter filter;
  private final UnaryOperator<String> place;
  private final BlockCounts blocks;

  /**
   * For one statement that counts by the rollups alone.
   *
   * @param place makes the SQL of what stands in the column {@code at} from the SQL of a time
   */
  CountSql(Sql sql, LogFilter filter, UnaryOperator<String> place) {
    this(sql, filter, place, BlockCounts.NONE);
  }

  /**
   * For one statement.
   *
   * @param blocks of the parts that {@link #byRecords} tells, if that is asked of it
   */
  CountSql(Sql sql, LogFilter filter, UnaryOperator<String> place, BlockCounts blocks) {
    this.sql = sql;
    this.filter = filter;
    this.place = place;
    this.blocks = blocks;
  }

  /**
   * For one statement that counts in spans that follow one another: {@code at} is the number of the
   * span, from 1.
   *
   * @param starts of the spans, in microseconds, ascending
   */
  static CountSql ofSpans(Sql sql, LogFilter filter, long[] starts, BlockCounts blocks) {
    String bounds =
        sql.parameter(
            Arrays.stream(starts).mapToObj(Timestamps::utc).toArray(OffsetDateTime[]::new));
    return new CountSql(
        sql, filter, time -> "width_bucket(" + time + ", " + bounds + "::timestamptz[])", blocks);
  }

  /** What is counted by the records, not by the rollups. */
  static List<LogFilter> byRecords(LogFilter filter) {
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    Long firstMinute = firstMinute(since);
    Long lastMinute = until == null ? null : minute(until);
    boolean noWholeMinute = firstMinute != null && lastMinute != null && firstMinute >= lastMinute;
    if (filter.needsRows() || noWholeMinute) {
      return List.of(filter);
    }
    List<LogFilter> parts = new ArrayList<>();
    if (since != null && !since.equals(firstMinute)) {
      parts.add(filter.within(since, firstMinute));
    }
    if (until != null && !until.equals(lastMinute)) {
      parts.add(filter.within(lastMinute, until));
    }
    return parts;
  }

  private static @Nullable Long firstMinute(@Nullable Long since) {
    return since == null ? null : (Long) nextMinute(since);
  }

  /** Adds a query of {@code at}, {@code app_id}, {@code level}, {@code service} and {@code n}. */
  void addCounts() {
    List<LogFilter> parts = byRecords(filter);
    if (!parts.equals(List.of(filter))) {
      Long until = filter.untilMicros();
      addRollups(firstMinute(filter.sinceMicros()), until == null ? null : minute(until));
    }
    for (LogFilter part : parts) {
      sql.add(part.equals(filter) ? "" : " UNION ALL ");
      addRows(part);
    }
    blocks.addTo(sql);
  }

  /** When the minute of a time began. */
  static long minute(long micros) {
    return Math.floorDiv(micros, MINUTE_MICROS) * MINUTE_MICROS;
  }

  /** When the first minute begins that does so at this time or later. */
  static long nextMinute(long micros) {
    return -Math.floorDiv(-micros, MINUTE_MICROS) * MINUTE_MICROS;
  }

  /**
   * The same of the minutes that begin in this range, by the rollups alone: all that have the
   * names.
   */
  void addRollups(@Nullable Long since, @Nullable Long until) {
    addRollups("rollups", since, until);
    sql.add(" UNION ALL ");
    addRollups("rollup_deltas", since, until);
  }

  private void addRollups(String table, @Nullable Long since, @Nullable Long until) {
    sql.add("SELECT " + place.apply("l.minute") + " AS at, l.app_id, l.level, l.service, l.n FROM ")
        .add(table + " l WHERE true");
    FilterSql.addRange(sql, "l.minute", since, until);
    FilterSql.addNames(sql, filter);
  }

  /** The same by the records alone. */
  void addRecords() {
    addRows(filter);
    blocks.addTo(sql);
  }

  private void addRows(LogFilter part) {
    sql.add("SELECT " + place.apply("l.\"timestamp\"") + " AS at, l.app_id, l.level, l.service, ")
        .add("count(*) AS n FROM logs l WHERE true");
    FilterSql.addConditions(sql, part);
    sql.add(" GROUP BY 1, 2, 3, 4");
  }
}
