package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts records: whole minutes from the rollups, the rest of a range, and whatever asks for text,
 * from the rows. All in one statement, so in one snapshot. Thread-safe.
 */
public final class LogStats {
  private static final long MINUTE_MICROS = 60_000_000;

  private final Database database;

  public LogStats(Database database) {
    this.database = database;
  }

  /**
   * How many records there are, in all and by value.
   *
   * @param byService a record without a service counts under {@code ""}
   */
  public record Totals(
      long total,
      Map<String, Long> byLevel,
      Map<String, Long> byApp,
      Map<String, Long> byService) {}

  public Future<Totals> totals(LogFilter filter) {
    Sql sql = new Sql().add("SELECT a.name, c.level, c.service, sum(c.n)::int8 FROM (");
    addCounts(sql, filter);
    sql.add(
        ") c JOIN apps a ON a.id = c.app_id AND a.deleted_at IS NULL GROUP BY 1, 2, 3 HAVING sum(c.n) <> 0");
    return database
        .read(
            connection ->
                connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())))
        .map(LogStats::totals);
  }

  private static Totals totals(RowSet<Row> rows) {
    long total = 0;
    Map<String, Long> byLevel = new TreeMap<>();
    Map<String, Long> byApp = new TreeMap<>();
    Map<String, Long> byService = new TreeMap<>();
    for (Row row : rows) {
      long count = row.getLong(3);
      total += count;
      byApp.merge(row.getString(0), count, Long::sum);
      byLevel.merge(row.getString(1), count, Long::sum);
      byService.merge(row.getString(2), count, Long::sum);
    }
    return new Totals(total, byLevel, byApp, byService);
  }

  /** Adds a query of app_id, level, service and n. */
  private static void addCounts(Sql sql, LogFilter filter) {
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    Long firstMinute = since == null ? null : -Math.floorDiv(-since, MINUTE_MICROS) * MINUTE_MICROS;
    Long lastMinute = until == null ? null : Math.floorDiv(until, MINUTE_MICROS) * MINUTE_MICROS;
    boolean noWholeMinute = firstMinute != null && lastMinute != null && firstMinute >= lastMinute;
    if (filter.text() != null || noWholeMinute) {
      addRows(sql, filter, since, until);
      return;
    }
    addRollups(sql, "rollups", filter, firstMinute, lastMinute);
    sql.add(" UNION ALL ");
    addRollups(sql, "rollup_deltas", filter, firstMinute, lastMinute);
    if (since != null && !since.equals(firstMinute)) {
      sql.add(" UNION ALL ");
      addRows(sql, filter, since, firstMinute);
    }
    if (until != null && !until.equals(lastMinute)) {
      sql.add(" UNION ALL ");
      addRows(sql, filter, lastMinute, until);
    }
  }

  private static void addRollups(
      Sql sql, String table, LogFilter filter, @Nullable Long since, @Nullable Long until) {
    sql.add("SELECT l.app_id, l.level, l.service, l.n FROM " + table + " l WHERE true");
    FilterSql.addRange(sql, "l.minute", since, until);
    FilterSql.addNames(sql, filter);
  }

  private static void addRows(
      Sql sql, LogFilter filter, @Nullable Long since, @Nullable Long until) {
    sql.add("SELECT l.app_id, l.level, l.service, count(*) AS n FROM logs l WHERE true");
    FilterSql.addConditions(
        sql,
        new LogFilter(
            filter.apps(), filter.levels(), filter.services(), since, until, filter.text()));
    sql.add(" GROUP BY 1, 2, 3");
  }
}
