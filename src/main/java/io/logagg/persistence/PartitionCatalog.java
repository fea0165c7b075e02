package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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
      WHERE i.inhparent = 'logs'::regclass""";

  private PartitionCatalog() {}

  /**
   * A partition that is there.
   *
   * @param bytes on disk, with its indexes
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

  /** All partitions, the oldest first. */
  static Future<List<Partition>> partitions(SqlConnection connection) {
    return connection
        .query(SIZES)
        .execute()
        .map(
            rows -> {
              List<Partition> partitions = new ArrayList<>();
              for (Row row : rows) {
                PartitionRange.ofTable(row.getString(0))
                    .ifPresent(range -> partitions.add(new Partition(range, row.getLong(1))));
              }
              partitions.sort(Comparator.comparing(partition -> partition.range().start()));
              return partitions;
            });
  }
}
