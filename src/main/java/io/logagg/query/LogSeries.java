package io.logagg.query;

import io.logagg.filter.Field.Metadata;
import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.NumberSeries.Point;
import io.logagg.query.NumberSeries.Statistic;
import io.logagg.query.RowWindows.Window;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sums up the numbers of a field over time, by the rows, at most about a million of the newest
 * ones. All of it is of one snapshot. Thread-safe.
 */
public final class LogSeries {
  /** With groups, more buckets are not made. */
  public static final int MAX_GROUPED_BUCKETS = 1000;

  private static final long MAX_MATCHES = 1_000_000;

  private final Database database;
  private final RowWindows windows;
  private final long maxMatches;

  public LogSeries(Database database) {
    this(database, MAX_MATCHES);
  }

  LogSeries(Database database, long maxMatches) {
    this.database = database;
    this.windows = new RowWindows(database, FieldCounts.MAX_ROWS);
    this.maxMatches = maxMatches;
  }

  /**
   * What is asked for.
   *
   * @param filter its range as for a histogram
   * @param field of the numbers
   * @param interval null for one that fits
   * @param zone whose midnights count
   * @param groupBy what numbers are told apart by; null for nothing
   */
  public record Request(
      LogFilter filter,
      Metadata field,
      @Nullable Interval interval,
      ZoneId zone,
      @Nullable CountedField groupBy,
      List<Statistic> statistics) {
    public Request {
      statistics = List.copyOf(statistics);
    }
  }

  /** Fails with a {@link TooManyBucketsException} if the interval is too short for the range. */
  public Future<NumberSeries> of(Request request, Abandonment abandonment) {
    return extent(request.filter(), abandonment)
        .compose(
            extent ->
                windows
                    .newest(
                        request.filter().within(extent.sinceMicros(), extent.untilMicros()),
                        maxMatches,
                        abandonment)
                    .compose(window -> read(request, extent, window, abandonment)));
  }

  private Future<Extent> extent(LogFilter filter, Abandonment abandonment) {
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    return since != null && until != null
        ? Future.succeededFuture(new Extent(since, until, 0))
        : Extent.of(database, filter, abandonment)
            .map(
                found ->
                    new Extent(
                        since == null ? found.sinceMicros() : since,
                        until == null ? found.untilMicros() : until,
                        found.records()));
  }

  private Future<NumberSeries> read(
      Request request, Extent extent, Window window, Abandonment abandonment) {
    Interval interval =
        Optional.ofNullable(request.interval())
            .orElseGet(() -> Interval.auto(extent.untilMicros() - extent.sinceMicros(), false));
    Long cut = window.sinceMicros();
    long since = cut == null ? extent.sinceMicros() : cut;
    long[] starts;
    try {
      starts = starts(request, interval, since, extent.untilMicros());
    } catch (TooManyBucketsException e) {
      return Future.failedFuture(e);
    }
    NumberSeries series = new NumberSeries(interval, starts);
    if (starts.length == 0) {
      return Future.succeededFuture(series);
    }
    return database
        .snapshot(
            connection ->
                BlockNumbers.of(connection, window.filter(), request, starts)
                    .compose(
                        blocks -> {
                          SeriesSql sql = new SeriesSql(request, window.filter(), starts, blocks);
                          return connection
                              .preparedQuery(sql.text())
                              .execute(Tuple.from(sql.parameters()));
                        }),
            abandonment)
        .map(rows -> fill(series, request, window, rows));
  }

  private static long[] starts(Request request, Interval interval, long since, long until) {
    long[] starts = BucketStarts.of(interval, since, until, request.zone());
    if (request.groupBy() != null && starts.length > MAX_GROUPED_BUCKETS) {
      throw new TooManyBucketsException(starts.length, MAX_GROUPED_BUCKETS);
    }
    return starts;
  }

  private static NumberSeries fill(
      NumberSeries series, Request request, Window window, RowSet<Row> rows) {
    long scanned = 0;
    for (Row row : rows) {
      int bucket = row.getInteger(0);
      int group = row.getInteger(1) - 1;
      if (bucket == 0) {
        series.name(group, row.getString(2));
        continue;
      }
      if (group == NumberSeries.ALL) {
        scanned += row.getLong(3);
      }
      long count = row.getLong(4);
      if (count > 0) {
        series.put(bucket - 1, group, point(row, count, request.statistics().size()));
      }
    }
    series.scanned(window.scanned(scanned));
    return series;
  }

  private static Point point(Row row, long count, int statistics) {
    List<BigDecimal> values = new ArrayList<>(statistics);
    for (int i = 0; i < statistics; i++) {
      values.add(row.getBigDecimal(SeriesSql.FIRST_STATISTIC + i).stripTrailingZeros());
    }
    return new Point(count, values);
  }
}
