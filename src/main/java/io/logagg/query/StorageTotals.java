package io.logagg.query;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** What is stored in all, how much of it is sealed, and what retention has removed. Thread-safe. */
public final class StorageTotals {
  private static final String READ =
      """
      SELECT r.partitions, r.bytes, r.oldest, r.dropped_partitions, r.dropped_bytes, r.removed_records,
        s.blocks, s.records, s.bytes, (SELECT count(*) FROM storage_orders WHERE done_at IS NULL)
      FROM retention_totals r CROSS JOIN sealing_totals s""";

  private final Database database;

  public StorageTotals(Database database) {
    this.database = database;
  }

  /**
   * As of the last time that retention, or sealing, looked: a minute ago or so.
   *
   * @param bytes of all partitions with their indexes
   * @param oldestMicros when the oldest partition begins, in microseconds since the epoch; null
   *     without any
   * @param droppedPartitions ever since, as are the other two
   * @param removedRecords with those of the dropped partitions
   * @param sealedRecords in blocks
   * @param sealedBytes of the blocks with their indexes
   * @param waitingOrders to seal or unseal by hand, not done yet
   */
  public record Totals(
      long partitions,
      long bytes,
      @Nullable Long oldestMicros,
      long droppedPartitions,
      long droppedBytes,
      long removedRecords,
      long blocks,
      long sealedRecords,
      long sealedBytes,
      long waitingOrders) {}

  public Future<Totals> read() {
    return database
        .read(connection -> connection.preparedQuery(READ).execute())
        .map(rows -> totals(rows.iterator().next()));
  }

  private static Totals totals(Row row) {
    OffsetDateTime oldest = row.getOffsetDateTime(2);
    return new Totals(
        row.getLong(0),
        row.getLong(1),
        oldest == null ? null : Timestamps.micros(oldest),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9));
  }
}
