package io.logagg.persistence;

import io.logagg.block.BlockRow;
import io.logagg.filter.Sql;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.LogsTable;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes rows of a block again, in the transaction of a connection. Stateless. */
final class UnsealStep {
  private UnsealStep() {}

  /**
   * The first block that has records of these times; none if there is none.
   *
   * @param after one that is passed, and those before it; null for none
   */
  static Future<List<Header>> first(
      SqlConnection connection,
      OffsetDateTime since,
      OffsetDateTime until,
      @Nullable BlockKey after) {
    Sql sql = BlockTable.headers();
    if (after != null) {
      BlockTable.addBehind(sql, after);
    }
    sql.add(" AND b.until >= ").bind(since).add(" AND b.since < ").bind(until);
    return BlockTable.headers(connection, sql.add(" ORDER BY b.since, b.first_seq LIMIT 1"));
  }

  /**
   * Makes rows of the records that it has now, with their filters; how many. Fails as any insert
   * does if a partition is missing, and with a {@link io.logagg.postgres.ConflictException} if the
   * block is gone.
   *
   * @param connection in a transaction that has {@link MoveLock#alone}
   */
  static Future<Integer> run(SqlConnection connection, Header header) {
    return BlockEdit.rows(connection, header)
        .compose(
            rows ->
                LogsTable.insert(connection, rows)
                    .compose(stored -> addFilters(connection, rows))
                    .compose(done -> BlockTable.delete(connection, header))
                    .compose(done -> MoveLock.noteMoveBack(connection))
                    .map(rows.size()));
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
