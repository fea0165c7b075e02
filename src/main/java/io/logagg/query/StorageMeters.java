package io.logagg.query;

import io.logagg.postgres.Database;
import io.logagg.query.StorageTotals.Totals;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Shows how much is stored, how much of it is sealed, and what retention has removed: {@link
 * DatabaseNumbers}.
 */
public final class StorageMeters {
  private static final long PERIOD_MS = 10_000;

  private StorageMeters() {}

  /** Starts on the calling verticle's context, and ends with it. */
  public static void start(Vertx vertx, Database database, Metrics metrics, InstantSource clock) {
    StorageTotals totals = new StorageTotals(database);
    DatabaseNumbers.start(
        vertx, database, PERIOD_MS, totals::read, last -> show(metrics, clock, last));
  }

  private static void show(Metrics metrics, InstantSource clock, Supplier<Totals> last) {
    metrics.gauge(
        "logagg.logs.partitions", "Partitions of the records", () -> last.get().partitions());
    metrics.gauge(
        "logagg.logs.bytes",
        "Bytes on disk of all records with their indexes",
        () -> last.get().bytes());
    metrics.gauge(
        "logagg.logs.oldest.age.seconds",
        "How long ago the oldest partition begins",
        () -> ageSeconds(last.get(), clock));
    metrics.counter(
        "logagg.retention.dropped.partitions",
        "Partitions dropped for their age or the size of all",
        () -> last.get().droppedPartitions());
    metrics.counter(
        "logagg.retention.dropped.bytes",
        "Bytes on disk of the partitions dropped",
        () -> last.get().droppedBytes());
    metrics.counter(
        "logagg.retention.removed.records",
        "Records removed for their age or the size of all, those of dropped partitions among them",
        () -> last.get().removedRecords());
    metrics.gauge("logagg.seal.blocks", "Blocks of sealed records", () -> last.get().blocks());
    metrics.gauge(
        "logagg.seal.stored.records", "Records in blocks", () -> last.get().sealedRecords());
    metrics.gauge(
        "logagg.seal.bytes",
        "Bytes on disk of all blocks with their indexes",
        () -> last.get().sealedBytes());
    metrics.gauge(
        "logagg.seal.waiting.orders",
        "Orders to seal or unseal by hand that are not done yet",
        () -> last.get().waitingOrders());
  }

  private static long ageSeconds(Totals totals, InstantSource clock) {
    Long oldest = totals.oldestMicros();
    return oldest == null ? 0 : (Timestamps.micros(clock.instant()) - oldest) / 1_000_000;
  }
}
