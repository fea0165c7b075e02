package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Makes partitions of {@code blocks}. Stateless. */
final class BlockPartitions {
  private static final String EXISTS = "SELECT to_regclass($1) IS NOT NULL";

  private BlockPartitions() {}

  /**
   * Makes the partition beside one of {@code logs}, if it is not there; in a transaction that
   * nobody else is in for the same purpose.
   */
  static Future<Void> ensure(SqlConnection connection, PartitionRange range) {
    return isThere(connection, range)
        .compose(
            there ->
                there
                    ? Future.succeededFuture()
                    : Partitions.create(connection, "blocks", range.blocksTable(), range));
  }

  static Future<Boolean> isThere(SqlConnection connection, PartitionRange range) {
    return connection
        .preparedQuery(EXISTS)
        .execute(Tuple.of(range.blocksTable()))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }
}
