package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.query.BlockMerge.Wanted;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The newest records of blocks, as rows of a statement. */
final class BlockRows {
  /** Of {@code logs}, in the order of {@link #addTable}. */
  static final String COLUMNS =
      "app_id, level, service, message, source_id, \"timestamp\", received_at, metadata_, seq";

  /** Of all together, about. */
  private static final long MAX_BYTES = 16 << 20;

  private final List<LogRow> rows;

  private BlockRows(List<LogRow> rows) {
    this.rows = rows;
  }

  /**
   * Those that a filter means.
   *
   * @param connection with a snapshot
   */
  static Future<BlockRows> newest(SqlConnection connection, LogFilter filter, int maxRows) {
    BlockScan scan = new BlockScan(connection, filter);
    Wanted wanted = new Wanted(Order.NEWEST_FIRST, null, maxRows, MAX_BYTES);
    return scan.headers(Order.NEWEST_FIRST, null, null)
        .compose(new BlockMerge<>(scan, RecordShapes.ROWS, wanted, List.of(), true)::run)
        .map(merged -> new BlockRows(merged.rows()));
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Adds them as a table with the columns that {@link #COLUMNS} names. */
  void addTable(Sql sql) {
    sql.add("(SELECT app_id, level, service, message, source_id, \"timestamp\", received_at, ")
        .add("metadata_::json, seq FROM unnest(")
        .bind(rows.stream().map(LogRow::appId).toArray(Integer[]::new))
        .add("::int4[]");
    addTexts(sql, LogRow::level);
    addTexts(sql, row -> orEmpty(row.service()));
    addTexts(sql, LogRow::message);
    addTexts(sql, row -> orEmpty(row.sourceId()));
    addTimes(sql, LogRow::timestampMicros);
    addTimes(sql, LogRow::receivedAtMicros);
    addTexts(sql, LogRow::metadata);
    sql.add(", ")
        .bind(rows.stream().map(row -> RecordIds.seq(row.id())).toArray(Long[]::new))
        .add("::int8[]) AS b(" + COLUMNS + "))");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private void addTexts(Sql sql, Function<LogRow, String> value) {
    sql.add(", ").bind(rows.stream().map(value).toArray(String[]::new)).add("::text[]");
  }

  private void addTimes(Sql sql, Function<LogRow, Long> micros) {
    sql.add(", ")
        .bind(
            rows.stream()
                .map(row -> Timestamps.utc(micros.apply(row)))
                .toArray(OffsetDateTime[]::new))
        .add("::timestamptz[]");
  }
}
