package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Counts of records as SQL: whole minutes from the rollups, the rest of a range, and whatever asks
 * for text or for parts of minutes, from the rows.
 */
final class CountSql {
  static final long MINUTE_MICROS = 60_000_000;

  private final Sql sql;
  private final LogFilter filter;
  private final UnaryOperator<String> place;

  /**
   * For one statement.
   *
   * @param place makes the SQL of what stands in the column {@code at} from the SQL of a time
   */
  CountSql(Sql sql, LogFilter filter, UnaryOperator<String> place) {
    this.sql = sql;
    this.filter = filter;
    this.place = place;
  }

  /** Adds a query of {@code at}, {@code app_id}, {@code level}, {@code service} and {@code n}. */
  void addCounts() {
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    Long firstMinute = since == null ? null : -Math.floorDiv(-since, MINUTE_MICROS) * MINUTE_MICROS;
    Long lastMinute = until == null ? null : minute(until);
    boolean noWholeMinute = firstMinute != null && lastMinute != null && firstMinute >= lastMinute;
    if (needsRows(filter) || noWholeMinute) {
      addRows();
      return;
    }
    addRollups(firstMinute, lastMinute);
    if (since != null && !since.equals(firstMinute)) {
      sql.add(" UNION ALL ");
      addRows(since, firstMinute);
    }
    if (until != null && !until.equals(lastMinute)) {
      sql.add(" UNION ALL ");
      addRows(lastMinute, until);
    }
  }

  /** Whether the rollups cannot tell what is meant, whatever the times. */
  static boolean needsRows(LogFilter filter) {
    return filter.text() != null;
  }

  /** When the minute of a time began. */
  static long minute(long micros) {
    return Math.floorDiv(micros, MINUTE_MICROS) * MINUTE_MICROS;
  }

  /** The same of the minutes that begin in this range, by the rollups alone and without text. */
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

  /** The same by the rows alone. */
  void addRows() {
    addRows(filter.sinceMicros(), filter.untilMicros());
  }

  private void addRows(@Nullable Long since, @Nullable Long until) {
    sql.add("SELECT " + place.apply("l.\"timestamp\"") + " AS at, l.app_id, l.level, l.service, ")
        .add("count(*) AS n FROM logs l WHERE true");
    FilterSql.addConditions(sql, filter.within(since, until));
    sql.add(" GROUP BY 1, 2, 3, 4");
  }
}
