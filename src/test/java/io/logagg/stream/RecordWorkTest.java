package io.logagg.stream;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.Bus;
import io.logagg.bus.BusException;
import io.logagg.bus.Failure;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.record.DedupeKeys;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.TimeWindow;
import io.logagg.telemetry.trace.Traces;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestRecords;
import io.logagg.testing.TestRedis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of one entry when storing it fails, on a real Redis. */
final class RecordWorkTest {
  private static final long REPEAT_MS = 600_000;
  private static final StreamNames NAMES = new StreamNames("logs:stream", "ingest", "logs:dlq");

  private final TestRedis redis = TestRedis.open();
  private final OnContext context = new OnContext(redis.vertx());
  private final RedisSettings settings = new RedisSettings(redis.url(), 2000, new Random(1));
  private final TestRecords records = new TestRecords(1);
  private final List<WriteRequest> asked = new CopyOnWriteArrayList<>();
  private final RedisLink link = openLink();
  private final StreamReader reader = new StreamReader(NAMES.stream(), NAMES.group(), "c");
  private final RecordWork work = openWork();
  private volatile Function<WriteRequest, Failure> refusal = request -> null;

  private RedisLink openLink() {
    RedisLink opened = context.get(() -> RedisLink.open(redis.vertx(), settings, "test", () -> {}));
    Eventually.value("the link", () -> context.get(opened::isUp), up -> up);
    return opened;
  }

  private RecordWork openWork() {
    Bus.register(redis.vertx());
    Bus bus = Bus.of(redis.vertx(), 10_000);
    bus.serve(Persistence.WRITE, this::write);
    EntryCodec codec = new EntryCodec(NAMES.stream(), new JsonRecordDecoder(new TimeWindow(0, 2)));
    return new RecordWork(
        codec, reader, NAMES.deadLetters(), REPEAT_MS, bus, () -> link, Traces.OFF);
  }

  private Future<WriteOutcome> write(WriteRequest request) {
    asked.add(request);
    Failure failure = refusal.apply(request);
    return failure == null
        ? Future.succeededFuture(new WriteOutcome(request.size(), 0, List.of()))
        : Future.failedFuture(new BusException(failure, "says the test"));
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private RawEntry append(LogRecord... batch) {
    return append(RecordBatch.of(List.of(batch)));
  }

  private RawEntry append(RecordBatch packed) {
    return entry(
        context
            .await(
                () ->
                    link.send(
                        EntryCodec.addPacked(
                            Request.cmd(Command.XADD).arg(NAMES.stream()).arg("*"), packed)))
            .toString());
  }

  private RawEntry entry(String id) {
    return context.await(() -> reader.read(link, id)).orElseThrow();
  }

  private Future<Void> store(RawEntry entry) {
    return context.start(() -> work.store(List.of(work.decode(entry))));
  }

  private static boolean has(WriteRequest request, String message) {
    return request.deliveries().stream()
        .flatMap(delivery -> delivery.batch().records().stream())
        .anyMatch(record -> record.message().equals(message));
  }

  @Test
  void shouldDeadLetterNothingWhenAnOutageFollowsARefusal() {
    RawEntry entry = append(records.of("app", "m"));
    refusal = request -> asked.size() == 1 ? Failure.REFUSED : Failure.TRANSIENT;
    assertThrows(BusException.class, () -> await(store(entry)));
    assertEquals(2, asked.size());
    assertEquals(0, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldRememberTheKeyOfABatchThatMayComeAgainForAsLongAsItMay() {
    RawEntry once = append(records.of("app", "1"));
    RawEntry again = append(new RecordBatch(new UUID(1, 2), List.of(records.of("app", "2"))));
    await(store(once));
    await(store(again));
    assertEquals(once.ms(), asked.get(0).deliveries().get(0).entryMs());
    assertTrue(asked.get(1).deliveries().get(0).entryMs() >= again.ms() + REPEAT_MS);
  }

  @Test
  void shouldRememberTheKeyOfARequestForADay() {
    UUID key = DedupeKeys.ofPartForADay(new UUID(1, 2), 0);
    RawEntry entry = append(new RecordBatch(key, List.of(records.of("app", "1"))));
    await(store(entry));
    assertTrue(asked.get(0).deliveries().get(0).entryMs() >= entry.ms() + 86_400_000);
  }

  @Test
  void shouldDeadLetterNothingInAnOutage() {
    RawEntry entry = append(records.of("app", "1"), records.of("app", "2"));
    for (Failure outage : List.of(Failure.TRANSIENT, Failure.UNAVAILABLE, Failure.TIMEOUT)) {
      refusal = request -> outage;
      assertThrows(BusException.class, () -> await(store(entry)));
    }
    assertEquals(0, redis.length(NAMES.deadLetters()));
  }

  /** A consumer may die between the parts and the settling; another does all of it again. */
  @Test
  void shouldNameThePartsAndTheDeadLettersAlikeAtEachTry() {
    RawEntry entry = append(records.of("app", "good"), records.of("app", "bad"));
    refusal = request -> has(request, "bad") ? Failure.INTERNAL : null;
    await(store(entry));
    List<UUID> first = keys();
    asked.clear();
    await(store(entry));
    assertEquals(first, keys());
    List<UUID> letters =
        StreamSupport.stream(
                redis.command(Command.XRANGE, NAMES.deadLetters(), "-", "+").spliterator(), false)
            .map(letter -> letterId(letter.get(0).toString()))
            .toList();
    assertEquals(2, letters.size());
    assertEquals(letters.get(0), letters.get(1));
  }

  private List<UUID> keys() {
    return asked.stream()
        .flatMap(request -> request.deliveries().stream())
        .map(delivery -> delivery.batch().key())
        .toList();
  }

  private UUID letterId(String entryId) {
    StreamReader letters = new StreamReader(NAMES.deadLetters(), NAMES.group(), "c");
    RawEntry entry = context.await(() -> letters.read(link, entryId)).orElseThrow();
    return DeadLetterCodec.decode(entry).id();
  }

  @Test
  void shouldStoreAnEntryOfWhichOnlyTheCopyIsDamaged() {
    RawEntry entry = append(records.of("app", "m"));
    RawEntry garbage = entry(redis.add(NAMES.stream(), "pack", "garbage"));
    await(store(new RawEntry(entry.id(), garbage.fields())));
    assertEquals(1, asked.stream().filter(request -> has(request, "m")).count());
    assertEquals(0, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldSayThatRedisAnswersWhateverStandsAtItsKeys() {
    redis.command(Command.SET, NAMES.stream(), "a text");
    redis.command(Command.SET, NAMES.deadLetters(), "a text");
    StreamAppender appender =
        context.get(() -> StreamAppender.open(redis.vertx(), settings, NAMES));
    Eventually.value("the appender", () -> context.get(appender::isUp), up -> up);
    assertDoesNotThrow(() -> context.await(appender::ping));
  }
}
