package io.logagg.query;

import static io.logagg.testing.TestServers.await;

import io.logagg.block.BlockRow;
import io.logagg.block.Column;
import io.logagg.record.LogRecord;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.LogsTable;
import io.logagg.seal.SealedBlock;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Moves a test's rows into blocks, and back. */
final class SealedRows {
  private static final String ALL_ROWS =
      "SELECT " + LogsTable.COLUMNS + " FROM logs ORDER BY \"timestamp\", seq";

  private final PgConnection connection;
  private final Random random;

  SealedRows(PgConnection connection, Random random) {
    this.connection = connection;
    this.random = random;
    await(connection.query("CREATE TABLE blocks_all PARTITION OF blocks DEFAULT").execute());
  }

  /** Moves rows into blocks, as they are to be kept. */
  void seal(Kept kept) {
    if (kept == Kept.ROWS) {
      return;
    }
    List<BlockRow> rows = LogsTable.rows(await(connection.query(ALL_ROWS).execute()));
    if (kept == Kept.MIXED) {
      rows.removeIf(row -> random.nextInt(3) == 0);
    }
    int blocks = 1 + random.nextInt(4);
    for (int i = 0; i < blocks; i++) {
      int which = i;
      List<BlockRow> some = rows.stream().filter(row -> row.seq() % blocks == which).toList();
      if (!some.isEmpty()) {
        await(BlockTable.insert(connection, SealedBlock.of(some)));
      }
    }
    Long[] seqs = rows.stream().map(BlockRow::seq).toArray(Long[]::new);
    await(
        connection
            .preparedQuery("DELETE FROM logs WHERE seq = ANY($1)")
            .execute(Tuple.tuple().addArrayOfLong(seqs)));
  }

  /** Makes rows of all blocks. */
  void unseal() {
    await(BlockTable.headers(connection, BlockTable.headers())).forEach(this::unseal);
  }

  /** Makes rows of the block that has a record, if one has. */
  void unsealAround(LogRecord record) {
    await(BlockTable.holding(connection, RecordShapes.key(record.id()))).forEach(this::unseal);
  }

  private void unseal(Header header) {
    BlockRecords records =
        new BlockRecords(
            await(BlockTable.columns(connection, header, EnumSet.allOf(Column.class)))
                .orElseThrow(),
            Map.of());
    await(
        LogsTable.insert(
            connection, IntStream.range(0, records.count()).mapToObj(records::row).toList()));
    await(BlockTable.delete(connection, header));
  }
}
