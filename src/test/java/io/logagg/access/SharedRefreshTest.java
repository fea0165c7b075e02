package io.logagg.access;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One thing for all who ask, but never one that began before they did. */
final class SharedRefreshTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<Promise<Void>> runs = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Future<Void> begin() {
    Promise<Void> run = Promise.promise();
    runs.add(run);
    return run.future();
  }

  private void awaitRuns(int count) {
    Eventually.value("run " + count, runs::size, size -> size == count);
  }

  @Test
  void shouldServeWhoAsksDuringARunByTheNextOne() {
    SharedRefresh refresh = new SharedRefresh(vertx, 1, this::begin);
    Future<Void> first = refresh.ask();
    awaitRuns(1);
    List<Future<Void>> during = IntStream.range(0, 50).mapToObj(i -> refresh.ask()).toList();
    runs.get(0).complete();
    await(first);
    awaitRuns(2);
    assertTrue(during.stream().noneMatch(Future::isComplete));
    runs.get(1).complete();
    await(Future.all(during));
    assertEquals(2, runs.size());
  }

  @Test
  void shouldGoOnAfterAFailure() {
    AtomicInteger tries = new AtomicInteger();
    SharedRefresh refresh =
        new SharedRefresh(
            vertx,
            1,
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("thrown");
              }
              return Future.failedFuture("failed");
            });
    await(refresh.ask());
    await(refresh.ask());
    await(refresh.ask());
    assertEquals(3, tries.get());
  }

  @Test
  void shouldKeepRunsApart() {
    SharedRefresh refresh = new SharedRefresh(vertx, 200, Future::succeededFuture);
    await(refresh.ask());
    long start = System.nanoTime();
    await(refresh.ask());
    await(refresh.ask());
    long tookMs = (System.nanoTime() - start) / 1_000_000;
    assertTrue(tookMs >= 350, tookMs + " ms for two more runs, 200 ms apart");
  }

  @Test
  void shouldAnswerOnTheContextOfTheOneWhoAsked() {
    SharedRefresh refresh = new SharedRefresh(vertx, 1, this::begin);
    OnContext one = new OnContext(vertx);
    OnContext other = new OnContext(vertx);
    Context expected = one.get(vertx::getOrCreateContext);
    Context expectedOther = other.get(vertx::getOrCreateContext);
    assertFalse(expected == expectedOther);
    Future<Context> seen = one.start(() -> refresh.ask().map(done -> Vertx.currentContext()));
    Future<Context> seenOther =
        other.start(() -> refresh.ask().map(done -> Vertx.currentContext()));
    Eventually.value(
        "both",
        () -> {
          runs.forEach(run -> run.tryComplete());
          return seen.isComplete() && seenOther.isComplete();
        },
        done -> done);
    assertSame(expected, await(seen));
    assertSame(expectedOther, await(seenOther));
  }
}
