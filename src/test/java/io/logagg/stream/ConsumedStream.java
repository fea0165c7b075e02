package io.logagg.stream;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.TimeWindow;
import io.logagg.telemetry.Metrics;
import io.logagg.telemetry.trace.Traces;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestRecords;
import io.logagg.testing.TestRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A stream on a real Redis with its consumers, and a persistence that does as the test says. */
final class ConsumedStream implements AutoCloseable {
  static final StreamNames NAMES = new StreamNames("logs:stream", "ingest", "logs:dlq");
  static final long CLAIM_IDLE_MS = 600;

  private final TestRedis redis = TestRedis.open();
  private final FakePersistence persistence = FakePersistence.serve(redis.vertx());
  private final RedisSettings settings = new RedisSettings(redis.url(), 2000, new Random(1));
  private final TestRecords records = new TestRecords(2); // Not those of the tests themselves.
  private final OnContext context = new OnContext(redis.vertx());
  private final StreamAppender appender =
      context.get(() -> StreamAppender.open(redis.vertx(), settings, NAMES));

  private Metrics metrics = new Metrics();

  ConsumedStream() {
    Eventually.value("the appender", () -> context.get(appender::isUp), up -> up);
  }

  TestRedis redis() {
    return redis;
  }

  FakePersistence persistence() {
    return persistence;
  }

  RedisSettings settings() {
    return settings;
  }

  StreamAppender appender() {
    return appender;
  }

  /** Starts a consumer; the id to undeploy it by. */
  String consume(String name) {
    return consume(name, CLAIM_IDLE_MS, 2, 100);
  }

  String consume(String name, long claimIdleMs, int maxInFlight, int batchRecords) {
    metrics = new Metrics();
    StreamConsumerOptions options =
        new StreamConsumerOptions(
            settings,
            NAMES,
            name,
            new TimeWindow(0, 2),
            batchRecords,
            100,
            claimIdleMs,
            5,
            maxInFlight,
            10_000,
            10,
            60_000,
            metrics,
            Traces.OFF);
    return await(redis.vertx().deployVerticle(new StreamConsumerVerticle(options)));
  }

  /** How many entries the consumer that was started last has missed. */
  double lost() {
    return Scrape.of(metrics.scrape()).sum("logagg_stream_lost_entries_total");
  }

  /** Appends packed entries; the messages of their records, in order. */
  List<String> append(int entries, int recordsPerEntry) {
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      List<LogRecord> batch = new ArrayList<>();
      for (int n = 0; n < recordsPerEntry; n++) {
        String message = "%05d".formatted(messages.size());
        batch.add(records.of("app", message));
        messages.add(message);
      }
      context.await(() -> appender.append(RecordBatch.of(batch)));
    }
    return messages;
  }

  /** Waits until just these are stored, and nothing is left on the stream. */
  void awaitStored(List<String> messages) {
    Eventually.value("all records", persistence::messages, messages::equals);
    Eventually.value("an empty stream", () -> redis.length(NAMES.stream()), left -> left == 0);
    assertEquals(0, redis.pending(NAMES.stream(), NAMES.group()));
  }

  @Override
  public void close() {
    redis.close();
  }
}
