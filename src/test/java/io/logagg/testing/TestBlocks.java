package io.logagg.testing;

import static io.logagg.testing.TestServers.await;

import io.logagg.block.BlockRow;
import io.logagg.seal.BlockTable;
import io.logagg.seal.LogsTable;
import io.logagg.seal.SealedBlock;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Makes blocks behind the back of whoever uses the database. */
public final class TestBlocks {
  private TestBlocks() {}

  /** The partition of blocks of a day. */
  public static String table(LocalDate day) {
    return "blocks_d" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
  }

  /** Moves all rows of a day into one block, in a partition made for it. */
  public static void seal(TestServers servers, LocalDate day) {
    OffsetDateTime since = day.atStartOfDay().atOffset(ZoneOffset.UTC);
    Tuple range = Tuple.of(since, since.plusDays(1));
    String within = "WHERE \"timestamp\" >= $1 AND \"timestamp\" < $2";
    Vertx vertx = Vertx.vertx();
    try {
      PgConnection connection = await(PgConnection.connect(vertx, servers.postgresUrl()));
      await(connection.query("BEGIN").execute());
      makePartition(connection, day);
      String select =
          "SELECT " + LogsTable.COLUMNS + " FROM logs " + within + " ORDER BY \"timestamp\", seq";
      List<BlockRow> rows = LogsTable.rows(await(connection.preparedQuery(select).execute(range)));
      await(BlockTable.insert(connection, SealedBlock.of(rows)));
      await(connection.preparedQuery("DELETE FROM logs " + within).execute(range));
      await(connection.query("COMMIT").execute());
    } finally {
      await(vertx.close());
    }
  }

  /** Stores a block in a partition made for it, which no row or count tells of. */
  public static void insert(TestServers servers, LocalDate day, SealedBlock block) {
    Vertx vertx = Vertx.vertx();
    try {
      PgConnection connection = await(PgConnection.connect(vertx, servers.postgresUrl()));
      makePartition(connection, day);
      await(BlockTable.insert(connection, block));
    } finally {
      await(vertx.close());
    }
  }

  private static void makePartition(PgConnection connection, LocalDate day) {
    await(
        connection
            .query(
                "CREATE TABLE %s PARTITION OF blocks FOR VALUES FROM ('%s 00:00:00+00') TO ('%s 00:00:00+00')"
                    .formatted(table(day), day, day.plusDays(1)))
            .execute());
  }
}
