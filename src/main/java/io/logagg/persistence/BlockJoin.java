package io.logagg.persistence;

import io.logagg.block.BlockRow;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Joins small blocks of a partition with their neighbours. Stateless. */
final class BlockJoin {
  /** Fewer records than this make a block small. */
  private static final int SMALL_ROWS = 1000;

  /** Blocks that are joined at once, at the most. */
  private static final int MAX_BLOCKS = 16;

  /** So that all of them can be held; each is compressed to a sixth or less of that. */
  private static final long MAX_COLUMN_BYTES = 4 << 20;

  private static final String NEIGHBOURS =
      """
      SELECT {header}, octet_length(b.messages) + octet_length(b.metadata) AS bytes
      FROM {partition} b ORDER BY b.since, b.first_seq"""
          .replace("{header}", BlockTable.HEADER);

  private BlockJoin() {}

  private record Sized(Header header, int bytes) {}

  /**
   * Joins some, the first that there are; whether there were any.
   *
   * @param connection in a transaction that has {@link MoveLock#alone}
   */
  static Future<Boolean> run(SqlConnection connection, PartitionRange range) {
    return connection
        .query(NEIGHBOURS.replace("{partition}", range.blocksTable()))
        .execute()
        .compose(
            rows -> {
              List<Sized> all = new ArrayList<>(rows.size());
              rows.forEach(row -> all.add(new Sized(Header.of(row), row.getInteger("bytes"))));
              List<Header> few = firstToJoin(all);
              return few.isEmpty()
                  ? Future.succeededFuture(false)
                  : join(connection, few).map(true);
            });
  }

  /** Neighbours that fit into one block, a small one among them; none if there are none. */
  private static List<Header> firstToJoin(List<Sized> all) {
    for (int from = 0; from < all.size(); from++) {
      int rows = 0;
      long bytes = 0;
      boolean hasSmall = false;
      int to = from;
      while (to < all.size() && to - from < MAX_BLOCKS) {
        Sized next = all.get(to);
        if (rows + next.header().rows() > SealStep.ROWS
            || bytes + next.bytes() > MAX_COLUMN_BYTES) {
          break;
        }
        rows += next.header().rows();
        bytes += next.bytes();
        hasSmall |= next.header().rows() < SMALL_ROWS;
        to++;
      }
      if (to - from > 1 && hasSmall) {
        return all.subList(from, to).stream().map(Sized::header).toList();
      }
    }
    return List.of();
  }

  private static Future<Void> join(SqlConnection connection, List<Header> headers) {
    List<BlockRow> rows = new ArrayList<>();
    Future<Void> chain = Future.succeededFuture();
    for (Header header : headers) {
      chain =
          chain
              .compose(done -> BlockEdit.rows(connection, header))
              .onSuccess(rows::addAll)
              .compose(read -> BlockTable.delete(connection, header));
    }
    return chain
        .compose(
            gone ->
                Vertx.currentContext()
                    .executeBlocking(
                        () -> {
                          rows.sort(Comparator.comparing(BlockKey::of));
                          return SealedBlock.of(rows);
                        },
                        false))
        .compose(block -> BlockTable.insert(connection, block));
  }
}
