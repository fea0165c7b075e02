package io.logagg.listen;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.Bus;
import io.logagg.bus.BusException;
import io.logagg.bus.Failure;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.record.RecordBatch;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.SafeKeeping;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamNames;
import io.logagg.stream.StreamRoom;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With Redis away, and a persistence and a room that do as the test says. */
final class CollectorTest {
  private static final long MAX_BYTES = 1000;

  private final Vertx vertx = Vertx.vertx();
  private final OnContext context = new OnContext(vertx);
  private final TestRecords records = new TestRecords(1);
  private final List<RecordBatch> asked = new CopyOnWriteArrayList<>();
  private final List<Promise<WriteOutcome>> open = new CopyOnWriteArrayList<>();
  private final Steps steps = new Steps();
  private Collector collector;
  private volatile boolean failing;
  private volatile boolean holding;
  private volatile boolean low;

  /** Notes from which range each pause was drawn. */
  private static final class Steps implements RandomGenerator {
    final List<Long> bounds = new CopyOnWriteArrayList<>();

    @Override
    public long nextLong() {
      return 0;
    }

    @Override
    public long nextLong(long bound) {
      bounds.add(bound);
      return 0;
    }
  }

  @BeforeEach
  void open() {
    Bus.register(vertx);
    Bus bus = Bus.of(vertx, 10_000);
    bus.serve(Persistence.WRITE, this::write);
    RedisSettings away =
        new RedisSettings("redis://127.0.0.1:" + FreePorts.next(), 2000, new Random(1));
    collector =
        context.get(
            () -> {
              StreamAppender stream =
                  StreamAppender.open(vertx, away, new StreamNames("s", "g", "d"));
              return new Collector(
                  vertx,
                  new SafeKeeping(stream, bus, false, SafeKeeping.Watch.NONE),
                  new StreamRoom(vertx, stream, new StreamRoom.Limits(() -> low, 1000, 1000)),
                  new Collector.Limits(1, MAX_BYTES),
                  steps,
                  new ListenMeters(new Metrics(), "syslog", 1, new AtomicInteger()));
            });
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Future<WriteOutcome> write(WriteRequest request) {
    asked.add(request.deliveries().get(0).batch());
    if (holding) {
      Promise<WriteOutcome> promise = Promise.promise();
      open.add(promise);
      return promise.future();
    }
    return failing
        ? Future.failedFuture(new BusException(Failure.TRANSIENT, "away, says the test"))
        : Future.succeededFuture(new WriteOutcome(1, 0, List.of()));
  }

  /** Each is a batch of its own. */
  private void add(String message, int bytes) {
    context.get(
        () -> {
          collector.add(records.of("app", message), bytes);
          return true;
        });
  }

  private void awaitAsked(int times) {
    Eventually.value("tries", asked::size, tries -> tries >= times);
  }

  private void awaitSafe() {
    Eventually.value("all safe", () -> context.get(collector::usedBytes), used -> used == 0);
  }

  private static void passMs(long ms) {
    long enough = System.nanoTime() + ms * 1_000_000;
    Eventually.value("time that passes", System::nanoTime, now -> now > enough);
  }

  @Test
  void shouldTryAgainWithTheSameBatchAndLongerPauses() {
    failing = true;
    add("one", 10);
    awaitAsked(4);
    assertEquals(10, context.get(collector::usedBytes));
    failing = false;
    awaitSafe();
    assertEquals(1, asked.stream().distinct().count(), asked::toString);
    assertEquals(List.of(26L, 51L, 101L), steps.bounds.subList(0, 3));
    int before = steps.bounds.size();
    failing = true;
    add("two", 10);
    Eventually.value("a pause", steps.bounds::size, pauses -> pauses > before);
    assertEquals(26, steps.bounds.get(before), "the pauses begin anew");
  }

  @Test
  void shouldLengthenThePauseOnceForAllThatWereUnderWay() {
    holding = true;
    for (int i = 0; i < 32; i++) {
      add("" + i, 10);
    }
    awaitAsked(32);
    List<Promise<WriteOutcome>> first = List.copyOf(open);
    fail(first.subList(0, 16));
    awaitAsked(48); // The pause is over, and these are under way anew.
    fail(first.subList(16, 32));
    awaitAsked(64);
    assertEquals(List.of(26L), steps.bounds);
    fail(open.subList(32, 64));
    awaitAsked(96);
    assertEquals(List.of(26L, 51L), steps.bounds);
  }

  private static void fail(List<Promise<WriteOutcome>> promises) {
    promises.forEach(
        promise -> promise.fail(new BusException(Failure.TRANSIENT, "away, says the test")));
  }

  @Test
  void shouldWaitForRoomWithWhatIsNew() {
    low = true;
    add("one", 10);
    passMs(300);
    assertEquals(List.of(), asked);
    low = false;
    awaitSafe();
    assertEquals(1, asked.size());
  }

  @Test
  void shouldNotWaitForRoomWithWhatIsTriedAgain() {
    failing = true;
    add("one", 10);
    awaitAsked(1);
    low = true;
    awaitAsked(3);
    failing = false;
    awaitSafe();
    assertEquals(1, asked.stream().distinct().count(), asked::toString);
  }

  @Test
  void shouldSendWhileSomebodyWaits() {
    List<Integer> askedBefore = new CopyOnWriteArrayList<>();
    context.get(
        () -> {
          low = true;
          collector.await(() -> askedBefore.add(asked.size()));
          low = false;
          collector.add(records.of("app", "one"), 10);
          return true;
        });
    Eventually.value("who waits goes on", askedBefore::size, count -> count == 1);
    assertEquals(List.of(1), askedBefore);
  }

  @Test
  void shouldWakeWhoWaitsOnceThereIsRoom() {
    low = true;
    AtomicInteger woken = new AtomicInteger();
    context.get(
        () -> {
          collector.await(woken::incrementAndGet);
          return true;
        });
    passMs(300);
    assertEquals(0, woken.get());
    low = false;
    Eventually.value("who waits goes on", woken::get, count -> count == 1);
  }

  @Test
  void shouldBeFullAtItsBoundAndCountWhatIsHeldOfDatagrams() {
    failing = true;
    add("one", 600);
    assertFalse(context.get(collector::hasOverflown));
    collector.held(399);
    assertFalse(context.get(collector::hasOverflown));
    collector.held(400);
    assertTrue(context.get(collector::hasOverflown));
    assertFalse(context.get(collector::isFull), "connections have an account of their own");
    collector.held(0);
    assertFalse(context.get(collector::hasOverflown));
    add("two", 399);
    assertFalse(context.get(collector::isFull));
    add("three", 1);
    assertTrue(context.get(collector::isFull));
    assertTrue(context.get(collector::hasOverflown));
    failing = false;
    awaitSafe();
    assertFalse(context.get(collector::isFull));
  }

  @Test
  void shouldSendAllAtTheEndThoughThereIsNoRoom() {
    low = true;
    add("one", 10);
    passMs(100);
    assertEquals(List.of(), asked);
    context.await(() -> collector.finish(10_000));
    assertEquals(1, asked.size());
    assertEquals(0, context.get(collector::usedBytes));
  }
}
