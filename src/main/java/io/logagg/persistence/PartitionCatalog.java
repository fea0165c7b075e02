package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
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
      """
      SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'logs'::regclass""";

  /** Null is the size of what is gone by now. */
  private static final String SIZES =
      """
      SELECT c.relname, coalesce(pg_total_relation_size(c.oid), 0)
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent IN ('logs'::regclass, 'blocks'::regclass)""";

  private PartitionCatalog() {}

  /**
   * A time of which rows or blocks are there, or both.
   *
   * @param bytes on disk, with indexes
   */
  record Partition(PartitionRange range, long bytes) {
    String table() {
      return range.table();
    }
  }

  /** What times the partitions cover, in no order. */
  static Future<List<PartitionRange>> ranges(SqlConnection connection) {
    return connection
        .query(NAMES)
        .execute()
        .map(
            rows -> {
              List<PartitionRange> ranges = new ArrayList<>();
              rows.forEach(row -> PartitionRange.ofTable(row.getString(0)).ifPresent(ranges::add));
              return ranges;
            });
  }

  /** All of them, the oldest first. */
  static Future<List<Partition>> partitions(SqlConnection connection) {
    return connection
        .query(SIZES)
        .execute()
        .map(
            rows -> {
              Map<PartitionRange, Long> bytes = new HashMap<>();
              for (Row row : rows) {
                PartitionRange.ofEither(row.getString(0))
                    .ifPresent(range -> bytes.merge(range, row.getLong(1), Long::sum));
              }
              List<Partition> partitions = new ArrayList<>();
              bytes.forEach((range, sum) -> partitions.add(new Partition(range, sum)));
              partitions.sort(Comparator.comparing(partition -> partition.range().start()));
              return partitions;
            });
  }
}
