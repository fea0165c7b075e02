package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts records: whole minutes from the rollups, the rest of a range, and whatever asks for more
 * than names, from the rows. All in one snapshot. Thread-safe.
 */
public final class LogStats {
  /** Beyond these, values are only in the total. */
  public static final int MAX_VALUES = 1000;

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

  /** Whether counting takes little time, however many records there are. */
  public static boolean isQuick(LogFilter filter) {
    return !filter.needsRows();
  }

  public Future<Totals> totals(LogFilter filter) {
    return totals(filter, new Abandonment());
  }

  /** The same for a caller who may go away. */
  public Future<Totals> totals(LogFilter filter, Abandonment abandonment) {
    return database.snapshot(
        connection ->
            BlockCounts.of(connection, CountSql.byRecords(filter), micros -> 0)
                .compose(
                    blocks -> {
                      Sql sql = sql(filter, blocks);
                      return connection
                          .preparedQuery(sql.text())
                          .execute(Tuple.from(sql.parameters()));
                    })
                .map(LogStats::totals),
        abandonment);
  }

  private static Sql sql(LogFilter filter, BlockCounts blocks) {
    Sql sql = new Sql().add("WITH counts AS (SELECT app_id, level, service, sum(n) AS n FROM (");
    new CountSql(sql, filter, time -> "0", blocks).addCounts();
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
    return sql.bind(MAX_VALUES);
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
}
