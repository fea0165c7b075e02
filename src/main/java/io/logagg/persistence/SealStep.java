package io.logagg.persistence;

import io.logagg.block.Block;
import io.logagg.block.BlockRow;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockWork;
import io.logagg.seal.LogsTable;
import io.logagg.seal.SealedBlock;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a block of the first rows of a partition, in the transaction of a connection. Stateless.
 */
final class SealStep {
  /** The rows of a block. */
  static final int ROWS = 4000;

  /** Messages and metadata of a block, all rows but its last together. */
  static final long BYTES = Block.MAX_CHARS / 2;

  /** The name of the partition is one of ours, see {@link PartitionRange}. */
  private static final String ROWS_SQL =
      """
      SELECT {columns} FROM (
        SELECT *, sum(size) OVER (ORDER BY "timestamp", seq ROWS UNBOUNDED PRECEDING) AS bytes FROM (
          SELECT *, octet_length(message) + octet_length(metadata_::text) AS size FROM (
            SELECT * FROM {partition} WHERE ("timestamp", seq) > ($1, $2) ORDER BY "timestamp", seq LIMIT $3) first) page) sized
      WHERE bytes - size < $4 ORDER BY "timestamp", seq"""
          .replace("{columns}", LogsTable.COLUMNS);

  private static final String DELETE =
      "DELETE FROM {partition} WHERE \"timestamp\" >= $1 AND (\"timestamp\", seq) <= ($2, $3)";

  private SealStep() {}

  /** Records came into a partition while it was sealed. */
  static final class DisturbedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DisturbedException(String partition, int read, int deleted) {
      super(
          "%s: %d rows were read, %d are there now".formatted(partition, read, deleted),
          null,
          false,
          false);
    }
  }

  /**
   * What a step did.
   *
   * @param records how many are in the block; 0 if there was none
   * @param last the last of them
   */
  record Sealed(int records, @Nullable BlockKey last) {}

  /**
   * Seals the first rows behind a place; fails with a {@link DisturbedException} if more rows come
   * between them meanwhile.
   *
   * @param connection in a transaction that has {@link MoveLock#alone}
   */
  static Future<Sealed> run(SqlConnection connection, PartitionRange range, BlockKey after) {
    return rows(connection, range, after)
        .compose(
            rows ->
                rows.isEmpty()
                    ? Future.succeededFuture(new Sealed(0, null))
                    : BlockWork.run(() -> SealedBlock.of(rows))
                        .compose(block -> BlockTable.insert(connection, block).map(block))
                        .compose(block -> delete(connection, range, block))
                        .map(block -> new Sealed(rows.size(), block.last())));
  }

  private static Future<List<BlockRow>> rows(
      SqlConnection connection, PartitionRange range, BlockKey after) {
    return connection
        .preparedQuery(ROWS_SQL.replace("{partition}", range.table()))
        .execute(Tuple.of(Timestamps.utc(after.timestampMicros()), after.seq(), ROWS, BYTES))
        .map(LogsTable::rows);
  }

  private static Future<SealedBlock> delete(
      SqlConnection connection, PartitionRange range, SealedBlock block) {
    BlockKey last = block.last();
    return connection
        .preparedQuery(DELETE.replace("{partition}", range.table()))
        .execute(
            Tuple.of(
                Timestamps.utc(block.first().timestampMicros()),
                Timestamps.utc(last.timestampMicros()),
                last.seq()))
        .compose(
            rows ->
                rows.rowCount() == block.block().rows()
                    ? Future.succeededFuture(block)
                    : Future.failedFuture(
                        new DisturbedException(
                            range.table(), block.block().rows(), rows.rowCount())));
  }
}
