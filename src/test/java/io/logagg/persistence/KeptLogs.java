package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;

import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** Records of all ages in an emptied database in which nothing runs by itself, and retention. */
final class KeptLogs implements AutoCloseable {
  /** Today, by PostgreSQL's clock. */
  final LocalDate today;

  private final TestDatabase database = TestDatabase.open();
  private final OnContext context = new OnContext(database.vertx());
  private final TestRecords records = new TestRecords(1);
  private final BatchWriter writer =
      new BatchWriter(
          database.database(),
          new AppCatalog(database.database()),
          new FieldCatalog(database.database()),
          new Partitions(database.database(), InstantSource.system()),
          new StoreMeters(new Metrics()));
  private final WriterConnection connection =
      new WriterConnection(database.vertx(), database.database().settings(), 2);

  KeptLogs() {
    today = database.sql("SELECT now()").iterator().next().getOffsetDateTime(0).toLocalDate();
  }

  TestDatabase database() {
    return database;
  }

  OnContext context() {
    return context;
  }

  /** A record of noon of a day, or of midnight where that is still to come. */
  LogRecord record(LocalDate day, String app, String message) {
    return record(day, Duration.ofHours(day.isBefore(today) ? 12 : 0), app, message);
  }

  LogRecord record(LocalDate day, Duration time, String app, String message) {
    long micros = Timestamps.micros(day.atStartOfDay().toInstant(ZoneOffset.UTC).plus(time));
    return records.at(micros, app, message);
  }

  /** A record of now, by PostgreSQL's clock. */
  LogRecord now(String app, String message) {
    OffsetDateTime now = database.sql("SELECT now()").iterator().next().getOffsetDateTime(0);
    return records.at(Timestamps.micros(now), app, message);
  }

  /** A record of so many days ago, whose message says so. */
  LogRecord old(int days, String app) {
    return record(today.minusDays(days), app, app + days);
  }

  void write(LogRecord... some) {
    write(List.of(some));
  }

  void write(List<LogRecord> some) {
    context.await(() -> writer.write(Writer.request(false, RecordBatch.of(some)), connection));
  }

  /** A partition as it would be there if it had been made at another time. */
  void makePartition(PartitionRange range) {
    database.sql(
        "CREATE TABLE %s PARTITION OF logs FOR VALUES FROM ('%s 00:00:00+00') TO ('%s 00:00:00+00')"
            .formatted(range.table(), range.from(), range.to()));
  }

  void keep(String app, Integer days) {
    database.sql("UPDATE apps SET retention_days = %s WHERE name = '%s'".formatted(days, app));
  }

  Retention retention(RetentionLimits limits) {
    return retention(limits, 1000);
  }

  Retention retention(RetentionLimits limits, int chunkRows) {
    return context.get(
        () -> new Retention(database.vertx(), database.database(), limits, chunkRows));
  }

  /** Does all there is to do, and lets others have the lease again. */
  void run(RetentionLimits limits, int chunkRows) {
    Retention retention = retention(limits, chunkRows);
    context.await(retention::pass);
    context.await(retention::stop);
  }

  void runByAge(Integer days) {
    run(new RetentionLimits(days, 0), 1000);
  }

  List<String> messages() {
    return database.texts("SELECT message FROM logs ORDER BY \"timestamp\" DESC, message");
  }

  List<String> partitions() {
    return await(database.database().read(PartitionCatalog::ranges)).stream()
        .map(PartitionRange::table)
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    database.close();
  }

  /** The midnight that a day began with, in microseconds since the epoch. */
  long midnight(int daysAgo) {
    return Timestamps.micros(today.minusDays(daysAgo).atStartOfDay().toInstant(ZoneOffset.UTC));
  }
}
