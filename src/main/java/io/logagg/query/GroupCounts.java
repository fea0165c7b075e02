package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.LogHistogram.GroupBy;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Counts records by group in spans of time that follow one another: whole minutes from the rollups
 * where the spans allow it, the rest from the rows, as {@link LogStats} does. Thread-safe.
 */
public final class GroupCounts {
  /** Of a span alone, more groups are not told, those with the fewest records first. */
  public static final int MAX_GROUPS = 1000;

  /** Of many spans, so many counts are told at most. */
  private static final int MAX_COUNTS = 500_000;

  private final Database database;

  public GroupCounts(Database database) {
    this.database = database;
  }

  /**
   * The counts of each span, by group; a group without records is not there.
   *
   * @param filter whose own bounds of time do not count
   * @param groupBy an app, a service, or nothing, whose group is {@code ""}
   * @param bounds where spans begin, and the end of the last, ascending
   */
  public Future<List<Map<String, Long>>> count(
      LogFilter filter, GroupBy groupBy, long[] bounds, Abandonment abandonment) {
    LogFilter range = filter.within(bounds[0], bounds[bounds.length - 1]);
    boolean byRollups =
        Arrays.stream(bounds, 1, bounds.length - 1)
            .allMatch(bound -> bound % CountSql.MINUTE_MICROS == 0);
    long[] starts = Arrays.copyOf(bounds, bounds.length - 1);
    List<LogFilter> parts = byRollups ? CountSql.byRecords(range) : List.of(range);
    return database
        .snapshot(
            connection ->
                BlockCounts.of(connection, parts, micros -> LogHistogram.bucket(starts, micros))
                    .compose(
                        blocks -> {
                          Sql sql = sql(range, groupBy, starts, byRollups, blocks);
                          return connection
                              .preparedQuery(sql.text())
                              .execute(Tuple.from(sql.parameters()));
                        }),
            abandonment)
        .map(rows -> counts(rows, starts.length));
  }

  private static Sql sql(
      LogFilter filter, GroupBy groupBy, long[] starts, boolean byRollups, BlockCounts blocks) {
    Sql sql = new Sql();
    String value =
        groupBy == GroupBy.APP ? "a.name" : groupBy == GroupBy.SERVICE ? "c.service" : "''";
    sql.add("WITH counts AS (SELECT at, app_id, ")
        .add(groupBy == GroupBy.SERVICE ? "service" : "'' AS service")
        .add(", sum(n) AS n FROM (");
    CountSql counts = CountSql.ofSpans(sql, filter, starts, blocks);
    if (byRollups) {
      counts.addCounts();
    } else {
      counts.addRecords();
    }
    return sql.add(") c GROUP BY 1, 2, 3), named AS (SELECT c.at, " + value + " AS value, ")
        .add("sum(c.n)::int8 AS n FROM counts c JOIN apps a ON a.id = c.app_id AND a.deleted_at ")
        .add("IS NULL GROUP BY 1, 2 HAVING sum(c.n) <> 0), most AS (SELECT value FROM named ")
        .add("GROUP BY 1 ORDER BY sum(n) DESC, value COLLATE \"C\" LIMIT ")
        .bind(Math.max(1, Math.min(MAX_GROUPS, MAX_COUNTS / starts.length)))
        .add(") SELECT at, value, n FROM named JOIN most USING (value)");
  }

  private static List<Map<String, Long>> counts(Iterable<Row> rows, int spans) {
    List<Map<String, Long>> counts =
        IntStream.range(0, spans).<Map<String, Long>>mapToObj(i -> new HashMap<>()).toList();
    for (Row row : rows) {
      counts.get(row.getInteger(0) - 1).put(row.getString(1), row.getLong(2));
    }
    return counts;
  }
}
