package io.logagg.seal;

import io.logagg.block.BlockRow;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The table of rows, for those who move whole records. Stateless. */
public final class LogsTable {
  /** What a statement selects for {@link #rows}; the metadata as text. */
  public static final String COLUMNS =
      """
      "timestamp", seq, received_at, app_id, level, service, message, metadata_::text, source_id""";

  private static final String INSERT =
      """
      INSERT INTO logs ("timestamp", seq, received_at, app_id, level, service, message, metadata_, source_id)
      SELECT unnest($1::timestamptz[]), unnest($2::int8[]), unnest($3::timestamptz[]), unnest($4::int4[]), unnest($5::text[]),
        unnest($6::text[]), unnest($7::text[]), unnest($8::text[])::json, unnest($9::text[])""";

  private LogsTable() {}

  /** The records that a statement selects. */
  public static List<BlockRow> rows(Iterable<Row> selected) {
    List<BlockRow> rows = new ArrayList<>();
    selected.forEach(row -> rows.add(row(row)));
    return rows;
  }

  private static BlockRow row(Row row) {
    return new BlockRow(
        Timestamps.micros(row.getOffsetDateTime(0)),
        row.getLong(1),
        Timestamps.micros(row.getOffsetDateTime(2)),
        row.getInteger(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8));
  }

  /** Stores records as rows, without counts or filters; fails if a partition is missing. */
  public static Future<Void> insert(SqlConnection connection, List<BlockRow> rows) {
    Tuple columns =
        Tuple.tuple()
            .addArrayOfOffsetDateTime(times(rows, BlockRow::timestampMicros))
            .addArrayOfLong(rows.stream().map(BlockRow::seq).toArray(Long[]::new))
            .addArrayOfOffsetDateTime(times(rows, BlockRow::receivedAtMicros))
            .addArrayOfInteger(rows.stream().map(BlockRow::appId).toArray(Integer[]::new))
            .addArrayOfString(texts(rows, BlockRow::level))
            .addArrayOfString(texts(rows, BlockRow::service))
            .addArrayOfString(texts(rows, BlockRow::message))
            .addArrayOfString(texts(rows, BlockRow::metadata))
            .addArrayOfString(texts(rows, BlockRow::sourceId));
    return connection.preparedQuery(INSERT).execute(columns).mapEmpty();
  }

  private static OffsetDateTime[] times(List<BlockRow> rows, ToLongFunction<BlockRow> micros) {
    return rows.stream()
        .map(row -> Timestamps.utc(micros.applyAsLong(row)))
        .toArray(OffsetDateTime[]::new);
  }

  private static String[] texts(List<BlockRow> rows, Function<BlockRow, String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }
}
