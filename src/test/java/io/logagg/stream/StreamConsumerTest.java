package io.logagg.stream;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.TimeWindow;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestRecords;
import io.logagg.testing.TestRedis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The consumer on a real Redis, with a persistence that does as the test says. */
final class StreamConsumerTest {
  private static final StreamNames NAMES = new StreamNames("logs:stream", "ingest", "logs:dlq");
  private static final long CLAIM_IDLE_MS = 600;

  private final TestRedis redis = TestRedis.open();
  private final FakePersistence persistence = FakePersistence.serve(redis.vertx());
  private final RedisSettings settings = new RedisSettings(redis.url(), 2000, new Random(1));
  private final TestRecords records = new TestRecords(1);
  private final StreamAppender appender = openAppender();

  private StreamAppender openAppender() {
    OnContext context = new OnContext(redis.vertx());
    StreamAppender opened = context.get(() -> StreamAppender.open(redis.vertx(), settings, NAMES));
    Eventually.value("the appender", () -> context.get(opened::isUp), up -> up);
    return opened;
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private String consume(String name) {
    return consume(name, CLAIM_IDLE_MS, 2, 100);
  }

  private String consume(String name, long claimIdleMs, int maxInFlight, int batchRecords) {
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
            10);
    return await(redis.vertx().deployVerticle(new StreamConsumerVerticle(options)));
  }

