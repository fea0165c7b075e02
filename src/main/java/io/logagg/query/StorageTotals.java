package io.logagg.query;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** What is stored in all, and what retention has removed. Thread-safe. */
public final class StorageTotals {
  private static final String READ =
      """
      SELECT partitions, bytes, oldest, dropped_partitions, dropped_bytes, removed_records FROM retention_totals""";

  private final Database database;

  public StorageTotals(Database database) {
    this.database = database;
  }

  /**
   * As of the last time that retention looked, half a minute ago or so.
   *
   * @param bytes of all partitions with their indexes
   * @param oldestMicros when the oldest partition begins, in microseconds since the epoch; null
   *     without any
   * @param droppedPartitions ever since, as are the other two
   * @param removedRecords with those of the dropped partitions
   */
  public record Totals(
      long partitions,
      long bytes,
      @Nullable Long oldestMicros,
      long droppedPartitions,
      long droppedBytes,
      long removedRecords) {}

  public Future<Totals> read() {
    return database
        .read(connection -> connection.query(READ).execute())
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
        row.getLong(5));
  }
}
