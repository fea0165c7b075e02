package io.logagg.crash;

import io.logagg.block.Block;
import io.logagg.block.BlockRow;
import io.logagg.block.Column;
import io.logagg.crash.SealLedger.Content;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What one snapshot of the tables holds: rows, blocks, and the counts of both. */
final class SealTables {
  private static final int MAX_TOLD = 10;
  private static final long MINUTE_MICROS = 60_000_000;

  private static final String ROWS =
      """
      SELECT "timestamp", seq, received_at, app_id, level, service, message, metadata_::text, source_id FROM logs""";

  private static final String BLOCKS =
      """
      SELECT since, first_seq, until, last_seq, n, ids, received, names, messages, metadata, source_ids, tableoid::regclass::text
      FROM blocks""";

  private static final String COUNTS =
      """
      SELECT minute, app_id, level, service, sum(n) FROM (
        SELECT * FROM rollups UNION ALL SELECT * FROM rollup_deltas) AS counts
      GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0""";

  private final Map<Integer, String> apps = new HashMap<>();
  private final Set<BlockKey> keys = new HashSet<>();
  private final List<Content> contents = new ArrayList<>();
  private final Map<Count, Long> counted = new HashMap<>();
  private final List<String> findings = new ArrayList<>();
  private long rows;
  private long blocks;

  /** What a row of the rollups counts. */
  private record Count(long minute, int app, String level, String service) {}

  private SealTables() {}

  /** Reads all in one snapshot. */
  static SealTables read(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    SealTables tables = new SealTables();
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(5000);
      try (ResultSet apps = statement.executeQuery("SELECT id, name FROM apps")) {
        while (apps.next()) {
          tables.apps.put(apps.getInt(1), apps.getString(2));
        }
      }
      tables.readRows(statement);
      tables.readBlocks(statement);
      tables.compareCounts(statement);
    } finally {
      connection.rollback();
    }
    return tables;
  }

  List<Content> contents() {
    return contents;
  }

  /** What is wrong with the tables by themselves; empty if nothing is. */
  List<String> findings() {
    return findings.size() <= MAX_TOLD ? findings : findings.subList(0, MAX_TOLD);
  }

  long rows() {
    return rows;
  }

  long blocks() {
    return blocks;
  }

  long sealedRecords() {
    return contents.size() - rows;
  }

  private void add(BlockRow row, String where) {
    if (!keys.add(BlockKey.of(row))) {
      findings.add("twice, the second time in " + where + ": " + row);
    }
    contents.add(
        new Content(
            apps.getOrDefault(row.appId(), "app " + row.appId()),
            row.timestampMicros(),
            row.level(),
            row.service(),
            row.message(),
            new JsonObject(row.metadata()).getInteger("share")));
    long minute = Math.floorDiv(row.timestampMicros(), MINUTE_MICROS) * MINUTE_MICROS;
    counted.merge(new Count(minute, row.appId(), row.level(), row.service()), 1L, Long::sum);
  }

  private static long micros(ResultSet rows, int column) throws SQLException {
    return Timestamps.micros(rows.getObject(column, OffsetDateTime.class).toInstant());
  }

  private void readRows(Statement statement) throws SQLException {
    try (ResultSet found = statement.executeQuery(ROWS)) {
      while (found.next()) {
        rows++;
        add(
            new BlockRow(
                micros(found, 1),
                found.getLong(2),
                micros(found, 3),
                found.getInt(4),
                found.getString(5),
                found.getString(6),
                found.getString(7),
                found.getString(8),
                found.getString(9)),
            "rows");
      }
    }
  }

  private void readBlocks(Statement statement) throws SQLException {
    statement.setFetchSize(20);
    try (ResultSet found = statement.executeQuery(BLOCKS)) {
      while (found.next()) {
        blocks++;
        int at = 6;
        Map<Column, byte[]> columns = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
          columns.put(column, found.getBytes(at++));
        }
        BlockRecords records = new BlockRecords(new Block(found.getInt(5), columns), apps);
        String name = found.getString(12) + " " + found.getString(1) + " " + found.getLong(2);
        for (int i = 0; i < records.count(); i++) {
          add(records.row(i), name);
        }
        compareEnds(found, records, name);
      }
    }
  }

  private void compareEnds(ResultSet found, BlockRecords records, String name) throws SQLException {
    BlockKey first = new BlockKey(micros(found, 1), found.getLong(2));
    BlockKey last = new BlockKey(micros(found, 3), found.getLong(4));
    if (!first.equals(records.key(0)) || !last.equals(records.key(records.count() - 1))) {
      findings.add("its ends are not those of its records: " + name);
    }
    String day = Timestamps.utc(last.timestampMicros()).toLocalDate().toString().replace("-", "");
    if (!found.getString(12).toLowerCase(Locale.ROOT).endsWith("d" + day)) {
      findings.add("it does not fit into its partition: " + name);
    }
  }

  private void compareCounts(Statement statement) throws SQLException {
    Map<Count, Long> kept = new HashMap<>();
    try (ResultSet found = statement.executeQuery(COUNTS)) {
      while (found.next()) {
        kept.put(
            new Count(micros(found, 1), found.getInt(2), found.getString(3), found.getString(4)),
            found.getLong(5));
      }
    }
    Set<Count> all = new HashSet<>(kept.keySet());
    all.addAll(counted.keySet());
    for (Count count : all) {
      long by = kept.getOrDefault(count, 0L) - counted.getOrDefault(count, 0L);
      if (by != 0) {
        findings.add("the counts are off by " + by + ": " + count);
      }
    }
  }
}
