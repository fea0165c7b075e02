package io.logagg.persistence;

import io.logagg.block.BlockRow;
import io.logagg.filter.Sql;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Makes rows of a block again, in the transaction of a connection. Stateless. */
final class UnsealStep {
  private static final String INSERT =
      """
      INSERT INTO logs ("timestamp", seq, received_at, app_id, level, service, message, metadata_, source_id)
      SELECT unnest($1::timestamptz[]), unnest($2::int8[]), unnest($3::timestamptz[]), unnest($4::int4[]), unnest($5::text[]),
        unnest($6::text[]), unnest($7::text[]), unnest($8::text[])::json, unnest($9::text[])""";

  private UnsealStep() {}

  /** The first block that has records of these times; none if there is none. */
  static Future<List<Header>> first(
      SqlConnection connection, OffsetDateTime since, OffsetDateTime until) {
    Sql sql = BlockTable.headers();
    sql.add(" AND b.until >= ").bind(since).add(" AND b.since < ").bind(until);
    return BlockTable.headers(connection, sql.add(" ORDER BY b.since, b.first_seq LIMIT 1"));
  }

  /**
   * Makes rows of its records, with their filters; fails as any insert does if a partition is
   * missing.
   *
   * @param connection in a transaction that has {@link MoveLock#alone}
   */
  static Future<Void> run(SqlConnection connection, Header header) {
    return BlockEdit.rows(connection, header)
        .compose(
            rows ->
                connection
                    .preparedQuery(INSERT)
                    .execute(columns(rows))
                    .compose(stored -> addFilters(connection, rows)))
        .compose(done -> BlockTable.delete(connection, header));
  }

  private static Tuple columns(List<BlockRow> rows) {
    return Tuple.tuple()
        .addArrayOfOffsetDateTime(times(rows, BlockRow::timestampMicros))
        .addArrayOfLong(rows.stream().map(BlockRow::seq).toArray(Long[]::new))
        .addArrayOfOffsetDateTime(times(rows, BlockRow::receivedAtMicros))
        .addArrayOfInteger(rows.stream().map(BlockRow::appId).toArray(Integer[]::new))
        .addArrayOfString(texts(rows, BlockRow::level))
        .addArrayOfString(texts(rows, BlockRow::service))
        .addArrayOfString(texts(rows, BlockRow::message))
        .addArrayOfString(texts(rows, BlockRow::metadata))
        .addArrayOfString(texts(rows, BlockRow::sourceId));
  }

  private static OffsetDateTime[] times(List<BlockRow> rows, ToLongFunction<BlockRow> micros) {
    return rows.stream()
        .map(row -> Timestamps.utc(micros.applyAsLong(row)))
        .toArray(OffsetDateTime[]::new);
  }

  private static String[] texts(List<BlockRow> rows, Function<BlockRow, String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }

  /** Those of the rows that were there before were forgotten with them, perhaps. */
  private static Future<Void> addFilters(SqlConnection connection, List<BlockRow> rows) {
    long[] times = rows.stream().mapToLong(BlockRow::timestampMicros).toArray();
    return FieldCatalog.read(connection)
        .compose(
            fields ->
                FieldIndex.add(
                    connection, new FilterRows(fields, times, i -> rows.get(i).metadata())));
  }
}
