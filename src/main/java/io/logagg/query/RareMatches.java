package io.logagg.query;

import io.logagg.filter.Condition;
import io.logagg.filter.Condition.RequiredEqual;
import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.Sparse.Minutes;
import io.logagg.query.Sparse.Ranges;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the first matches lie so far apart that looking through all rows between them
 * would take long. The rollups know in which minutes there are any, and filters know where a value
 * of a field can be. It looks over ever longer times, so that a common value costs one small count.
 * Oldest first, only where the scan has a beginning. Thread-safe.
 */
public final class RareMatches {
  private static final long MINUTE_MICROS = CountSql.MINUTE_MICROS;
  private static final long[] LOOK_BACK_MINUTES = {5, 60, 24 * 60, 30 * 24 * 60, 366 * 24 * 60};

  private final Database database;
  private final FieldLookup fields;

  public RareMatches(Database database) {
    this.database = database;
    this.fields = new FieldLookup(database);
  }

  /**
   * The same scan as it is best read.
   *
   * @param rows how many are wanted
   */
  public Future<From> plan(From from, int rows, Abandonment abandonment) {
    return from.filter().needsRows()
        ? planByFields(from, abandonment)
        : planByNames(from, rows, abandonment);
  }

  /** The same scan by what is asked of fields that have filters, see {@link FieldLookup}. */
  public Future<From> planByFields(From from, Abandonment abandonment) {
    Condition condition = from.filter().condition();
    return condition == null
        ? Future.succeededFuture(from)
        : planByFields(from, condition.requiredEquals().iterator(), abandonment);
  }

  private Future<From> planByFields(
      From from, Iterator<RequiredEqual> equals, Abandonment abandonment) {
    while (equals.hasNext()) {
      RequiredEqual equal = equals.next();
      Optional<String> field = equal.path().dotted();
      if (field.isPresent()) {
        LogFilter filter = from.filter();
        return fields
            .ranges(
                field.get(), equal.value(), filter.sinceMicros(), filter.untilMicros(), abandonment)
            .compose(
                ranges ->
                    ranges.isPresent()
                        ? Future.succeededFuture(from.sparsely(new Ranges(ranges.get())))
                        : planByFields(from, equals, abandonment));
      }
    }
    return Future.succeededFuture(from);
  }

  private Future<From> planByNames(From from, int rows, Abandonment abandonment) {
    if (!asksRollups(from)) {
      return Future.succeededFuture(from);
    }
    Long start = start(from);
    if (start != null && from.order() == Order.OLDEST_FIRST) {
      return lookAhead(from, rows, start, 0, abandonment);
    }
    Long end = end(from);
    return end == null
        ? newestMinute(abandonment)
            .compose(
                newest ->
                    newest == null
                        ? Future.succeededFuture(from)
                        : look(from, rows, newest + MINUTE_MICROS, 0, abandonment))
        : look(from, rows, end, 0, abandonment);
  }

  /** Whether planning takes a look at the rollups. */
  static boolean asksRollups(From from) {
    LogFilter filter = from.filter();
    if (!filter.hasNames() || filter.needsRows()) {
      return false;
    }
    boolean isNewestFirst = from.order() == Order.NEWEST_FIRST;
    Long first = isNewestFirst ? filter.sinceMicros() : start(from);
    Long last = isNewestFirst ? end(from) : filter.untilMicros();
    if (first == null || last == null) {
      return isNewestFirst || first != null;
    }
    return last - first > LOOK_BACK_MINUTES[0] * MINUTE_MICROS;
  }

  /** Behind the newest row that can be meant, if the request says so. */
  private static @Nullable Long end(From from) {
    Long until = from.filter().untilMicros();
    UUID after = from.after();
    if (after == null) {
      return until;
    }
    long behind = RecordIds.timestampMicros(after) + 1;
    return until == null ? behind : Math.min(until, behind);
  }

  /** The time before which no row is meant, if the request says so. */
  private static @Nullable Long start(From from) {
    Long since = from.filter().sinceMicros();
    UUID after = from.after();
    if (after == null) {
      return since;
    }
    long seen = RecordIds.timestampMicros(after);
    return since == null ? seen : Math.max(since, seen);
  }

