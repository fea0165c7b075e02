package io.logagg.http.ingest;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.OnContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  private static final UUID KEY = new UUID(1, 1);

  private final Vertx vertx = Vertx.vertx();
  private final OnContext context = new OnContext(vertx);
  private final Turns turns = new Turns(vertx);

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Future<Boolean> enter(UUID key, long limitMs) {
    return context.get(() -> List.of(turns.enter(key, limitMs))).get(0);
  }

  private void leave() {
    context.get(
        () -> {
          turns.leave(KEY);
          return true;
        });
  }

  @Test
  void shouldLetOneThroughAfterTheOther() {
    assertTrue(await(enter(KEY, 60_000)));
    Future<Boolean> second = enter(KEY, 60_000);
    Future<Boolean> third = enter(KEY, 60_000);
    assertTrue(await(enter(new UUID(2, 2), 60_000)));
    assertFalse(second.isComplete());
    leave();
    assertTrue(await(second));
    assertFalse(third.isComplete());
    leave();
    assertTrue(await(third));
    leave();
    assertTrue(await(enter(KEY, 60_000)));
  }

  @Test
  void shouldNotLetAnyWaitTooLong() {
    enter(KEY, 60_000);
    assertFalse(await(enter(KEY, 10)));
    Future<Boolean> third = enter(KEY, 60_000);
    leave();
    assertTrue(await(third));
  }

  @Test
  void shouldNotLetTooManyWait() {
    enter(KEY, 60_000);
    List<Future<Boolean>> waiting =
        Stream.generate(() -> enter(KEY, 60_000)).limit(Turns.MAX_WAITING).toList();
    assertFalse(await(enter(KEY, 60_000)));
    assertEquals(0, waiting.stream().filter(Future::isComplete).count());
    leave();
    assertTrue(await(waiting.get(0)));
    assertFalse(enter(KEY, 60_000).isComplete());
  }
}
