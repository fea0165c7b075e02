package io.logagg.persistence;

import io.logagg.block.BlockRow;
import io.logagg.filter.Sql;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.BlockWork;
import io.logagg.seal.SealedBlock;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Joins a small block of a partition with its neighbour. Stateless. */
final class BlockJoin {
  /** Fewer records than this make a block small. */
  private static final int SMALL_ROWS = 1000;

  /** The first two neighbours, a small one among them, that fit into one block. */
  private static final String PAIR =
      """
       AND (b.since, b.first_seq) IN (
        SELECT unnest(ARRAY[since, next_since]), unnest(ARRAY[first_seq, next_first_seq]) FROM (SELECT * FROM (
          SELECT since, first_seq, n, chars, lead(since) OVER neighbours AS next_since,
            lead(first_seq) OVER neighbours AS next_first_seq, lead(n) OVER neighbours AS next_n,
            lead(chars) OVER neighbours AS next_chars
          FROM {partition} WINDOW neighbours AS (ORDER BY since, first_seq)) AS pairs
        WHERE least(n, next_n) < {small} AND n + next_n <= {rows} AND chars + next_chars <= {chars}
        ORDER BY since, first_seq LIMIT 1) AS pair)
      ORDER BY b.since, b.first_seq"""
          .replace("{small}", String.valueOf(SMALL_ROWS))
          .replace("{rows}", String.valueOf(SealStep.ROWS))
          .replace("{chars}", String.valueOf(SealStep.BYTES));

  private BlockJoin() {}

  /**
   * Joins two, the first that there are; whether there were any.
   *
   * @param connection in a transaction that has {@link MoveLock#alone}
   */
  static Future<Boolean> run(SqlConnection connection, PartitionRange range) {
    Sql sql = BlockTable.headers().add(PAIR.replace("{partition}", range.blocksTable()));
    return BlockTable.headers(connection, sql)
        .compose(
            pair ->
                pair.isEmpty()
                    ? Future.succeededFuture(false)
                    : join(connection, pair.get(0), pair.get(1)).map(true));
  }

  private static Future<Void> join(SqlConnection connection, Header one, Header next) {
    List<BlockRow> rows = new ArrayList<>();
    return taken(connection, one)
        .onSuccess(rows::addAll)
        .compose(done -> taken(connection, next))
        .onSuccess(rows::addAll)
        .compose(
            done ->
                BlockWork.run(
                    () -> {
                      rows.sort(Comparator.comparing(BlockKey::of));
                      return SealedBlock.of(rows);
                    }))
        .compose(block -> BlockTable.insert(connection, block))
        .compose(done -> MoveLock.noteMoveBack(connection));
  }

  private static Future<List<BlockRow>> taken(SqlConnection connection, Header header) {
    return BlockEdit.rows(connection, header)
        .compose(rows -> BlockTable.delete(connection, header).map(rows));
  }
}
