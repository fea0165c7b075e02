package io.logagg.query;

import static io.logagg.testing.TestServers.await;

import io.logagg.block.BlockRow;
import io.logagg.filter.AnyRecords;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable;
import io.logagg.seal.LogsTable;
import io.logagg.seal.SealedBlock;
import io.logagg.testing.TestServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** A schema of its own whose records are kept in one way, and all that reads them. */
final class SealedStore implements AutoCloseable {
  private static final int TRIES = 10;
  private static final long TIMEOUT_MS = 60_000;

  private final Kept kept;
  private final String schema;
  private final PgConnection connection;
  private final Database database;

  /** How many records a block has at most; small, so that there are several. */
  private static final int[] BLOCK_ROWS = {2, 20, 50, 150};

  /** All that reads; those with small limits see the newest records only. */
  record Readers(
      LogSearch search,
      LogScan scan,
      FirstChunk first,
      LogNeighbours neighbours,
      LogStats stats,
      LogHistogram histogram,
      FieldCounts counts,
      FieldCounts fewCounts,
      FieldSample sample,
      FieldSample smallSample,
      LogSeries series,
      LogSeries shortSeries,
      LogPatterns patterns,
      LogPatterns fewPatterns) {
    static Readers of(Vertx vertx, Database database) {
      LogSearch search = new LogSearch(database);
      LogScan scan = new LogScan(database);
      RareMatches rare = new RareMatches(database);
      return new Readers(
          search,
          scan,
          new FirstChunk(scan, rare),
          new LogNeighbours(search, scan, rare),
          new LogStats(database),
          new LogHistogram(database),
          new FieldCounts(database),
          new FieldCounts(database, 50),
          new FieldSample(database),
          new FieldSample(database, 30),
          new LogSeries(database),
          new LogSeries(database, 50),
          new LogPatterns(vertx, database, LogPatterns.Limits.USUAL),
          new LogPatterns(vertx, database, new LogPatterns.Limits(60, TIMEOUT_MS, 20)));
    }
  }

  private final Readers readers;

  SealedStore(TestServers servers, Vertx vertx, Kept kept, int connections) {
    this.kept = kept;
    this.schema = "kept_as_" + kept.name().toLowerCase(Locale.ROOT);
    String url = servers.postgresUrl();
    servers.sql("DROP SCHEMA IF EXISTS " + schema + " CASCADE; CREATE SCHEMA " + schema);
    String own = url + (url.contains("?") ? "&" : "?") + "search_path=" + schema;
    this.database =
        Database.open(
            vertx, new PostgresSettings(own, connections, TIMEOUT_MS, TIMEOUT_MS, new Random(1)));
    await(database.ready());
    this.connection = await(PgConnection.connect(vertx, own));
    this.readers = Readers.of(vertx, database);
    prepare();
    connect(connections, TRIES);
  }

  /** All connections of the pool: on a busy machine, a query would not wait long enough for one. */
  private void connect(int connections, int tries) {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      all.add(database.read(reader -> reader.query("SELECT pg_sleep(0.1)").execute()));
    }
    Future<?> connected = Future.join(all);
    if (tries > 1) {
      await(connected.otherwiseEmpty());
      if (connected.failed()) {
        connect(connections, tries - 1);
      }
    } else {
      await(connected);
    }
  }

  /** A partition for one day, and one for all other times. */
  private void prepare() {
    StringBuilder sql = new StringBuilder("SET TIME ZONE 'UTC';");
    long start = Math.floorDiv(AnyRecords.NOW_MICROS, AnyLogs.DAY_MICROS) * AnyLogs.DAY_MICROS;
    for (String table : List.of("logs", "blocks")) {
      sql.append(
          """
          CREATE TABLE %1$s_rest PARTITION OF %1$s DEFAULT;
          CREATE TABLE %1$s_day PARTITION OF %1$s FOR VALUES FROM ('%2$s') TO ('%3$s');"""
              .formatted(table, Timestamps.utc(start), Timestamps.utc(start + AnyLogs.DAY_MICROS)));
    }
    for (String app : AnyLogs.APPS) {
      sql.append("INSERT INTO apps (name) VALUES ('" + app + "');");
    }
    sql("%sUPDATE apps SET deleted_at = now() WHERE name = 'gone'".formatted(sql));
  }

  private Iterable<Row> sql(String sql) {
    return await(connection.query(sql).execute());
  }

  /** The numbers of the apps. */
  Map<String, Integer> apps() {
    Map<String, Integer> apps = new HashMap<>();
    sql("SELECT name, id FROM apps").forEach(row -> apps.put(row.getString(0), row.getInteger(1)));
    return apps;
  }

  Kept kept() {
    return kept;
  }

  Readers readers() {
    return readers;
  }

  /**
   * Keeps these records instead of those that were there.
   *
   * @param rows in the order of their keys
   */
  void keep(List<BlockRow> rows, Random random) {
    sql("TRUNCATE logs, blocks, rollups, rollup_deltas");
    await(LogsTable.insert(connection, rows));
    count("rollups", "seq % 5 <> 0");
    count("rollup_deltas", "seq % 5 = 0");
    if (kept == Kept.ROWS) {
      return;
    }
    sql("TRUNCATE logs");
    List<BlockRow> left = new ArrayList<>(rows);
    List<BlockRow> moved = new ArrayList<>(rows);
    if (kept == Kept.MIXED) {
      int share = 1 + random.nextInt(4);
      moved.removeIf(row -> random.nextInt(5) < share);
    }
    left.removeAll(moved);
    await(LogsTable.insert(connection, left));
    await(Future.all(blocks(moved, random).stream().map(this::insert).toList()));
  }

  private Future<Void> insert(List<BlockRow> rows) {
    return BlockTable.insert(connection, SealedBlock.of(rows));
  }

  private void count(String table, String which) {
    sql(
        """
        INSERT INTO %s SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, count(*)
        FROM logs WHERE %s GROUP BY 1, 2, 3, 4"""
            .formatted(table, which));
  }

  /** Each of one day; the times of several overlap. */
  private static List<List<BlockRow>> blocks(List<BlockRow> rows, Random random) {
    int layers = 1 + random.nextInt(3);
    List<List<BlockRow>> blocks = new ArrayList<>();
    List<List<BlockRow>> open = new ArrayList<>();
    int[] size = new int[layers];
    for (int layer = 0; layer < layers; layer++) {
      open.add(new ArrayList<>());
    }
    for (BlockRow row : rows) {
      int layer = random.nextInt(layers);
      List<BlockRow> block = open.get(layer);
      if (block.isEmpty() || block.size() == size[layer] || day(block.get(0)) != day(row)) {
        block = new ArrayList<>();
        open.set(layer, block);
        blocks.add(block);
        size[layer] = 1 + random.nextInt(BLOCK_ROWS[random.nextInt(BLOCK_ROWS.length)]);
      }
      block.add(row);
    }
    return blocks;
  }

  private static long day(BlockRow row) {
    return Math.floorDiv(row.timestampMicros(), AnyLogs.DAY_MICROS);
  }

  /** What is not to be left behind for others who use the server. */
  @Override
  public void close() {
    await(connection.query("DROP SCHEMA " + schema + " CASCADE").execute());
    await(Future.join(connection.close(), database.close()));
  }
}
