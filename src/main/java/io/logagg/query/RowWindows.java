package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what is read where the rows themselves are needed: by the rollups, it finds the newest
 * minutes that hold about as many records as may be looked at. Thread-safe.
 */
final class RowWindows {
  private static final long DAY_MICROS = 86_400_000_000L;

  private final Database database;
  private final long maxRows;

  /**
   * For all readers of this process.
   *
   * @param maxRows that PostgreSQL goes through at most for one statement, whether they match or
   *     not; those of one minute more
   */
  RowWindows(Database database, long maxRows) {
    this.database = database;
    this.maxRows = maxRows;
  }

  /**
   * Part of what a filter means.
   *
   * @param sinceMicros where it begins; null if it is all
   */
  record Window(LogFilter filter, @Nullable Long sinceMicros) {
    boolean isCut() {
      return sinceMicros != null;
    }

    Scanned scanned(long records) {
      return new Scanned(isCut(), records, sinceMicros);
    }
  }

  /**
   * The newest records of a filter.
   *
   * @param maxMatches of the filter's names, beyond which minutes are left out; so with a condition
   *     on text, fewer match
   */
  Future<Window> newest(LogFilter filter, long maxMatches, Abandonment abandonment) {
    return end(filter, abandonment)
        .compose(
            end -> {
              if (end == null) {
                return Future.succeededFuture(new Window(filter, null));
              }
              Long since = filter.sinceMicros();
              long day = end - DAY_MICROS;
              boolean isShort = since != null && since >= day;
              long from = since != null && isShort ? since : day;
              // Most often a day is enough, and counted quickly.
              return cut(filter, from, maxMatches, abandonment)
                  .compose(
                      found ->
                          found == null && !isShort
                              ? cut(filter, since, maxMatches, abandonment)
                              : Future.succeededFuture(found))
                  .map(found -> window(filter, found));
            });
  }

  private static Window window(LogFilter filter, @Nullable Long minute) {
    Long since = filter.sinceMicros();
    return minute == null || (since != null && minute <= since)
        ? new Window(filter, null)
        : new Window(filter.within(minute, filter.untilMicros()), minute);
  }

  private Future<@Nullable Long> end(LogFilter filter, Abandonment abandonment) {
    if (filter.untilMicros() != null) {
      return Future.succeededFuture(filter.untilMicros());
    }
    Sql sql =
        new Sql()
            .add("SELECT greatest((SELECT max(minute) FROM rollups), ")
            .add("(SELECT max(minute) FROM rollup_deltas)) + interval '1 minute'");
    return time(sql, abandonment);
  }

  /** The newest minute with which there are too many; null if there is none. */
  private Future<@Nullable Long> cut(
      LogFilter filter, @Nullable Long since, long maxMatches, Abandonment abandonment) {
    LogFilter range = filter.within(since, filter.untilMicros());
    Sql sql = new Sql();
    sql.add("SELECT minute FROM (SELECT minute, sum(matching) OVER newest AS matching, ")
        .add("sum(n) OVER newest AS n FROM (SELECT minute, sum(matching) AS matching, sum(n) AS n ")
        .add("FROM (SELECT l.at AS minute, l.n AS matching, 0 AS n FROM (");
    addRollups(sql, range);
    sql.add(") l WHERE true");
    FilterSql.addLiveApps(sql);
    sql.add(" UNION ALL SELECT at, 0, n FROM (");
    addRollups(sql, LogFilter.ALL.within(range.sinceMicros(), range.untilMicros()));
    sql.add(") everything) counted GROUP BY 1) minutes WINDOW newest AS (ORDER BY minute DESC)")
        .add(") summed WHERE matching > ")
        .bind(maxMatches)
        .add(" OR n > ")
        .bind(maxRows)
        .add(" ORDER BY minute DESC LIMIT 1");
    return time(sql, abandonment);
  }

  private static void addRollups(Sql sql, LogFilter range) {
    Long since = range.sinceMicros();
    new CountSql(sql, range, time -> time)
        .addRollups(since == null ? null : CountSql.minute(since), range.untilMicros());
  }

  private Future<@Nullable Long> time(Sql sql, Abandonment abandonment) {
    return database
        .read(
            connection ->
                connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())),
            abandonment)
        .map(RowWindows::time);
  }

  private static @Nullable Long time(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return null;
    }
    OffsetDateTime time = rows.iterator().next().getOffsetDateTime(0);
    return time == null ? null : Timestamps.micros(time);
  }
}
