package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.bus.Bus;
import io.logagg.bus.BusException;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.protocol.RecordRules;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.TimeWindow;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/** Two verticles that write to an emptied database, and the bus to ask them. */
final class Writer implements AutoCloseable {
  static final int PIPELINING = 2;

  private final TestDatabase database;
  private final Bus bus;

  private Writer(TestDatabase database, int instances) {
    this.database = database;
    Bus.register(database.vertx());
    this.bus = Bus.of(database.vertx(), 25_000);
    PersistenceOptions options =
        new PersistenceOptions(
            database.database(),
            PIPELINING,
            new TimeWindow(0, 2),
            RecordRules.NONE,
            List.of("trace_id", "http.id"),
            1000,
            1 << 30,
            RetentionLimits.of(0, 0),
            SealingTimes.of(0, 1000),
            new Metrics(),
            InstantSource.fixed(TestRecords.NOW));
    await(
        database
            .vertx()
            .deployVerticle(
                () -> new PersistenceVerticle(options),
                new DeploymentOptions().setInstances(instances)));
  }

  static Writer open() {
    return new Writer(TestDatabase.open(), 2);
  }

  static Writer open(long writeTimeoutMs, int instances) {
    return new Writer(TestDatabase.open(writeTimeoutMs), instances);
  }

  TestDatabase database() {
    return database;
  }

  Bus bus() {
    return bus;
  }

  /** A request whose keys are remembered, a delivery for each batch. */
  static WriteRequest request(RecordBatch... batches) {
    return request(true, batches);
  }

  static WriteRequest request(boolean rememberKeys, RecordBatch... batches) {
    return new WriteRequest(
        Arrays.stream(batches).map(batch -> new Delivery(batch, 1_764_000_000_000L)).toList(),
        rememberKeys);
  }

  static RecordBatch batch(LogRecord... records) {
    return RecordBatch.of(List.of(records));
  }

  Future<WriteOutcome> ask(WriteRequest request) {
    return bus.ask(Persistence.WRITE, request);
  }

  WriteOutcome write(WriteRequest request) {
    return await(ask(request));
  }

  WriteOutcome write(LogRecord... records) {
    return write(request(batch(records)));
  }

  BusException refuse(WriteRequest request) {
    return assertThrows(BusException.class, () -> write(request));
  }

  long rows() {
    return database.number("SELECT count(*) FROM logs");
  }

  /** Messages and the apps they belong to. */
  List<String> messages() {
    return database.texts(
        "SELECT a.name || ':' || l.message FROM logs l JOIN apps a ON a.id = l.app_id ORDER BY 1");
  }

  @Override
  public void close() {
    database.close();
  }
}
