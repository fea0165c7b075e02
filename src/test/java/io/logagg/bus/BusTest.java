package io.logagg.bus;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BusTest {
  private static final Address<Question, Object> ADDRESS =
      new Address<>("test.address", Question.class, Object.class);

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.of(vertx, 5000);

  private record Question(String text) {}

  @BeforeEach
  void register() {
    Bus.register(vertx);
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private BusException askAndFail(Bus asking) {
    return assertThrows(BusException.class, () -> await(asking.ask(ADDRESS, new Question("what"))));
  }

  @Test
  void shouldHandOverTheVeryObjectsInBothDirections() {
    Question question = new Question("what");
    Object answer = List.of(new Object());
    Promise<Question> seen = Promise.promise();
    bus.serve(
        ADDRESS,
        asked -> {
          seen.complete(asked);
          return Future.succeededFuture(answer);
        });
    assertSame(answer, await(bus.ask(ADDRESS, question)));
    assertSame(question, await(seen.future()));
  }

  @Test
  void shouldAnswerWithNothingWhenThereIsNothingToSay() {
    bus.serve(ADDRESS, asked -> Future.succeededFuture(null));
    assertNull(await(bus.ask(ADDRESS, new Question("what"))));
  }

  @Test
  void shouldAnswerLaterWhenTheHandlerIsDoneLater() {
    Promise<Object> later = Promise.promise();
    bus.serve(ADDRESS, asked -> later.future());
    Future<Object> asked = bus.ask(ADDRESS, new Question("what"));
    later.complete("at last");
    assertEquals("at last", await(asked));
  }

  @Test
  void shouldPassOnTheFailureThatTheHandlerChose() {
    BusException refusal = new BusException(Failure.REFUSED, "never");
    bus.serve(ADDRESS, asked -> Future.failedFuture(refusal));
    assertSame(refusal, askAndFail(bus));
  }

  @Test
  void shouldFailAsInternalWhenTheHandlerFailsOtherwise() {
    bus.serve(ADDRESS, asked -> Future.failedFuture(new IllegalStateException("a bug")));
    BusException failure = askAndFail(bus);
    assertEquals(Failure.INTERNAL, failure.failure());
    assertTrue(failure.getMessage().contains("a bug"), failure::getMessage);
  }

  @Test
  void shouldAnswerWhenTheHandlerThrows() {
    bus.serve(
        ADDRESS,
        asked -> {
          throw new IllegalStateException("a bug");
        });
    assertEquals(Failure.INTERNAL, askAndFail(bus).failure());
  }

  @Test
  void shouldAnswerWhenTheHandlerThrowsTheChosenFailure() {
    bus.serve(
        ADDRESS,
        asked -> {
          throw new BusException(Failure.TRANSIENT, "later");
        });
    assertEquals(Failure.TRANSIENT, askAndFail(bus).failure());
  }

  @Test
  void shouldAnswerWhenTheHandlerDiesOfAnError() {
    bus.serve(
        ADDRESS,
        asked -> {
          throw new StackOverflowError();
        });
    assertEquals(Failure.INTERNAL, askAndFail(bus).failure());
  }

  @Test
  void shouldAnswerWhenTheHandlerGivesNoFuture() {
    bus.serve(ADDRESS, asked -> null);
    assertEquals(Failure.INTERNAL, askAndFail(bus).failure());
  }

  @Test
  void shouldAnswerWhenTheRequestIsOfAnotherType() {
    bus.serve(
        new Address<>(ADDRESS.name(), Integer.class, Object.class),
        number -> Future.succeededFuture(number));
    assertEquals(Failure.INTERNAL, askAndFail(bus).failure());
  }

  @Test
  void shouldFailAsUnavailableWhenNobodyServes() {
    assertEquals(Failure.UNAVAILABLE, askAndFail(bus).failure());
  }

  @Test
  void shouldFailAsUnavailableWhenTheServingOneHasGone() {
    await(bus.serve(ADDRESS, asked -> Future.succeededFuture("here")).unregister());
    assertEquals(Failure.UNAVAILABLE, askAndFail(bus).failure());
  }

  @Test
  void shouldFailAsTransientWhenNoAnswerComesInTime() {
    Promise<Object> never = Promise.promise();
    bus.serve(ADDRESS, asked -> never.future());
    assertEquals(Failure.TRANSIENT, askAndFail(Bus.of(vertx, 50)).failure());
  }

  @Test
  void shouldGoOnServingAfterFailures() {
    bus.serve(
        ADDRESS,
        asked -> {
          if (asked.text().equals("bad")) {
            throw new IllegalStateException("a bug");
          }
          return Future.succeededFuture("good");
        });
    assertThrows(BusException.class, () -> await(bus.ask(ADDRESS, new Question("bad"))));
    assertEquals("good", await(bus.ask(ADDRESS, new Question("what"))));
  }

  @Test
  void shouldSpreadRequestsOverAllWhoServe() {
    bus.serve(ADDRESS, asked -> Future.succeededFuture(1));
    bus.serve(ADDRESS, asked -> Future.succeededFuture(2));
    Object first = await(bus.ask(ADDRESS, new Question("what")));
    Eventually.value(
        "the other one",
        () -> await(bus.ask(ADDRESS, new Question("what"))),
        answer -> !answer.equals(first));
  }

  @Test
  void shouldCountTheRecordsOfARequest() {
    assertEquals(0, new WriteRequest(List.of(), true).size());
  }
}