  private Future<@Nullable Long> newestMinute(Abandonment abandonment) {
    String sql =
        "SELECT greatest((SELECT max(minute) FROM rollups), (SELECT max(minute) FROM rollup_deltas))";
    return database.read(
        connection ->
            connection
                .preparedQuery(sql)
                .execute()
                .map(
                    rows -> {
                      OffsetDateTime newest = rows.iterator().next().getOffsetDateTime(0);
                      return newest == null ? null : Timestamps.micros(newest);
                    }),
        abandonment);
  }

  private Future<From> look(From from, int rows, long end, int step, Abandonment abandonment) {
    Long since = from.filter().sinceMicros();
    boolean last = step == LOOK_BACK_MINUTES.length;
    long back = last ? Long.MIN_VALUE : end - LOOK_BACK_MINUTES[step] * MINUTE_MICROS;
    boolean complete = last || (since != null && back <= since);
    if (complete) {
      return Future.succeededFuture(step == 0 ? from : from.sparsely(new Minutes(null)));
    }
    return count(from.filter().within(back, end), abandonment)
        .compose(
            found -> {
              if (found <= rows) {
                return look(from, rows, end, step + 1, abandonment);
              }
              return Future.succeededFuture(step == 0 ? from : from.sparsely(new Minutes(back)));
            });
  }

  /** The same for the oldest, towards the end of time. */
  private Future<From> lookAhead(
      From from, int rows, long start, int step, Abandonment abandonment) {
    Long until = from.filter().untilMicros();
    boolean last = step == LOOK_BACK_MINUTES.length;
    long ahead = last ? Long.MAX_VALUE : start + LOOK_BACK_MINUTES[step] * MINUTE_MICROS;
    if (last || (until != null && ahead >= until)) {
      return Future.succeededFuture(step == 0 ? from : from.sparsely(new Minutes(null)));
    }
    return count(from.filter().within(start, ahead), abandonment)
        .compose(
            found -> {
              if (found <= rows) {
                return lookAhead(from, rows, start, step + 1, abandonment);
              }
              return Future.succeededFuture(step == 0 ? from : from.sparsely(new Minutes(ahead)));
            });
  }

  private Future<Long> count(LogFilter filter, Abandonment abandonment) {
    Sql sql = new Sql().add("SELECT coalesce(sum(n), 0)::int8 FROM (");
    addCounts(sql, filter);
    sql.add(") c");
    return database
        .read(
            connection ->
                connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())),
            abandonment)
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /**
   * Adds a query of minute and n, for live apps, of the minutes that may hold rows of the filter.
   */
  private static void addCounts(Sql sql, LogFilter filter) {
    Long since = filter.sinceMicros();
    sql.add("SELECT l.at AS minute, l.n FROM (");
    new CountSql(sql, filter, time -> time)
        .addRollups(since == null ? null : CountSql.minute(since), filter.untilMicros());
    sql.add(") l WHERE true");
    FilterSql.addLiveApps(sql);
  }

  /**
   * Adds a query of the first minutes, in the order of the scan, that together hold that many
   * matches. The very first does not count, because the scan may begin in the middle of it.
   */
  static void addMinutes(Sql sql, From from, Minutes minutes, int rows) {
    boolean isNewestFirst = from.order() == Order.NEWEST_FIRST;
    LogFilter filter = from.filter();
    Long bound = minutes.boundMicros();
    LogFilter looked =
        isNewestFirst
            ? filter.within(bound != null ? bound : filter.sinceMicros(), end(from))
            : filter.within(start(from), bound != null ? bound : filter.untilMicros());
    String over = " OVER (ORDER BY minute" + (isNewestFirst ? " DESC)" : ")");
    sql.add("SELECT minute FROM (SELECT minute, sum(n)" + over + " - n - first_value(n)" + over)
        .add(" AS found FROM (SELECT minute, sum(n) AS n FROM (");
    addCounts(sql, looked);
    sql.add(") c GROUP BY minute HAVING sum(n) > 0) counted) summed WHERE found < ").bind(rows);
  }
}
