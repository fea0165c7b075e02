package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Counts records over time. All counts are of one snapshot; what range they are of is found out
 * before, if it is not given. Thread-safe.
 */
public final class LogHistogram {
  /** Nobody waits for the counting of more rows who has not asked for it. */
  private static final long AUTO_ROWS = 500_000;

  private static final long HOUR_MICROS = 3_600_000_000L;

  private final Database database;

  public LogHistogram(Database database) {
    this.database = database;
  }

  /** What the records of a bucket are told apart by. */
  public enum GroupBy {
    NOTHING("''"),
    LEVEL("level"),
    APP("''"),
    SERVICE("service");

    /** Beside the app, whose name is looked up later. */
    private final String column;

    GroupBy(String column) {
      this.column = column;
    }
  }

  /**
   * What is to be counted.
   *
   * @param filter without a beginning, from the first minute in which it finds anything, by names
   *     alone; without an end, to the last
   * @param interval null for one that fits
   * @param zone whose midnights count
   */
  public record Request(
      LogFilter filter, @Nullable Interval interval, ZoneId zone, GroupBy groupBy) {}

  /** Fails with a {@link TooManyBucketsException} if the interval is too short for the range. */
  public Future<Histogram> count(Request request, Abandonment abandonment) {
    LogFilter filter = request.filter();
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    if (since != null && until != null) {
      // Of a longer range, no part of a minute would be chosen, however few records there are.
      boolean known = request.interval() != null || since >= until || until - since > HOUR_MICROS;
      if (known) {
        return count(request, new Extent(since, until, Long.MAX_VALUE), abandonment);
      }
    }
    return Extent.of(database, filter, abandonment)
        .compose(
            found ->
                found.records() == 0 && since == null
                    ? Future.succeededFuture(nothing(request))
                    : count(
                        request,
                        new Extent(
                            since == null ? found.sinceMicros() : since,
                            until == null ? found.untilMicros() : until,
                            found.records()),
                        abandonment));
  }

  private static Histogram nothing(Request request) {
    Interval interval =
        Optional.ofNullable(request.interval()).orElseGet(() -> Interval.auto(0, true));
    return new Histogram(interval, new long[0]);
  }

  private Future<Histogram> count(Request request, Extent extent, Abandonment abandonment) {
    long since = extent.sinceMicros();
    long until = extent.untilMicros();
    boolean many = request.filter().needsRows() || extent.records() > AUTO_ROWS;
    Interval interval =
        Optional.ofNullable(request.interval()).orElseGet(() -> Interval.auto(until - since, many));
    long[] starts;
    try {
      starts = BucketStarts.of(interval, since, until, request.zone());
    } catch (TooManyBucketsException e) {
      return Future.failedFuture(e);
    }
    Histogram histogram = new Histogram(interval, starts);
    if (starts.length == 0) {
      return Future.succeededFuture(histogram);
    }
    LogFilter filter = request.filter().within(since, until);
    boolean isOfMinutes =
        Arrays.stream(starts).allMatch(start -> start % CountSql.MINUTE_MICROS == 0);
    List<LogFilter> parts = isOfMinutes ? CountSql.byRecords(filter) : List.of(filter);
    return database
        .snapshot(
            connection ->
                BlockCounts.of(connection, parts, micros -> bucket(starts, micros))
                    .compose(
                        blocks -> {
                          Sql sql = sql(request.groupBy(), filter, starts, isOfMinutes, blocks);
                          return connection
                              .preparedQuery(sql.text())
                              .collecting(into(histogram))
                              .execute(Tuple.from(sql.parameters()))
                              .map(SqlResult::value);
                        }),
            abandonment)
        .map(histogram);
  }

  /** As {@code width_bucket} does it. */
  static int bucket(long[] starts, long micros) {
    int at = Arrays.binarySearch(starts, micros);
    return at >= 0 ? at + 1 : -at - 1;
  }

  /** Answers bucket, group, name and count; the names come with bucket 0. */
  private static Sql sql(
      GroupBy groupBy, LogFilter filter, long[] starts, boolean isOfMinutes, BlockCounts blocks) {
    Sql sql = new Sql();
    sql.add(
        "WITH counts AS (SELECT at, app_id, " + groupBy.column + " AS value, sum(n) AS n FROM (");
    CountSql counts = CountSql.ofSpans(sql, filter, starts, blocks);
    if (isOfMinutes) {
      counts.addCounts();
    } else {
      counts.addRecords();
    }
    sql.add(") c GROUP BY 1, 2, 3), named AS (SELECT c.at, ")
        .add(groupBy == GroupBy.APP ? "a.name" : "c.value")
        .add(" AS value, sum(c.n) AS n FROM counts c JOIN apps a ON a.id = c.app_id AND ")
        .add("a.deleted_at IS NULL GROUP BY 1, 2 HAVING sum(c.n) <> 0), places AS (")
        .add("SELECT value, row_number() OVER (ORDER BY sum(n) DESC, value) AS place FROM named")
        .add(" GROUP BY 1) SELECT 0, place::int4, value, 0::int8 FROM places WHERE place <= ")
        .bind(groupBy == GroupBy.NOTHING ? 0 : Histogram.MAX_GROUPS);
    return sql.add(" UNION ALL SELECT at, least(place, ")
        .bind(Histogram.MAX_GROUPS + 1)
        .add(")::int4, NULL, sum(n)::int8 FROM named JOIN places USING (value) GROUP BY 1, 2");
  }

  private static Collector<Row, Histogram, Histogram> into(Histogram histogram) {
    return Collector.of(
        () -> histogram,
        LogHistogram::add,
        (one, other) -> {
          throw new UnsupportedOperationException("rows come one after the other");
        });
  }

  private static void add(Histogram histogram, Row row) {
    int bucket = row.getInteger(0);
    int group = row.getInteger(1) - 1;
    if (bucket == 0) {
      histogram.name(group, row.getString(2));
    } else {
      histogram.add(bucket - 1, group, row.getLong(3));
    }
  }
}
