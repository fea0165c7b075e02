package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.postgres.UnavailableException;
import io.logagg.query.TailPosition.Within;
import io.logagg.query.TailSql.Range;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is stored, in the order of commits: whatever the times of the records, whichever
 * process stored them, however late a transaction was committed, nothing comes twice and nothing is
 * left out. How, and what may be forgotten, stands in docs/adr/0002-tail.md. Thread-safe.
 */
public final class TailSource {
  /** Most rows of an answer. */
  public static final int MAX_ROWS = 1024;

  /** Messages and metadata of an answer, all rows but its last together. */
  public static final int MAX_BYTES = 512 << 10;

  /** If more records wait, the older ones are passed over, in whole commits. */
  public static final int MAX_WAITING = 100_000;

  /** A statement looks into so many stretches of time at once. */
  private static final int MAX_RANGES = 256;

  private final Database database;
  private final int maxWaiting;

  public TailSource(Database database) {
    this(database, MAX_WAITING);
  }

  /** With another bound than {@link #MAX_WAITING}. */
  public TailSource(Database database, int maxWaiting) {
    this.database = database;
    this.maxWaiting = maxWaiting;
  }

  /** The position of now: nothing that is stored yet is behind it. */
  public Future<TailPosition> position() {
    return database.read(TailSource::now);
  }

  private static Future<TailPosition> now(SqlConnection connection) {
    return connection
        .preparedQuery(TailSql.NOW)
        .execute()
        .map(rows -> TailPosition.at(mark(first(rows))));
  }

  /**
   * What came in behind a position. A poll that finds nothing costs one small statement.
   *
   * @param filter which records are meant; null for all
   * @param maxRows at most {@link #MAX_ROWS}
   */
  public Future<TailBatch> since(
      TailPosition position, @Nullable LogFilter filter, int maxRows, Abandonment abandonment) {
    if (maxRows < 1 || maxRows > MAX_ROWS) {
      throw new IllegalArgumentException("maxRows=" + maxRows + ", limit=" + MAX_ROWS);
    }
    return database.read(
        connection -> {
          Poll poll = new Poll(connection, filter, maxRows);
          Within within = position.within();
          return within == null ? poll.newGroup(position.from()) : poll.rest(position, 0);
        },
        abandonment);
  }

  private static Row first(RowSet<Row> rows) {
    if (rows.size() == 0) {
      // After a restore, until the first batch or the next upkeep.
      throw new UnavailableException("PostgreSQL has no commit to follow from yet");
    }
    return rows.iterator().next();
  }

  private static TailMark mark(Row row) {
    long anchor = Long.parseLong(row.getString(0));
    List<Long> running =
        Stream.of(row.getArrayOfStrings(2)).map(number -> Long.parseLong(number)).toList();
    long stored = Timestamps.micros(row.getOffsetDateTime(1));
    return new TailMark(anchor + 1, running, anchor, stored);
  }

  /** One use of a connection. */
  private final class Poll {
    private final SqlConnection connection;
    private final @Nullable LogFilter filter;
    private final int maxRows;

    Poll(SqlConnection connection, @Nullable LogFilter filter, int maxRows) {
      this.connection = connection;
      this.filter = filter;
      this.maxRows = maxRows;
    }

    Future<TailBatch> newGroup(TailMark from) {
      Tuple parameters =
          Tuple.of(
              from.snapshot(),
              String.valueOf(from.anchor()),
              Timestamps.utc(from.anchorMicros()),
              maxWaiting);
      return connection
          .preparedQuery(TailSql.GROUP)
          .execute(parameters)
          .compose(rows -> group(from, first(rows)));
    }

    private Future<TailBatch> group(TailMark from, Row row) {
      TailMark to = mark(row);
      if (!row.getBoolean("known")) {
        return Future.succeededFuture(gap(TailPosition.at(to)));
      }
      if (row.getLong("commits") == 0) {
        return Future.succeededFuture(end(List.of(), from, to, 0));
      }
      String cut = row.getString("cut");
      TailMark start = cut == null ? from : from.skippedTo(Long.parseLong(cut));
      return rest(new TailPosition(start, Within.beginning(to)), row.getLong("skipped"));
    }

    /** What follows a place in a group. */
    Future<TailBatch> rest(TailPosition position, long skipped) {
      TailMark from = position.from();
      Within within = position.within();
      if (within == null) {
        throw new IllegalArgumentException("no place in a group: " + position);
      }
      TailMark to = within.to();
      Tuple parameters =
          Tuple.tuple()
              .addString(from.snapshot())
              .addString(to.snapshot())
              .addOffsetDateTime(Timestamps.utc(within.timestampMicros()))
              .addInteger(MAX_RANGES + 1)
              .addString(String.valueOf(from.anchor()))
              .addOffsetDateTime(Timestamps.utc(from.anchorMicros()))
              .addString(String.valueOf(to.anchor()))
              .addOffsetDateTime(Timestamps.utc(to.anchorMicros()))
              .addInteger(maxWaiting);
      return connection
          .preparedQuery(TailSql.RANGES)
          .execute(parameters)
          .compose(
              rows ->
                  first(rows).getBoolean(0)
                      ? rows(from, within, ranges(rows), skipped)
                      : now(connection).map(TailSource::gap));
    }

    private Future<TailBatch> rows(TailMark from, Within within, List<Range> ranges, long skipped) {
      TailMark to = within.to();
      if (ranges.isEmpty()) {
        return Future.succeededFuture(end(List.of(), from, to, skipped));
      }
      boolean moreRanges = ranges.size() > MAX_RANGES;
      List<Range> searched = ranges.subList(0, Math.min(ranges.size(), MAX_RANGES));
      Sql sql = TailSql.rows(from, within, searched, filter, maxRows, MAX_BYTES);
      return connection
          .preparedQuery(sql.text())
          .execute(Tuple.from(sql.parameters()))
          .map(
              found -> {
                List<LogRow> rows = new ArrayList<>(found.size());
                long bytes = 0;
                for (Row row : found) {
                  rows.add(LogRow.of(row));
                  bytes = row.getLong(LogRow.COLUMN_COUNT);
                }
                if (rows.size() == maxRows || bytes >= MAX_BYTES) {
                  return part(rows, from, behind(to, rows.get(rows.size() - 1)), skipped);
                }
                return moreRanges
                    ? part(rows, from, behind(to, searched.get(MAX_RANGES - 1)), skipped)
                    : end(rows, from, to, skipped);
              });
    }
  }

  private static List<Range> ranges(RowSet<Row> rows) {
    List<Range> ranges = new ArrayList<>();
    for (Row row : rows) {
      OffsetDateTime since = row.getOffsetDateTime(1);
      if (since != null) {
        ranges.add(new Range(since, row.getOffsetDateTime(2)));
      }
    }
    return ranges;
  }

  private static Within behind(TailMark to, LogRow row) {
    return new Within(to, row.timestampMicros(), RecordIds.seq(row.id()));
  }

  private static Within behind(TailMark to, Range range) {
    return new Within(to, Timestamps.micros(range.until()), Long.MAX_VALUE);
  }

  private static TailBatch gap(TailPosition now) {
    return new TailBatch(List.of(), now, false, 0, true, now.from());
  }

  private static TailBatch end(List<LogRow> rows, TailMark from, TailMark to, long skipped) {
    return new TailBatch(rows, TailPosition.at(to), false, skipped, false, from);
  }

  private static TailBatch part(List<LogRow> rows, TailMark from, Within within, long skipped) {
    return new TailBatch(rows, new TailPosition(from, within), true, skipped, false, from);
  }
}
