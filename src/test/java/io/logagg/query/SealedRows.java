package io.logagg.query;

import static io.logagg.testing.TestServers.await;

import io.logagg.block.BlockRow;
import io.logagg.block.Column;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Moves a test's rows into blocks, and back. */
final class SealedRows {
  private static final String ALL_ROWS =
      """
      SELECT "timestamp", seq, received_at, app_id, level, service, message, metadata_::text, source_id FROM logs
      ORDER BY "timestamp", seq""";

  private static final String INSERT_ROW =
      "INSERT INTO logs VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::json, $9)";

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
    List<BlockRow> rows = new ArrayList<>();
    await(connection.query(ALL_ROWS).execute()).forEach(row -> rows.add(blockRow(row)));
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

  private static BlockRow blockRow(Row row) {
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

  /** Makes rows of all blocks. */
  void unseal() {
    List<Header> headers = await(BlockTable.headers(connection, BlockTable.headers()));
    for (Header header : headers) {
      BlockRecords records =
          new BlockRecords(
              await(BlockTable.columns(connection, header, EnumSet.allOf(Column.class)))
                  .orElseThrow(),
              Map.of());
      for (int i = 0; i < records.count(); i++) {
        BlockRow row = records.row(i);
        Tuple values =
            Tuple.tuple()
                .addOffsetDateTime(Timestamps.utc(row.timestampMicros()))
                .addLong(row.seq())
                .addOffsetDateTime(Timestamps.utc(row.receivedAtMicros()))
                .addInteger(row.appId())
                .addString(row.level())
                .addString(row.service())
                .addString(row.message())
                .addString(row.metadata())
                .addString(row.sourceId());
        await(connection.preparedQuery(INSERT_ROW).execute(values));
      }
    }
    await(connection.query("TRUNCATE blocks").execute());
  }
}
