package io.logagg.stream;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestRecords;
import io.logagg.testing.TestRedis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The consumer on a real Redis, with a persistence that does as the test says. */
final class StreamConsumerTest {
  private static final StreamNames NAMES = ConsumedStream.NAMES;
  private static final long CLAIM_IDLE_MS = ConsumedStream.CLAIM_IDLE_MS;

  private final ConsumedStream stream = new ConsumedStream();
  private final TestRedis redis = stream.redis();
  private final FakePersistence persistence = stream.persistence();
  private final TestRecords records = new TestRecords(1);

  @AfterEach
  void close() {
    stream.close();
  }

  @Test
  void shouldStoreAndThenRemove() {
    stream.consume("c");
    List<String> messages = stream.append(50, 7);
    stream.awaitStored(messages);
    assertTrue(persistence.asked().stream().allMatch(request -> request.rememberKeys()));
  }

  @Test
  void shouldStoreWhatWasThereBeforeIt() {
    List<String> messages = stream.append(300, 5);
    stream.consume("c");
    stream.awaitStored(messages);
  }

  @Test
  void shouldTakeEntriesOfOtherPrograms() {
    stream.consume("c");
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
    stream.awaitStored(List.of("1", "2", "3"));
  }

  @Test
  void shouldTryAgainForAsLongAsItTakesAndDeadLetterNothing() {
    persistence.fail(true);
    stream.consume("c");
    List<String> messages = stream.append(3, 2);
    Eventually.value("some tries", () -> persistence.asked().size(), tries -> tries >= 4);
    assertEquals(3, redis.length(NAMES.stream()), "nothing is removed before it is stored");
    persistence.fail(false);
    stream.awaitStored(messages);
    assertEquals(0, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldDeadLetterOnlyWhatFailsByItself() {
    stream.consume("c");
    List<String> before = stream.append(3, 5);
    OnContext context = new OnContext(redis.vertx());
    List<LogRecord> mixed =
        List.of(
            records.of("app", "good 1"),
            records.of("app", "REFUSED 1"),
            records.of("app", "good 2"),
            records.of("app", "INTERNAL 1"),
            records.of("app", "good 3"));
    context.await(() -> stream.appender().append(RecordBatch.of(mixed)));
    List<String> good = new ArrayList<>(before);
    good.addAll(List.of("good 1", "good 2", "good 3"));
    stream.awaitStored(good);
    Eventually.value("two dead letters", () -> persistence.letters().size(), n -> n == 2);
  }

  @Test
  void shouldRemoveTheNamesOfConsumersThatAreGone() {
    stream.consume("c");
    stream.awaitStored(stream.append(1, 1));
    redis.command(Command.XGROUP, "CREATECONSUMER", NAMES.stream(), NAMES.group(), "gone");
    redis.command(Command.XGROUP, "CREATECONSUMER", NAMES.stream(), NAMES.group(), "gone too");
    StreamReader reader = new StreamReader(NAMES.stream(), NAMES.group(), "c");
    OnContext context = new OnContext(redis.vertx());
    RedisLink link =
        context.get(() -> RedisLink.open(redis.vertx(), stream.settings(), "test", () -> {}));
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
    stream.append(3, 2); // First, so that it reads them all at once and leaves none to the other.
    stream.consume("one", CLAIM_IDLE_MS, 1, 100);
    Eventually.value("it has them", persistence::heldRequests, held -> held == 1);
    stream.consume("two");
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
    List<String> messages = stream.append(5, 3);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(
        Command.XREADGROUP, "GROUP", NAMES.group(), "dead", "STREAMS", NAMES.stream(), ">");
    assertEquals(List.of("dead"), ownersOfPending());
    stream.consume("alive");
    stream.awaitStored(messages);
  }

  @Test
  void shouldGoOnWithItsOwnAfterARestartWithTheSameName() {
    List<String> messages = stream.append(250, 1);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(
        Command.XREADGROUP, "GROUP", NAMES.group(), "same", "STREAMS", NAMES.stream(), ">");
    stream.consume("same", 1_000_000, 2, 100);
    stream.awaitStored(messages);
  }

  @Test
  void shouldReadItsOwnAgainWhenRemovingThemFailed() {
    persistence.hold();
    // First, so that one read brings them all: none is left behind when the stream is gone.
    List<String> messages = stream.append(3, 2);
    stream.consume("c", 1_000_000, 2, 100);
    Eventually.value("a request", persistence::heldRequests, held -> held > 0);
    // The stream is no stream for a moment, so that neither XDEL nor XACK can be done.
    redis.command(Command.RENAME, NAMES.stream(), "elsewhere");
    redis.command(Command.SET, NAMES.stream(), "a text");
    persistence.letGo();
    Eventually.value("stored", persistence::messages, messages::equals);
    redis.command(Command.RENAME, "elsewhere", NAMES.stream());
    stream.awaitStored(messages);
  }

  @Test
  void shouldMakeAGroupAnewThatWasDeletedByHand() {
    stream.consume("c");
    stream.awaitStored(stream.append(2, 2));
    persistence.hold();
    List<String> more = stream.append(3, 1);
    Eventually.value("a request", persistence::heldRequests, held -> held > 0);
    redis.command(Command.XGROUP, "DESTROY", NAMES.stream(), NAMES.group());
    redis.add(NAMES.stream(), "data", "{\"app\":\"a\",\"message\":\"last\"}");
    persistence.letGo();
    Eventually.value("all", () -> persistence.messages().contains("last"), all -> all);
    Eventually.value("an empty stream", () -> redis.length(NAMES.stream()), left -> left == 0);
    assertEquals(3, more.size());
  }

  @Test
  void shouldStoreWhatWasPendingInAGroupThatWasDeletedByHand() {
    List<String> messages = stream.append(5, 3);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(
        Command.XREADGROUP, "GROUP", NAMES.group(), "dead", "STREAMS", NAMES.stream(), ">");
    stream.consume("alive", 1_000_000, 2, 100);
    redis.command(Command.XGROUP, "DESTROY", NAMES.stream(), NAMES.group());
    stream.awaitStored(messages);
  }

  @Test
  void shouldMakeAStreamAnewThatWasDeletedByHand() {
    stream.consume("c");
    stream.awaitStored(stream.append(2, 2));
    redis.command(Command.DEL, NAMES.stream());
    redis.add(NAMES.stream(), "data", "{\"app\":\"a\",\"message\":\"new\"}");
    Eventually.value("the new one", () -> persistence.messages().contains("new"), there -> there);
    Eventually.value("an empty stream", () -> redis.length(NAMES.stream()), left -> left == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"same", "another"})
  void shouldGetOverEntriesThatWereDeletedWhilePending(String name) {
    List<String> messages = stream.append(3, 1);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    var read =
        redis.command(
            Command.XREADGROUP, "GROUP", NAMES.group(), "same", "STREAMS", NAMES.stream(), ">");
    var entries = read.isMap() ? read.get(NAMES.stream()) : read.get(0).get(1);
    redis.command(Command.XDEL, NAMES.stream(), entries.get(1).get(0).toString());
    stream.consume(name);
    Eventually.value(
        "the others", persistence::messages, List.of(messages.get(0), messages.get(2))::equals);
    Eventually.value(
        "nothing pending", () -> redis.pending(NAMES.stream(), NAMES.group()), left -> left == 0);
    Eventually.value("the loss", stream::lost, lost -> lost == 1);
  }

  @Test
  void shouldComeBackAfterItsConnectionsWereClosed() {
    stream.consume("c");
    List<String> messages = stream.append(20, 2);
    redis.command(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
    stream.awaitStored(messages);
    redis.add(NAMES.stream(), "data", "{\"app\":\"a\",\"message\":\"x\"}");
    Eventually.value("the last", () -> persistence.messages().contains("x"), there -> there);
  }

  @Test
  void shouldReadNoMoreThanFitsUnderWay() {
    persistence.hold();
    List<String> messages = stream.append(200, 10);
    stream.consume("c", 1_000_000, 2, 20);
    Eventually.value("two requests", persistence::heldRequests, held -> held == 2);
    long enough = System.nanoTime() + 500_000_000;
    Eventually.value("time to read more", System::nanoTime, now -> now > enough);
    assertEquals(2, persistence.heldRequests());
    assertTrue(redis.pending(NAMES.stream(), NAMES.group()) <= 2 * 20, "few are read");
    persistence.letGo();
    stream.awaitStored(messages);
    int largest = persistence.asked().stream().mapToInt(request -> request.size()).max().orElse(0);
    assertTrue(largest <= 200, () -> largest + " records in a batch");
  }

  @Test
  void shouldFinishWhatIsUnderWayBeforeItStops() {
    persistence.hold();
    String id = stream.consume("c");
    List<String> messages = stream.append(3, 2);
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

  /** Reads are smaller than batches here, so most often it is stopped within one. */
  @Test
  void shouldStoreWhatItHasReadBeforeItStops() {
    List<String> messages = stream.append(6000, 1);
    for (int round = 0; round < 3; round++) {
      int before = persistence.asked().size();
      String id = stream.consume("c" + round, 1_000_000, 2, 1000);
      Eventually.value("a request", () -> persistence.asked().size(), asked -> asked > before);
      await(redis.vertx().undeploy(id));
      assertEquals(0, redis.pending(NAMES.stream(), NAMES.group()), "round " + round);
      assertTrue(round > 0 || redis.length(NAMES.stream()) > 0, "all was read before it stopped");
    }
    List<String> done = persistence.messages();
    assertEquals(messages.size() - done.size(), redis.length(NAMES.stream()));
  }

  @Test
  void shouldStopThoughNothingCanBeStored() {
    persistence.fail(true);
    String id = stream.consume("c");
    List<String> messages = stream.append(3, 2);
    Eventually.value("a try", () -> persistence.asked().size(), tries -> tries >= 1);
    await(redis.vertx().undeploy(id));
    assertEquals(3, redis.length(NAMES.stream()));
    persistence.fail(false);
    stream.consume("next");
    stream.awaitStored(messages);
  }

  @Test
  void shouldMoveDeadLettersAndKeepTheNewestInSight() {
    stream.consume("c");
    OnContext context = new OnContext(redis.vertx());
    List<DeadLetter> letters =
        IntStream.range(0, 1000).mapToObj(n -> letter("letter " + n)).toList();
    context.await(() -> stream.appender().appendDeadLetters(letters));
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
    stream.consume("c");
    redis.add(NAMES.stream(), "data", "no json");
    redis.add(NAMES.stream(), "other", "x");
    redis.add(NAMES.deadLetters(), "data", "no letter");
    Eventually.value("letters", () -> persistence.letters().size(), count -> count == 3);
    stream.awaitStored(List.of());
    assertEquals(3, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldShowADeadLetterOnceHoweverOftenItsBatchIsTried() {
    persistence.fail(true);
    stream.consume("c");
    redis.add(NAMES.stream(), "data", "[{\"app\":\"a\",\"message\":\"good\"},{\"bad\":1}]");
    Eventually.value("some tries", () -> persistence.asked().size(), tries -> tries >= 4);
    persistence.fail(false);
    stream.awaitStored(List.of("good"));
    assertEquals(1, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldGetOverAnEntryWithThousandsOfBadRecords() {
    stream.consume("c");
    StringBuilder data = new StringBuilder("[1");
    data.append(",1".repeat(4999)).append("]");
    redis.add(NAMES.stream(), "data", data.toString());
    Eventually.value("letters", () -> persistence.letters().size(), count -> count == 5000);
    stream.awaitStored(List.of());
  }

  @Test
  void shouldShareTheStreamAmongSeveral() {
    List<String> messages = stream.append(400, 5);
    for (int i = 0; i < 4; i++) {
      stream.consume("c" + i, CLAIM_IDLE_MS, 1, 20);
    }
    stream.awaitStored(messages);
  }
}
