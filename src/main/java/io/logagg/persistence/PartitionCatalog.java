package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which partitions {@code logs} has. Tables that somebody else attached, under names that are none
 * of ours, are not in it. Stateless.
 */
final class PartitionCatalog {
  private static final String NAMES =
      "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::text::regclass";

  /** Null is the size of what is gone by now. */
  private static final String SIZES =
      """
      SELECT c.relname, coalesce(pg_total_relation_size(c.oid), 0)
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent IN ('logs'::regclass, 'blocks'::regclass)
      UNION ALL
      SELECT c.relname, coalesce(pg_total_relation_size(c.oid), 0)
      FROM staged_partitions s JOIN pg_class c ON c.oid = to_regclass(replace(s.partition, 'logs_', 'staged_'))""";

  private PartitionCatalog() {}

  /**
   * A time of which rows or blocks are there, or both.
   *
   * @param rowBytes on disk, with indexes
   * @param blockBytes the same of its blocks, those that are made aside included
   */
  record Partition(PartitionRange range, long rowBytes, long blockBytes) {
    private static Partition of(PartitionRange range, String table, long bytes) {
      boolean isOfRows = table.equals(range.table());
      return new Partition(range, isOfRows ? bytes : 0, isOfRows ? 0 : bytes);
    }

    private Partition plus(Partition other) {
      return new Partition(range, rowBytes + other.rowBytes, blockBytes + other.blockBytes);
    }

    String table() {
      return range.table();
    }

    long bytes() {
      return rowBytes + blockBytes;
    }
  }

  /** What times the partitions cover, in no order. */
  static Future<List<PartitionRange>> ranges(SqlConnection connection) {
    return ranges(connection, "logs");
  }

  /** What times the partitions of {@code blocks} cover: of most there are no rows any more. */
  static Future<List<PartitionRange>> rangesOfBlocks(SqlConnection connection) {
    return ranges(connection, "blocks");
  }

  private static Future<List<PartitionRange>> ranges(SqlConnection connection, String parent) {
    return connection
        .preparedQuery(NAMES)
        .execute(Tuple.of(parent))
        .map(
            rows -> {
              List<PartitionRange> ranges = new ArrayList<>();
              rows.forEach(row -> PartitionRange.ofEither(row.getString(0)).ifPresent(ranges::add));
              return ranges;
            });
  }

  /** Their names, beginnings and ends, as three arrays for a statement. */
  static Tuple parameters(List<PartitionRange> ranges) {
    return Tuple.tuple()
        .addArrayOfString(ranges.stream().map(PartitionRange::table).toArray(String[]::new))
        .addArrayOfOffsetDateTime(
            ranges.stream().map(PartitionRange::start).toArray(OffsetDateTime[]::new))
        .addArrayOfOffsetDateTime(
            ranges.stream().map(PartitionRange::end).toArray(OffsetDateTime[]::new));
  }

  /** All of them, the oldest first. */
  static Future<List<Partition>> partitions(SqlConnection connection) {
    return connection
        .query(SIZES)
        .execute()
        .map(
            rows -> {
              Map<PartitionRange, Partition> found = new HashMap<>();
              for (Row row : rows) {
                String table = row.getString(0);
                PartitionRange.ofEither(table)
                    .ifPresent(
                        range ->
                            found.merge(
                                range,
                                Partition.of(range, table, row.getLong(1)),
                                Partition::plus));
              }
              List<Partition> partitions = new ArrayList<>(found.values());
              partitions.sort(Comparator.comparing(partition -> partition.range().start()));
              return partitions;
            });
  }
}