  private List<String> append(int entries, int recordsPerEntry) {
    List<String> messages = new ArrayList<>();
    OnContext context = new OnContext(redis.vertx());
    for (int i = 0; i < entries; i++) {
      List<LogRecord> batch = new ArrayList<>();
      for (int n = 0; n < recordsPerEntry; n++) {
        batch.add(records.of("app", "%05d".formatted(messages.size())));
        messages.add("%05d".formatted(messages.size()));
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
  void shouldStoreAndThenRemove() {
    consume("c");
    List<String> messages = append(50, 7);
    awaitStored(messages);
    assertTrue(persistence.asked().stream().allMatch(request -> request.rememberKeys()));
  }

  @Test
  void shouldStoreWhatWasThereBeforeIt() {
    List<String> messages = append(300, 5);
    consume("c");
    awaitStored(messages);
  }

  @Test
  void shouldTakeEntriesOfOtherPrograms() {
    consume("c");
    redis.add(
        NAMES.stream(),
        "data",
        "[{\"app\":\"a\",\"message\":\"1\"},{\"app\":\"a\",\"message\":\"2\"}]");
    redis.command(
        Command.XADD,
        NAMES.stream(),
        "18446744073709551614-1",
        "data",
        "{\"app\":\"a\",\"message\":\"3\"}");
    awaitStored(List.of("1", "2", "3"));
  }

  @Test
  void shouldTryAgainForAsLongAsItTakesAndDeadLetterNothing() {
    persistence.fail(true);
    consume("c");
    List<String> messages = append(3, 2);
    Eventually.value("some tries", () -> persistence.asked().size(), tries -> tries >= 4);
    assertEquals(3, redis.length(NAMES.stream()), "nothing is removed before it is stored");
    persistence.fail(false);
    awaitStored(messages);
    assertEquals(0, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldDeadLetterOnlyWhatFailsByItself() {
    consume("c");
    List<String> before = append(3, 5);
    OnContext context = new OnContext(redis.vertx());
    List<LogRecord> mixed =
        List.of(
            records.of("app", "good 1"),
            records.of("app", "REFUSED 1"),
            records.of("app", "good 2"),
            records.of("app", "INTERNAL 1"),
            records.of("app", "good 3"));
    context.await(() -> appender.append(RecordBatch.of(mixed)));
    List<String> good = new ArrayList<>(before);
    good.addAll(List.of("good 1", "good 2", "good 3"));
    awaitStored(good);
    Eventually.value("two dead letters", () -> persistence.letters().size(), n -> n == 2);
  }

  @Test
  void shouldRemoveTheNamesOfConsumersThatAreGone() {
    consume("c");
    awaitStored(append(1, 1));
    redis.command(Command.XGROUP, "CREATECONSUMER", NAMES.stream(), NAMES.group(), "gone");
    redis.command(Command.XGROUP, "CREATECONSUMER", NAMES.stream(), NAMES.group(), "gone too");
    StreamReader reader = new StreamReader(NAMES.stream(), NAMES.group(), "c");
    OnContext context = new OnContext(redis.vertx());
    RedisLink link = context.get(() -> RedisLink.open(redis.vertx(), settings, "test", () -> {}));
    Eventually.value("the link", () -> context.get(link::isUp), up -> up);
    Eventually.value(
        "both names gone",
        () -> context.await(() -> reader.removeIdleConsumers(link, 5)),
        removed ->
            redis.command(Command.XINFO, "CONSUMERS", NAMES.stream(), NAMES.group()).size() == 1);
  }

  @Test
  void shouldKeepWaitingEntriesFromBeingClaimed() {
    // Without room it claims nothing, not even its own.
    persistence.hold();
    append(3, 2); // First, so that it reads them all at once and leaves none to the other.
    consume("one", CLAIM_IDLE_MS, 1, 100);
    Eventually.value("it has them", persistence::heldRequests, held -> held == 1);
    consume("two");
    long enough = System.nanoTime() + 3 * CLAIM_IDLE_MS * 1_000_000;
    Eventually.value("three times the idle time", System::nanoTime, now -> now > enough);
    assertEquals(List.of("one"), ownersOfPending());
  }

  private List<String> ownersOfPending() {
    return redis.command(Command.XPENDING, NAMES.stream(), NAMES.group()).get(3).stream()
        .map(owner -> owner.get(0).toString())
        .toList();
  }

  @Test
  void shouldTakeOverWhatADeadConsumerLeft() {
    List<String> messages = append(5, 3);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(
        Command.XREADGROUP, "GROUP", NAMES.group(), "dead", "STREAMS", NAMES.stream(), ">");
    assertEquals(List.of("dead"), ownersOfPending());
    consume("alive");
    awaitStored(messages);
  }

  @Test
  void shouldGoOnWithItsOwnAfterARestartWithTheSameName() {
    List<String> messages = append(250, 1);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(
        Command.XREADGROUP, "GROUP", NAMES.group(), "same", "STREAMS", NAMES.stream(), ">");
    consume("same", 1_000_000, 2, 100);
    awaitStored(messages);
  }

  @Test
  void shouldReadItsOwnAgainWhenRemovingThemFailed() {
    persistence.hold();
    consume("c", 1_000_000, 2, 100);
    List<String> messages = append(3, 2);
    Eventually.value("a request", persistence::heldRequests, held -> held > 0);
    // The stream is no stream for a moment, so that neither XDEL nor XACK can be done.
    redis.command(Command.RENAME, NAMES.stream(), "elsewhere");
    redis.command(Command.SET, NAMES.stream(), "a text");
    persistence.letGo();
    Eventually.value("stored", persistence::messages, messages::equals);
    redis.command(Command.RENAME, "elsewhere", NAMES.stream());
    awaitStored(messages);
  }

  @Test
  void shouldMakeAGroupAnewThatWasDeletedByHand() {
    consume("c");
    awaitStored(append(2, 2));
    persistence.hold();
    List<String> more = append(3, 1);
    Eventually.value("a request", persistence::heldRequests, held -> held > 0);
    redis.command(Command.XGROUP, "DESTROY", NAMES.stream(), NAMES.group());
    redis.add(NAMES.stream(), "data", "{\"app\":\"a\",\"message\":\"last\"}");
    persistence.letGo();
    Eventually.value("all", () -> persistence.messages().contains("last"), all -> all);
    Eventually.value("an empty stream", () -> redis.length(NAMES.stream()), left -> left == 0);
    assertEquals(3, more.size());
  }

  @Test
  void shouldMakeAStreamAnewThatWasDeletedByHand() {
    consume("c");
    awaitStored(append(2, 2));
    redis.command(Command.DEL, NAMES.stream());
    redis.add(NAMES.stream(), "data", "{\"app\":\"a\",\"message\":\"new\"}");
    Eventually.value("the new one", () -> persistence.messages().contains("new"), there -> there);
    Eventually.value("an empty stream", () -> redis.length(NAMES.stream()), left -> left == 0);
  }

  @Test
  void shouldGetOverEntriesThatWereDeletedWhilePending() {
    List<String> messages = append(3, 1);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    var read =
        redis.command(
            Command.XREADGROUP, "GROUP", NAMES.group(), "same", "STREAMS", NAMES.stream(), ">");
    var entries = read.isMap() ? read.get(NAMES.stream()) : read.get(0).get(1);
    redis.command(Command.XDEL, NAMES.stream(), entries.get(1).get(0).toString());
    consume("same");
    Eventually.value(
        "the others", persistence::messages, List.of(messages.get(0), messages.get(2))::equals);
    Eventually.value(
        "nothing pending", () -> redis.pending(NAMES.stream(), NAMES.group()), left -> left == 0);
  }

  @Test
  void shouldComeBackAfterItsConnectionsWereClosed() {
    consume("c");
    List<String> messages = append(20, 2);
    redis.command(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
    awaitStored(messages);
    redis.add(NAMES.stream(), "data", "{\"app\":\"a\",\"message\":\"x\"}");
    Eventually.value("the last", () -> persistence.messages().contains("x"), there -> there);
  }

  @Test
  void shouldReadNoMoreThanFitsUnderWay() {
    persistence.hold();
    List<String> messages = append(200, 10);
    consume("c", 1_000_000, 2, 20);
    Eventually.value("two requests", persistence::heldRequests, held -> held == 2);
    long enough = System.nanoTime() + 500_000_000;
    Eventually.value("time to read more", System::nanoTime, now -> now > enough);
    assertEquals(2, persistence.heldRequests());
    assertTrue(redis.pending(NAMES.stream(), NAMES.group()) <= 2 * 20, "few are read");
    persistence.letGo();
    awaitStored(messages);
    int largest = persistence.asked().stream().mapToInt(request -> request.size()).max().orElse(0);
    assertTrue(largest <= 200, () -> largest + " records in a batch");
  }

  @Test
  void shouldFinishWhatIsUnderWayBeforeItStops() {
    persistence.hold();
    String id = consume("c");
    List<String> messages = append(3, 2);
    Eventually.value("a request", persistence::heldRequests, held -> held > 0);
    Future<Void> stopped = redis.vertx().undeploy(id);
    assertTrue(!stopped.isComplete());
    persistence.letGo();
    await(stopped);
    List<String> done = persistence.messages();
    assertTrue(messages.containsAll(done));
    assertEquals(messages.size() - done.size(), 2 * redis.length(NAMES.stream()), "settled too");
    Eventually.value("no link left", redis::clients, count -> count == 2);
  }

  @Test
  void shouldStopThoughNothingCanBeStored() {
    persistence.fail(true);
    String id = consume("c");
    List<String> messages = append(3, 2);
    Eventually.value("a try", () -> persistence.asked().size(), tries -> tries >= 1);
    await(redis.vertx().undeploy(id));
    assertEquals(3, redis.length(NAMES.stream()));
    persistence.fail(false);
    consume("next");
    awaitStored(messages);
  }

  @Test
  void shouldMoveDeadLettersAndKeepTheNewestInSight() {
    consume("c");
    OnContext context = new OnContext(redis.vertx());
    List<DeadLetter> letters =
        IntStream.range(0, 1000).mapToObj(n -> letter("letter " + n)).toList();
    context.await(() -> appender.appendDeadLetters(letters));
    Eventually.value("all", () -> persistence.letters().size(), count -> count == 1000);
    assertEquals(new HashSet<>(letters), new HashSet<>(persistence.letters()));
    // Redis cuts whole nodes of 100 entries off.
    Eventually.value(
        "a short mirror",
        () -> redis.length(NAMES.deadLetters()),
        left -> left >= 10 && left < 200);
  }

  private DeadLetter letter(String payload) {
    LogRecord record = records.of("app", payload);
    return new DeadLetter(
        record.id(), payload, false, "reason", "test", Defaults.NONE, TestRecords.NOW_MICROS);
  }

  @Test
  void shouldMakeADeadLetterOfWhatCannotBeRead() {
    consume("c");
    redis.add(NAMES.stream(), "data", "no json");
    redis.add(NAMES.stream(), "other", "x");
    redis.add(NAMES.deadLetters(), "data", "no letter");
    Eventually.value("letters", () -> persistence.letters().size(), count -> count == 3);
    awaitStored(List.of());
    assertEquals(3, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldShowADeadLetterOnceHoweverOftenItsBatchIsTried() {
    persistence.fail(true);
    consume("c");
    redis.add(NAMES.stream(), "data", "[{\"app\":\"a\",\"message\":\"good\"},{\"bad\":1}]");
    Eventually.value("some tries", () -> persistence.asked().size(), tries -> tries >= 4);
    persistence.fail(false);
    awaitStored(List.of("good"));
    assertEquals(1, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldGetOverAnEntryWithThousandsOfBadRecords() {
    consume("c");
    StringBuilder data = new StringBuilder("[1");
    data.append(",1".repeat(4999)).append("]");
    redis.add(NAMES.stream(), "data", data.toString());
    Eventually.value("letters", () -> persistence.letters().size(), count -> count == 5000);
    awaitStored(List.of());
  }

  @Test
  void shouldShareTheStreamAmongSeveral() {
    List<String> messages = append(400, 5);
    for (int i = 0; i < 4; i++) {
      consume("c" + i, CLAIM_IDLE_MS, 1, 20);
    }
    awaitStored(messages);
  }
}
