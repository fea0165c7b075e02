package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Reads any number of records in chunks of bounded size. Each chunk is a statement of its own that
 * begins behind the last row of the one before: between chunks neither a connection nor a
 * transaction is held, however slowly the rows are taken. Thread-safe.
 */
public final class LogScan {
  /** Most rows of a chunk. */
  public static final int MAX_ROWS = 1024;

  /** Messages and metadata of a chunk, all rows but its last together. */
  public static final int MAX_BYTES = 512 << 10;

  /** As many rows of this size as a chunk has need no sum of their sizes. */
  private static final int SMALL_BYTES = MAX_BYTES / MAX_ROWS;

  private static final String NEXT_KEYS = "SELECT l.\"timestamp\", l.seq";

  private final Database database;

  public LogScan(Database database) {
    this.database = database;
  }

  /**
   * Where a scan goes.
   *
   * @param after the id of the last row seen; null for the beginning
   * @param sparse null to go through all rows; see {@link RareMatches}
   */
  public record From(LogFilter filter, Order order, @Nullable UUID after, @Nullable Sparse sparse) {
    /** Through all rows. */
    public From(LogFilter filter, Order order, @Nullable UUID after) {
      this(filter, order, after, null);
    }

    /** The same scan, behind this row. */
    public From behind(UUID id) {
      return new From(filter, order, id, sparse);
    }

    From sparsely(Sparse how) {
      return new From(filter, order, after, how);
    }

    /** The same scan as it is best gone on with, behind its first chunk. */
    public From beyondFirst() {
      return sparse instanceof Sparse.Ranges ? this : new From(filter, order, after, null);
    }

    /** Whether it leaves out what is beyond some time. */
    public boolean isCutShort() {
      return sparse instanceof Sparse.Nearby
          || (sparse instanceof Sparse.Minutes minutes && minutes.boundMicros() != null);
    }

    private String direction() {
      return order == Order.NEWEST_FIRST ? " DESC" : " ASC";
    }
  }

  /**
   * What a chunk held.
   *
   * @param last the id of its last row, null if it had none
   * @param cutByBytes whether it has fewer rows than it may, because they are large
   * @param atEnd whether no row follows; if not, one may
   */
  public record Chunk(int rows, @Nullable UUID last, boolean cutByBytes, boolean atEnd) {}

  /**
   * Reads a chunk. At most {@code maxRows} rows, and fewer where they are large: the first row that
   * takes the sum beyond {@link #MAX_BYTES} is the last.
   *
   * @param maxRows at most {@link #MAX_ROWS}
   * @param rows is given each row while the answer of PostgreSQL comes in, on the thread of the
   *     connection; so nobody holds them all
   */
  public Future<Chunk> chunk(
      From from, int maxRows, Consumer<LogRow> rows, Abandonment abandonment) {
    Progress progress = new Progress(rows);
    return collect(smallRowsSql(from, maxRows), progress::addIfSmall, abandonment)
        .compose(
            read -> {
              if (!progress.isAtLargeRow) {
                return Future.succeededFuture(progress.chunk(maxRows, Long.MAX_VALUE));
              }
              UUID last = progress.last;
              From rest = last == null ? from : from.behind(last);
              int restRows = maxRows - progress.count;
              long restBytes = MAX_BYTES - (long) progress.count * SMALL_BYTES;
              return collect(anyRowsSql(rest, restRows, restBytes), progress::add, abandonment)
                  .map(all -> progress.chunk(maxRows, restBytes));
            });
  }

  private Future<Void> collect(Sql sql, Consumer<Row> rows, Abandonment abandonment) {
    Collector<Row, Consumer<Row>, Consumer<Row>> collector =
        Collector.of(
            () -> rows,
            Consumer::accept,
            (one, other) -> {
              throw new UnsupportedOperationException("rows come one after the other");
            });
    return database.read(
        connection ->
            connection
                .preparedQuery(sql.text())
                .collecting(collector)
                .execute(Tuple.from(sql.parameters()))
                .mapEmpty(),
        abandonment);
  }

  /**
   * The next rows, without messages and metadata where these are not small: so the answer is, in
   * all. It costs a third of adding up sizes, and the rows come while PostgreSQL looks for more.
   */
  private static Sql smallRowsSql(From from, int maxRows) {
    Sql sql = begin(from);
    sql.add(
            "SELECT "
                + LogRow.COLUMNS
                + " FROM (SELECT seq, \"timestamp\", level, service, app_id, ")
        .add(
            "CASE WHEN is_small THEN message END AS message, CASE WHEN is_small THEN metadata_ END ")
        .add("AS metadata_, received_at, source_id FROM (SELECT l.*, octet_length(l.message) + ")
        .add("octet_length(l.metadata_::text) <= ")
        .bind(SMALL_BYTES)
        .add(" AS is_small");
    addRows(sql, from, maxRows);
    sql.add(orderBy(from) + " LIMIT ").bind(maxRows);
    return sql.add(") page) l JOIN apps a ON a.id = l.app_id" + orderBy(from));
  }

  /** What is rare in texts is worth several processes, what is common is not. */
  private static Sql begin(From from) {
    boolean dependsOnText = from.sparse() == null && from.filter().needsRows();
    return new Sql().add(dependsOnText ? PostgresSettings.PLANNED_ANEW : "");
  }

