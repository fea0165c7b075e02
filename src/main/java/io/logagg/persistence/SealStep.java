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
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocks of the first rows of a partition, in one transaction: some at a time, so that what a
 * transaction costs is shared, but for no longer than others can wait. While a block is made, the
 * rows of the next one are read. Of one step.
 */
final class SealStep {
  /** The rows of a block. */
  static final int ROWS = 4000;

  /** Messages and metadata of a block, all rows but its last together. */
  static final long BYTES = Block.MAX_CHARS / 2;

  private static final int MAX_BLOCKS = 8;

  /** After this, no further block is begun. */
  private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final String FIRST =
      "SELECT * FROM {partition} WHERE (\"timestamp\", seq) > ($1, $2) ORDER BY \"timestamp\", seq LIMIT $3";

  private static final String SIZE =
      """
      SELECT coalesce(sum(octet_length(message)::int8 + octet_length(metadata_::text)), 0)::int8, count(*)
      FROM ({first}) page"""
          .replace("{first}", FIRST);

  /** The name of the partition is one of ours, see {@link PartitionRange}. */
  private static final String ALL = FIRST.replace("*", LogsTable.COLUMNS);

  private static final String AS_MANY_AS_FIT =
      """
      SELECT {columns} FROM (
        SELECT *, sum(size) OVER (ORDER BY "timestamp", seq ROWS UNBOUNDED PRECEDING) AS bytes FROM (
          SELECT *, octet_length(message) + octet_length(metadata_::text) AS size FROM ({first}) first) page) sized
      WHERE bytes - size < $4 ORDER BY "timestamp", seq"""
          .replace("{columns}", LogsTable.COLUMNS)
          .replace("{first}", FIRST);

  /** With a bound for each side of the time, so that no plan looks at all rows. */
  private static final String DELETE =
      """
      DELETE FROM {partition} WHERE "timestamp" >= $1 AND "timestamp" <= $2 AND ("timestamp", seq) <= ($2, $3)""";

  private final SqlConnection connection;
  private final PartitionRange range;
  private final boolean moves;
  private final long startNanos = System.nanoTime();
  private int records;
  private int blocks;
  private @Nullable BlockKey last;

  private SealStep(SqlConnection connection, PartitionRange range, boolean moves) {
    this.connection = connection;
    this.range = range;
    this.moves = moves;
  }

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
   * @param records how many are in its blocks; 0 if there were none
   * @param last the last of them
   */
  record Sealed(int records, int blocks, @Nullable BlockKey last) {}

  /**
   * Seals the first rows behind a place; fails with a {@link DisturbedException} if more rows come
   * between them meanwhile.
   *
   * @param connection in a transaction that has {@link MoveLock#alone}
   */
  static Future<Sealed> move(SqlConnection connection, PartitionRange range, BlockKey after) {
    SealStep step = new SealStep(connection, range, true);
    return step.goOn(step.rows(after));
  }

  /** The same for blocks that are made aside, see {@link StagedBlocks}: the rows stay. */
  static Future<Sealed> copy(SqlConnection connection, PartitionRange range, BlockKey after) {
    SealStep step = new SealStep(connection, range, false);
    return step.goOn(step.rows(after));
  }

  private Future<Sealed> goOn(Future<List<BlockRow>> reading) {
    return reading.compose(
        rows -> {
          if (rows.isEmpty()) {
            return done();
          }
          BlockKey end = BlockKey.of(rows.get(rows.size() - 1));
          records += rows.size();
          blocks++;
          last = end;
          boolean isLong = System.nanoTime() - startNanos > LONG_NANOS;
          Future<List<BlockRow>> next =
              isLong || blocks == MAX_BLOCKS ? Future.succeededFuture(List.of()) : rows(end);
          return BlockWork.run(() -> SealedBlock.of(rows))
              .compose(this::store)
              .compose(stored -> goOn(next));
        });
  }

  private Future<Sealed> done() {
    return Future.succeededFuture(new Sealed(records, blocks, last));
  }

  /** As many as a block takes; none if there are no more. */
  private Future<List<BlockRow>> rows(BlockKey after) {
    Tuple first = Tuple.of(Timestamps.utc(after.timestampMicros()), after.seq(), ROWS);
    return connection
        .preparedQuery(of(SIZE))
        .execute(first)
        .compose(
            sized -> {
              Row size = sized.iterator().next();
              if (size.getLong(1) == 0) {
                return Future.succeededFuture(List.of());
              }
              // To add up row by row would take longer than all the rest of reading them.
              return size.getLong(0) < BYTES
                  ? connection.preparedQuery(of(ALL)).execute(first).map(LogsTable::rows)
                  : connection
                      .preparedQuery(of(AS_MANY_AS_FIT))
                      .execute(first.addLong(BYTES))
                      .map(LogsTable::rows);
            });
  }

  private String of(String sql) {
    return sql.replace("{partition}", range.table());
  }

  private Future<Void> store(SealedBlock block) {
    return moves ? move(block) : BlockTable.insert(connection, range.stagedTable(), block);
  }

  private Future<Void> move(SealedBlock block) {
    int rows = block.block().rows();
    Future<Void> inserted = BlockTable.insert(connection, block);
    Future<Integer> deleted =
        connection
            .preparedQuery(of(DELETE))
            .execute(
                Tuple.of(
                    Timestamps.utc(block.first().timestampMicros()),
                    Timestamps.utc(block.last().timestampMicros()),
                    block.last().seq()))
            .map(result -> result.rowCount());
    return inserted
        .compose(done -> deleted)
        .compose(
            count ->
                count == rows
                    ? Future.succeededFuture()
                    : Future.failedFuture(new DisturbedException(range.table(), rows, count)));
  }
}
