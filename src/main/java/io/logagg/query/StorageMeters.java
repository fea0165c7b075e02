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
 * so every process shows the same; while it is away, those of before. They are not there until they
 * are known for the first time, as those of the dead letters.
 */
public final class StorageMeters {
  private static final Logger LOG = LoggerFactory.getLogger(StorageMeters.class);
  private static final long PERIOD_MS = 10_000;

  private final Database database;
  private final StorageTotals totals;
  private final Metrics metrics;
  private final InstantSource clock;
  private volatile Totals last = Totals.NONE;
  private volatile boolean reading;
  private boolean shown;

  private StorageMeters(Database database, Metrics metrics, InstantSource clock) {
    this.database = database;
    this.totals = new StorageTotals(database);
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Starts on the calling verticle's context, and ends with it. */
  public static void start(Vertx vertx, Database database, Metrics metrics, InstantSource clock) {
    StorageMeters numbers = new StorageMeters(database, metrics, clock);
    vertx.setPeriodic(0, PERIOD_MS, id -> numbers.read());
  }

  private long oldestAgeSeconds() {
    Long oldest = last.oldestMicros();
    return oldest == null ? 0 : (Timestamps.micros(clock.instant()) - oldest) / 1_000_000;
  }

  private void read() {
    if (database.isReady() && !reading) {
      reading = true;
      totals
          .read()
          .onComplete(done -> reading = false)
          .onSuccess(this::saw)
          .onFailure(e -> LOG.debug("reading what is stored: {}", e.getMessage()));
    }
  }

  private void saw(Totals read) {
    last = read;
    if (!shown) {
      shown = true;
      show();
    }
  }

  private void show() {
    metrics.gauge("logagg.logs.partitions", "Partitions of the records", () -> last.partitions());
    metrics.gauge(
        "logagg.logs.bytes", "Bytes on disk of all records with their indexes", () -> last.bytes());
    metrics.gauge(
        "logagg.logs.oldest.age.seconds",
        "How long ago the oldest partition begins",
        this::oldestAgeSeconds);
    metrics.counter(
        "logagg.retention.dropped.partitions",
        "Partitions dropped for their age or the size of all",
        () -> last.droppedPartitions());
    metrics.counter(
        "logagg.retention.dropped.bytes",
        "Bytes on disk of the partitions dropped",
        () -> last.droppedBytes());
    metrics.counter(
        "logagg.retention.removed.records",
        "Records removed for their age or the size of all, those of dropped partitions among them",
        () -> last.removedRecords());
  }
}
