package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes partitions of {@code logs} for the times that are needed. Thread-safe; any number of
 * processes may.
 */
final class Partitions {
  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

  /** Any number that nobody else uses in the same database. */
  private static final long LOCK = 0x6C6F_6761_6768L;

  private final Database database;
  private final InstantSource clock;

  Partitions(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Makes what is missing for records of these times, in microseconds since the epoch. */
  Future<Void> ensure(LongStream timesMicros) {
    SortedSet<LocalDate> days = new TreeSet<>();
    timesMicros.forEach(micros -> days.add(Timestamps.utc(micros).toLocalDate()));
    return database.write(connection -> ensure(connection, days));
  }

  private Future<Void> ensure(SqlConnection connection, SortedSet<LocalDate> days) {
    return connection
        .query("SELECT pg_advisory_xact_lock(" + LOCK + ")")
        .execute()
        .compose(locked -> PartitionCatalog.ranges(connection))
        // In this order: a partition of rows that is gone by now has its blocks in place.
        .compose(
            rows ->
                PartitionCatalog.rangesOfBlocks(connection)
                    .compose(blocks -> create(connection, missing(days, rows, blocks))));
  }

  private List<PartitionRange> missing(
      Collection<LocalDate> days, List<PartitionRange> ofRows, List<PartitionRange> ofBlocks) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    List<PartitionRange> rows = new ArrayList<>(ofRows);
    List<PartitionRange> all = new ArrayList<>(ofRows);
    all.addAll(ofBlocks);
    List<PartitionRange> missing = new ArrayList<>();
    for (LocalDate day : days) {
      if (rows.stream().noneMatch(range -> range.covers(day))) {
        // Rows and blocks of a time have partitions of the same bounds.
        PartitionRange range =
            ofBlocks.stream()
                .filter(there -> there.covers(day))
                .findFirst()
                .orElseGet(() -> PartitionRange.choose(day, today, all));
        rows.add(range);
        all.add(range);
        missing.add(range);
      }
    }
    return missing;
  }

  private static Future<Void> create(SqlConnection connection, List<PartitionRange> ranges) {
    Future<Void> chain = Future.succeededFuture();
    for (PartitionRange range : ranges) {
      chain = chain.compose(done -> create(connection, range));
    }
    return chain;
  }

  private static Future<Void> create(SqlConnection connection, PartitionRange range) {
    LOG.info("new partition {}", range.table());
    return create(connection, "logs", range.table(), range);
  }

  /**
   * Makes a partition of a table. Attaching one needs a weaker lock on that than creating it as a
   * partition: readers and writers go on.
   *
   * @param table its name, one of ours
   */
  static Future<Void> create(
      SqlConnection connection, String parent, String table, PartitionRange range) {
    return connection
        .query(
            "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE)"
                .formatted(table, parent))
        .execute()
        .compose(made -> attach(connection, parent, table, range));
  }

  /** Makes a table that is there a partition of another that is made in the same way. */
  static Future<Void> attach(
      SqlConnection connection, String parent, String table, PartitionRange range) {
    return connection
        .query(
            "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%s) TO (%s)"
                .formatted(
                    parent,
                    table,
                    Optional.ofNullable(range.from()).map(Partitions::literal).orElse("MINVALUE"),
                    Optional.ofNullable(range.to()).map(Partitions::literal).orElse("MAXVALUE")))
        .execute()
        .mapEmpty();
  }

  private static String literal(LocalDate day) {
    return "'" + day + " 00:00:00+00'";
  }
}
