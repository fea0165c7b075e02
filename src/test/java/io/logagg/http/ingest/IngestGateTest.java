package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.stream.RedisSettings;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamNames;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestRecords;
import io.logagg.testing.TestRedis;
import io.vertx.redis.client.Command;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many records wait, as seen on a real Redis. */
final class IngestGateTest {
  private static final StreamNames NAMES = new StreamNames("logs:stream", "g", "logs:dlq");

  private final TestRedis redis = TestRedis.open();
  private final OnContext context = new OnContext(redis.vertx());
  private final StreamAppender appender =
      context.get(
          () ->
              StreamAppender.open(
                  redis.vertx(), new RedisSettings(redis.url(), 5000, new Random(1)), NAMES));

  @AfterEach
  void close() {
    redis.close();
  }

  private IngestGate gate() {
    return context.get(() -> new IngestGate(redis.vertx(), appender, () -> false, 1_000_000, 1000));
  }

  private void appendBatches(int batches, int records) {
    Eventually.value("the appender", () -> context.get(appender::isUp), up -> up);
    TestRecords random = new TestRecords(1);
    for (int i = 0; i < batches; i++) {
      context.await(() -> appender.append(random.batch(records)));
    }
  }

  private void addForeign(int entries) {
    redis.command(
        Command.EVAL,
        "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'data', ARGV[2]) end",
        "1",
        NAMES.stream(),
        String.valueOf(entries),
        "{\"app\":\"a\",\"message\":\"m\"}");
  }

  private static long awaitRecords(OnContext context, IngestGate gate, long expected) {
    return Eventually.value("records", () -> context.get(gate::pendingRecords), n -> n == expected);
  }

  @Test
  void shouldSeeHowManyRecordsWaitThatWereThereBeforeIt() {
    appendBatches(8, 400);
    assertEquals(3200, awaitRecords(context, gate(), 3200));
  }

  @Test
  void shouldNotTakeManySmallEntriesForLargeOnes() {
    addForeign(12_001);
    appendBatches(70, 500);
    assertEquals(47_001, awaitRecords(context, gate(), 47_001));
  }

  @Test
  void shouldCountSmallEntriesBeforeLargeOnes() {
    IngestGate gate = gate();
    addForeign(3000);
    awaitRecords(context, gate, 3000);
    appendBatches(8, 400);
    assertEquals(6200, awaitRecords(context, gate, 6200));
    redis.command(Command.XTRIM, NAMES.stream(), "MAXLEN", "4");
    assertEquals(1600, awaitRecords(context, gate, 1600));
  }

  @Test
  void shouldSeeTheStreamWhateverIsWrongWithTheDeadLetters() {
    redis.command(Command.SET, NAMES.deadLetters(), "no stream");
    IngestGate gate = gate();
    appendBatches(2, 10);
    assertEquals(20, awaitRecords(context, gate, 20));
    context.await(gate::probe);
  }

  @Test
  void shouldCountAnewAfterTheStreamWasRemoved() {
    IngestGate gate = gate();
    appendBatches(3, 10);
    awaitRecords(context, gate, 30);
    redis.command(Command.DEL, NAMES.stream());
    awaitRecords(context, gate, 0);
    appendBatches(1, 7);
    assertEquals(7, awaitRecords(context, gate, 7));
  }
}
