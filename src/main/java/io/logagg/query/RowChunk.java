package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.Sql;
import io.logagg.postgres.PostgresSettings;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** The rows of a chunk, those of the table {@code logs}. Belongs to one request. */
final class RowChunk {
  /** As many rows of this size as a chunk has need no sum of their sizes. */
  private static final int SMALL_BYTES = LogScan.MAX_BYTES / LogScan.MAX_ROWS;

  private static final String NEXT_KEYS = "SELECT l.\"timestamp\", l.seq";

  private final SqlConnection connection;
  private final From from;
  private final int maxRows;

  RowChunk(SqlConnection connection, From from, int maxRows) {
    this.connection = connection;
    this.from = from;
    this.maxRows = maxRows;
  }

  /**
   * Reads it, see {@link LogScan#chunk}.
   *
   * @param rows is given each row while the answer of PostgreSQL comes in
   */
  Future<LogScan.Chunk> read(Consumer<LogRow> rows) {
    Progress progress = new Progress(rows);
    return collect(smallRowsSql(from, maxRows), progress::addIfSmall)
        .compose(
            read -> {
              if (!progress.isAtLargeRow) {
                return Future.succeededFuture(progress.chunk(maxRows, Long.MAX_VALUE));
              }
              UUID last = progress.last;
              From rest = last == null ? from : from.behind(last);
              int restRows = maxRows - progress.count;
              long restBytes = LogScan.MAX_BYTES - (long) progress.count * SMALL_BYTES;
              return collect(anyRowsSql(rest, restRows, restBytes), progress::add)
                  .map(all -> progress.chunk(maxRows, restBytes));
            });
  }

  /** Only the places of the rows. */
  Future<List<BlockKey>> keys() {
    Sql sql = begin(from).add(NEXT_KEYS);
    addRows(sql, from, maxRows);
    sql.add(" ORDER BY l.\"timestamp\"" + direction(from) + ", l.seq" + direction(from));
    sql.add(" LIMIT ").bind(maxRows);
    List<BlockKey> keys = new ArrayList<>();
    return collect(
            sql,
            row ->
                keys.add(new BlockKey(Timestamps.micros(row.getOffsetDateTime(0)), row.getLong(1))))
        .map(done -> keys);
  }

  private Future<Void> collect(Sql sql, Consumer<Row> rows) {
    Collector<Row, Consumer<Row>, Consumer<Row>> collector =
        Collector.of(
            () -> rows,
            Consumer::accept,
            (one, other) -> {
              throw new UnsupportedOperationException("rows come one after the other");
            });
    return connection
        .preparedQuery(sql.text())
        .collecting(collector)
        .execute(Tuple.from(sql.parameters()))
        .mapEmpty();
  }

  private static String direction(From from) {
    return from.order() == Order.NEWEST_FIRST ? " DESC" : " ASC";
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
    return " ORDER BY \"timestamp\"" + direction(from) + ", seq" + direction(from);
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

    LogScan.Chunk chunk(int maxRows, long maxBytes) {
      boolean cut = bytes >= maxBytes && count < maxRows;
      return new LogScan.Chunk(count, last, cut, count < maxRows && !cut);
    }
  }
}
