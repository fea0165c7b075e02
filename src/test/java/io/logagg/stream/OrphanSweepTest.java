package io.logagg.stream;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.TimeWindow;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestRecords;
import io.logagg.testing.TestRedis;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Entries that were delivered, are not stored, and are pending for nobody. */
final class OrphanSweepTest {
  private static final StreamNames NAMES = new StreamNames("logs:stream", "ingest", "logs:dlq");

  private final TestRedis redis = TestRedis.open();
  private final FakePersistence persistence = FakePersistence.serve(redis.vertx());
  private final RedisSettings settings = new RedisSettings(redis.url(), 2000, new Random(1));
  private final TestRecords records = new TestRecords(1);

  @AfterEach
  void close() {
    redis.close();
  }

  private void consume(String name) {
    StreamConsumerOptions options =
        new StreamConsumerOptions(
            settings, NAMES, name, new TimeWindow(0, 2), 100, 100, 600, 5, 2, 10_000, 10);
    await(redis.vertx().deployVerticle(new StreamConsumerVerticle(options)));
  }

  private List<String> append(int entries, int recordsPerEntry) {
    OnContext context = new OnContext(redis.vertx());
    StreamAppender appender =
        context.get(() -> StreamAppender.open(redis.vertx(), settings, NAMES));
    Eventually.value("the appender", () -> context.get(appender::isUp), up -> up);
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

  private void awaitStored(List<String> messages) {
    Eventually.value("all records", persistence::messages, messages::equals);
    Eventually.value("an empty stream", () -> redis.length(NAMES.stream()), left -> left == 0);
    assertEquals(0, redis.pending(NAMES.stream(), NAMES.group()));
  }

  @Test
  void shouldStoreWhatAConsumerDeletedByHandHadPending() {
    List<String> messages = append(70, 2);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(
        Command.XREADGROUP, "GROUP", NAMES.group(), "gone", "STREAMS", NAMES.stream(), ">");
    redis.command(Command.XGROUP, "DELCONSUMER", NAMES.stream(), NAMES.group(), "gone");
    assertEquals(0, redis.pending(NAMES.stream(), NAMES.group()), "nobody has them");
    consume("c");
    awaitStored(messages);
  }

  @Test
  void shouldStoreWhatAPositionSetByHandHasSkipped() {
    List<String> messages = append(3, 2);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "$");
    consume("c");
    awaitStored(messages);
  }

  @Test
  void shouldStoreOnceWhatIsUnderWayWhenItsConsumerIsDeletedByHand() {
    persistence.hold();
    consume("c");
    List<String> messages = append(2, 2);
    Eventually.value("a request", persistence::heldRequests, held -> held > 0);
    redis.command(Command.XGROUP, "DELCONSUMER", NAMES.stream(), NAMES.group(), "c");
    Eventually.value(
        "all adopted", () -> redis.pending(NAMES.stream(), NAMES.group()), left -> left == 2);
    persistence.letGo();
    awaitStored(messages);
  }
}
