package io.logagg.postgres;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StepsTest {
  private static final int MANY = 200_000;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger count = new AtomicInteger();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Future<Boolean> later() {
    Promise<Boolean> promise = Promise.promise();
    vertx.runOnContext(now -> promise.complete(count.incrementAndGet() < MANY));
    return promise.future();
  }

  private Future<Void> onContext(Supplier<Future<Boolean>> step) {
    Promise<Void> promise = Promise.promise();
    vertx.runOnContext(now -> Steps.whileMore(step).onComplete(promise));
    return promise.future();
  }

  @Test
  void shouldDoAnyNumberOfStepsThatTakeTime() {
    await(onContext(this::later));
    assertEquals(MANY, count.get());
  }

  @Test
  void shouldDoAnyNumberOfStepsThatAreDoneAtOnce() {
    await(onContext(() -> Future.succeededFuture(count.incrementAndGet() < MANY)));
    assertEquals(MANY, count.get());
  }

  @Test
  void shouldEndWithAFailure() {
    IllegalStateException failure = new IllegalStateException("no");
    Future<Void> answered =
        Steps.whileMore(
            () ->
                count.incrementAndGet() == 3
                    ? Future.failedFuture(failure)
                    : Future.succeededFuture(true));
    assertSame(failure, answered.cause());
    Future<Void> thrown =
        Steps.whileMore(
            () -> {
              throw failure;
            });
    assertTrue(thrown.failed());
    assertSame(failure, thrown.cause());
    assertEquals(3, count.get());
  }
}
