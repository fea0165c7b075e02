package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** Makes partitions of {@code blocks}. Stateless. */
final class BlockPartitions {
  private static final String EXISTS = "SELECT to_regclass($1) IS NOT NULL";

  private BlockPartitions() {}

  /**
   * Makes the partition beside one of {@code logs}, if it is not there; in a transaction that
   * nobody else is in for the same purpose.
   */
  static Future<Void> ensure(SqlConnection connection, PartitionRange range) {
    return connection
        .preparedQuery(EXISTS)
        .execute(Tuple.of(range.blocksTable()))
        .compose(
            rows ->
                rows.iterator().next().getBoolean(0)
                    ? Future.succeededFuture()
                    : create(connection, range));
  }

  /** As {@link Partitions} does it: readers go on. */
  private static Future<Void> create(SqlConnection connection, PartitionRange range) {
    String sql =
        """
        CREATE TABLE %1$s (LIKE blocks INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE);
        ALTER TABLE blocks ATTACH PARTITION %1$s FOR VALUES FROM (%2$s) TO (%3$s)"""
            .formatted(
                range.blocksTable(),
                Optional.ofNullable(range.from()).map(Partitions::literal).orElse("MINVALUE"),
                Optional.ofNullable(range.to()).map(Partitions::literal).orElse("MAXVALUE"));
    return connection.query(sql).execute().mapEmpty();
  }
}