  private static String orderBy(From from) {
    return " ORDER BY \"timestamp\"" + from.direction() + ", seq" + from.direction();
  }

  /**
   * Rows of any size. The running sum is PostgreSQL's, since only it knows the sizes beforehand. It
   * looks at the rows without their apps, so that it takes them off the index in their order; the
   * names come last.
   */
  private static Sql anyRowsSql(From from, int maxRows, long maxBytes) {
    String order = orderBy(from);
    Sql sql = begin(from);
    sql.add("SELECT " + LogRow.COLUMNS + ", l.bytes FROM (SELECT *, sum(size) OVER (")
        .add(order.strip() + " ROWS UNBOUNDED PRECEDING) AS bytes FROM (SELECT *, ")
        .add("octet_length(message) + octet_length(metadata_) + 200 AS size FROM (")
        .add("SELECT l.seq, l.\"timestamp\", l.level, l.message, l.service, l.app_id, ")
        .add("l.metadata_::text, l.received_at, l.source_id");
    addRows(sql, from, maxRows);
    sql.add(order + " LIMIT ").bind(maxRows);
    return sql.add(") page) sized) l JOIN apps a ON a.id = l.app_id WHERE l.bytes - l.size < ")
        .bind(maxBytes)
        .add(order);
  }

  /** Adds where the rows come from, as {@code l}; there may be more than are wanted. */
  private static void addRows(Sql sql, From from, int maxRows) {
    Sparse sparse = from.sparse();
    if (sparse instanceof Sparse.Stretches stretches) {
      sql.add(" FROM (");
      stretches.addStretches(sql, from, maxRows);
      sql.add(") m CROSS JOIN LATERAL (SELECT l.* FROM logs l WHERE l.\"timestamp\" >= m.since")
          .add(" AND l.\"timestamp\" < m.until");
      addTimes(sql, from);
      addConditions(sql, from);
      sql.add(orderBy(from) + " LIMIT ").bind(maxRows).add(") l");
    } else if (sparse instanceof Sparse.Nearby) {
      sql.add(" FROM (SELECT l.* FROM logs l WHERE true");
      addTimes(sql, from);
      sql.add(orderBy(from) + " LIMIT " + Sparse.Nearby.ROWS + ") l WHERE true");
      addConditions(sql, from);
    } else {
      sql.add(" FROM logs l WHERE true");
      addTimes(sql, from);
      addConditions(sql, from);
    }
  }

  private static void addConditions(Sql sql, From from) {
    FilterSql.addLiveApps(sql);
    FilterSql.addNames(sql, from.filter());
    FilterSql.addRest(sql, from.filter());
  }

  private static void addTimes(Sql sql, From from) {
    FilterSql.addRange(
        sql, "l.\"timestamp\"", from.filter().sinceMicros(), from.filter().untilMicros());
    UUID after = from.after();
    if (after != null) {
      boolean descending = from.order() == Order.NEWEST_FIRST;
      // The row comparison alone would not let PostgreSQL skip partitions.
      OffsetDateTime time = Timestamps.utc(RecordIds.timestampMicros(after));
      sql.add(" AND l.\"timestamp\" " + (descending ? "<=" : ">=") + " ").bind(time);
      sql.add(" AND (l.\"timestamp\", l.seq) " + (descending ? "<" : ">") + " (").bind(time);
      sql.add(", ").bind(RecordIds.seq(after)).add(")");
    }
  }

  /** Counts and hands on the rows of one chunk. */
  private static final class Progress {
    private final Consumer<LogRow> rows;
    private int count;
    private boolean isAtLargeRow;

    /** The sum of the sizes, where it was asked for. */
    private long bytes;

    private @Nullable UUID last;

    Progress(Consumer<LogRow> rows) {
      this.rows = rows;
    }

    /** Takes no row any more from the first on that is not small. */
    void addIfSmall(Row row) {
      isAtLargeRow |= row.getString(LogRow.MESSAGE) == null;
      if (!isAtLargeRow) {
        handOn(row);
      }
    }

    void add(Row row) {
      bytes = row.getLong(LogRow.COLUMN_COUNT);
      handOn(row);
    }

    private void handOn(Row row) {
      LogRow read = LogRow.of(row);
      count++;
      last = read.id();
      rows.accept(read);
    }

    Chunk chunk(int maxRows, long maxBytes) {
      boolean cut = bytes >= maxBytes && count < maxRows;
      return new Chunk(count, last, cut, count < maxRows && !cut);
    }
  }

  /** The ids of the next rows, in order; at most {@code limit}, which must be modest. */
  public Future<List<UUID>> keys(From from, int limit, Abandonment abandonment) {
    Sql sql = begin(from).add(NEXT_KEYS);
    addRows(sql, from, limit);
    sql.add(" ORDER BY l.\"timestamp\"" + from.direction() + ", l.seq" + from.direction());
    sql.add(" LIMIT ").bind(limit);
    Collector<Row, List<UUID>, List<UUID>> collector =
        Collector.of(
            ArrayList::new,
            (keys, row) ->
                keys.add(RecordIds.of(Timestamps.micros(row.getOffsetDateTime(0)), row.getLong(1))),
            (one, other) -> {
              one.addAll(other);
              return one;
            });
    return database.read(
        connection ->
            connection
                .preparedQuery(sql.text())
                .collecting(collector)
                .execute(Tuple.from(sql.parameters()))
                .map(SqlResult::value),
        abandonment);
  }
}
