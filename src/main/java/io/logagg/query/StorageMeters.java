package io.logagg.query;

import io.logagg.postgres.Database;
import io.logagg.query.StorageTotals.Totals;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how much is stored and what retention has removed. These are the numbers of the database,
 * so every process shows the same; while it is away, those of before.
 */
public final class StorageMeters {
  private static final Logger LOG = LoggerFactory.getLogger(StorageMeters.class);
  private static final long PERIOD_MS = 10_000;

  private final Database database;
  private final StorageTotals totals;
  private final InstantSource clock;
  private volatile Totals last = Totals.NONE;

  private StorageMeters(Database database, InstantSource clock) {
    this.database = database;
    this.totals = new StorageTotals(database);
    this.clock = clock;
  }

  /** Starts on the calling verticle's context, and ends with it. */
  public static void start(Vertx vertx, Database database, Metrics metrics, InstantSource clock) {
    StorageMeters numbers = new StorageMeters(database, clock);
    metrics.gauge(
        "logagg.logs.partitions", "Partitions of the records", () -> numbers.last.partitions());
    metrics.gauge(
        "logagg.logs.bytes",
        "Bytes on disk of all records with their indexes",
        () -> numbers.last.bytes());
    metrics.gauge(
        "logagg.logs.oldest.age.seconds",
        "How long ago the oldest partition begins",
        numbers::oldestAgeSeconds);
    metrics.counter(
        "logagg.retention.dropped.partitions",
        "Partitions dropped for their age or the size of all",
        () -> numbers.last.droppedPartitions());
    metrics.counter(
        "logagg.retention.dropped.bytes",
        "Bytes on disk of the partitions dropped",
        () -> numbers.last.droppedBytes());
    metrics.counter(
        "logagg.retention.removed.records",
        "Records removed for their age or the size of all, those of dropped partitions among them",
        () -> numbers.last.removedRecords());
    vertx.setPeriodic(0, PERIOD_MS, id -> numbers.read());
  }

  private long oldestAgeSeconds() {
    Long oldest = last.oldestMicros();
    return oldest == null ? 0 : (Timestamps.micros(clock.instant()) - oldest) / 1_000_000;
  }

  private void read() {
    if (database.isReady()) {
      totals
          .read()
          .onSuccess(read -> last = read)
          .onFailure(e -> LOG.debug("reading what is stored: {}", e.getMessage()));
    }
  }
}
