package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.http.ingest.Shipments.Arrival;
import io.logagg.http.ingest.Shipments.Part;
import io.logagg.http.reply.Problem;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestServers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ShipmentsTest {
  private static final int BYTES = 1000;

  private final Vertx vertx = Vertx.vertx();
  private final OnContext context = new OnContext(vertx);
  private final Shipments shipments =
      context.get(() -> new Shipments(vertx, new Random(1), () -> {}));
  private final List<Way> ways = new ArrayList<>();
  private int gone;

  /** One try to send a part: which part, and what is to come of it. */
  private record Way(long index, Promise<Arrival> arrival) {}

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void send(long index) {
    context.get(
        () -> {
          shipments.send(new Part(index, index + 9, BYTES, () -> way(index), () -> gone++));
          return "";
        });
  }

  private void sendInTurn(long index) {
    context.get(
        () -> {
          shipments.sendInTurn(new Part(index, index + 9, BYTES, () -> way(index), () -> gone++));
          return "";
        });
  }

  private Future<Arrival> way(long index) {
    Promise<Arrival> arrival = Promise.promise();
    ways.add(new Way(index, arrival));
    return arrival.future();
  }

  private void arrive(int way) {
    context.get(() -> ways.get(way).arrival().tryComplete(new Arrival(Backend.REDIS, 10, 0)));
  }

  private void fail(int way) {
    Problem problem = Problem.retryLater(503, "neither backend", 2);
    context.get(() -> ways.get(way).arrival().tryFail(problem.toException()));
  }

  private Way awaitWay(int number) {
    Eventually.value("a try", () -> context.get(ways::size), n -> n > number);
    return context.get(() -> ways.get(number));
  }

  @Test
  void shouldCountWhatArrived() {
    send(0);
    send(10);
    arrive(1);
    arrive(0);
    context.await(shipments::finish);
    assertEquals(20, shipments.enqueued());
    assertEquals(Long.MAX_VALUE, shipments.firstMissing());
    assertNull(shipments.firstFailure());
    assertEquals(2, gone);
  }

  @Test
  void shouldSendNothingBehindAFailure() {
    send(0);
    fail(0);
    assertTrue(shipments.hasFailed());
    send(10);
    context.await(shipments::finish);
    assertEquals(1, ways.size());
    assertEquals(0, shipments.firstMissing());
    assertEquals(0, shipments.enqueued());
    assertEquals(2, gone);
  }

  @Test
  void shouldSendOneAfterAnotherWhatGoesInTurn() {
    sendInTurn(0);
    assertFalse(context.get(shipments::isFull));
    sendInTurn(10);
    sendInTurn(20);
    assertEquals(1, ways.size());
    assertTrue(context.get(shipments::isFull));
    arrive(0);
    assertEquals(10, awaitWay(1).index());
    arrive(1);
    Future<Void> finished = context.start(shipments::finish);
    assertFalse(finished.isComplete());
    assertEquals(20, awaitWay(2).index());
    arrive(2);
    TestServers.await(finished);
    assertEquals(30, shipments.enqueued());
    assertEquals(Long.MAX_VALUE, shipments.firstMissing());
    assertEquals(3, gone);
  }

  @Test
  void shouldTakeForGapsWhatWaitedForItsTurnWhenSomethingFailed() {
    sendInTurn(0);
    sendInTurn(10);
    send(20);
    sendInTurn(30);
    arrive(1);
    fail(0);
    Future<Void> finished = context.start(shipments::finish);
    assertEquals(0, awaitWay(2).index());
    assertEquals(10, awaitWay(3).index());
    arrive(2);
    arrive(3);
    TestServers.await(finished);
    assertEquals(30, shipments.firstMissing());
    assertEquals(30, shipments.enqueued());
    assertEquals(4, gone);
  }

  @Test
  void shouldFillAGapBeforeWhatWasTaken() {
    send(0);
    send(10);
    fail(0);
    arrive(1);
    Future<Void> finished = context.start(shipments::finish);
    Way second = awaitWay(2);
    assertEquals(0, second.index());
    assertFalse(finished.isComplete());
    arrive(2);
    TestServers.await(finished);
    assertEquals(20, shipments.enqueued());
    assertEquals(Long.MAX_VALUE, shipments.firstMissing());
    assertEquals(2, gone);
  }

  @Test
  void shouldTryToFillAGapAsOftenAsItTakes() {
    send(0);
    send(10);
    arrive(1);
    fail(0);
    Future<Void> finished = context.start(shipments::finish);
    for (int way = 2; way < 5; way++) {
      awaitWay(way);
      fail(way);
    }
    awaitWay(5);
    arrive(5);
    TestServers.await(finished);
    assertEquals(20, shipments.enqueued());
  }

  @Test
  void shouldLeaveAGapWithNothingBehindIt() {
    send(0);
    send(10);
    send(20);
    arrive(0);
    fail(1);
    fail(2);
    context.await(shipments::finish);
    assertEquals(3, ways.size());
    assertEquals(10, shipments.firstMissing());
    assertEquals(10, shipments.enqueued());
    assertEquals(3, gone);
  }

  @Test
  void shouldFillWhatWasNotTriedBeforeWhatWasTaken() {
    send(0);
    send(20);
    fail(0);
    send(10);
    arrive(1);
    Future<Void> finished = context.start(shipments::finish);
    awaitWay(3);
    arrive(2);
    arrive(3);
    TestServers.await(finished);
    assertEquals(30, shipments.enqueued());
    assertEquals(Long.MAX_VALUE, shipments.firstMissing());
    assertEquals(3, gone);
  }

  @Test
  void shouldSeeAGapWithinAPartThatWasTaken() {
    context.get(
        () -> {
          shipments.send(new Part(5, 5, BYTES, () -> way(5), () -> gone++));
          shipments.send(new Part(0, 499, BYTES, () -> way(0), () -> gone++));
          return "";
        });
    fail(0);
    arrive(1);
    Future<Void> finished = context.start(shipments::finish);
    assertEquals(5, awaitWay(2).index());
    arrive(2);
    TestServers.await(finished);
    assertEquals(Long.MAX_VALUE, shipments.firstMissing());
  }

  @Test
  void shouldGoOnWhenTriesFailAtOnce() {
    int[] tries = new int[1];
    send(10);
    context.get(
        () -> {
          shipments.send(
              new Part(
                  0,
                  9,
                  BYTES,
                  () ->
                      ++tries[0] < 4
                          ? Future.failedFuture(Problem.of(503, "at once").toException())
                          : way(0),
                  () -> gone++));
          return "";
        });
    arrive(0);
    Future<Void> finished = context.start(shipments::finish);
    awaitWay(1);
    arrive(1);
    TestServers.await(finished);
    assertEquals(20, shipments.enqueued());
    assertEquals(2, gone);
  }
}
