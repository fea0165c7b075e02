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
  /** Beyond these, values are only in the total. */
  public static final int MAX_VALUES = 1000;

  private static final long MINUTE_MICROS = 60_000_000;

  private final Database database;

  public LogStats(Database database) {
    this.database = database;
  }

  /**
   * How many records there are, in all and by value: of each kind the {@link #MAX_VALUES} largest.
   *
   * @param byService a record without a service counts under {@code ""}
   */
  public record Totals(
      long total,
      Map<String, Long> byLevel,
      Map<String, Long> byApp,
      Map<String, Long> byService) {}

  public Future<Totals> totals(LogFilter filter) {
    Sql sql = new Sql().add("WITH counts AS (SELECT app_id, level, service, sum(n) AS n FROM (");
    addCounts(sql, filter);
    sql.add(
        """
        ) c GROUP BY 1, 2, 3), named AS (
          SELECT a.name AS app, c.level, c.service, c.n
          FROM counts c JOIN apps a ON a.id = c.app_id AND a.deleted_at IS NULL WHERE c.n <> 0
        ), sums AS (
          SELECT grouping(app, level, service) AS kind, coalesce(app, level, service, '') AS value, sum(n)::int8 AS n
          FROM named GROUP BY GROUPING SETS ((), (app), (level), (service)) HAVING sum(n) <> 0
        )
        SELECT kind, value, n FROM (
          SELECT *, row_number() OVER (PARTITION BY kind ORDER BY n DESC, value) AS place FROM sums) ranked
        WHERE place <=\s""");
    sql.bind(MAX_VALUES);
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
      long count = row.getLong(2);
      // Each bit is set that was not grouped by: app, level, service.
      switch (row.getInteger(0)) {
        case 0b011 -> byApp.put(row.getString(1), count);
        case 0b101 -> byLevel.put(row.getString(1), count);
        case 0b110 -> byService.put(row.getString(1), count);
        default -> total = count;
      }
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
