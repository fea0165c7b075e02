package io.logagg.http.ingest;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.logagg.access.KeyLimits;
import io.logagg.access.Principal;
import io.logagg.access.Scope;
import io.logagg.http.reply.Problem;
import io.logagg.record.AppAccess;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.SharedBuckets;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a key's limits come to, with time held still and no Redis: nobody listens on port 1. */
final class RateLimitsTest {
  private static final long SECOND = 1_000_000_000L;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong nanos = new AtomicLong();
  private final SharedBuckets buckets =
      new SharedBuckets(
          vertx, new RedisSettings("redis://127.0.0.1:1/0", 1000, new Random(1)), nanos::get);
  private final RateLimits limits = new RateLimits(buckets, "logs:stream", new Metrics());

  @AfterEach
  void close() {
    await(buckets.close());
    await(vertx.close());
  }

  private static Principal sender(@Nullable Long records, @Nullable Long bytes) {
    return new Principal(
        "k", "key", Set.of(Scope.INGEST), AppAccess.ALL, new KeyLimits(records, bytes), null);
  }

  private Problem obstacle(Principal sender) {
    Problem problem = limits.allowance(sender).obstacle();
    if (problem == null) {
      throw new AssertionError("there is no obstacle");
    }
    return problem;
  }

  @Test
  void shouldAskNothingOfKeysWithoutLimits() {
    Allowance allowance = limits.allowance(sender(null, null));
    assertSame(Allowance.UNLIMITED, allowance);
    allowance.records(1_000_000);
    allowance.bytes(1_000_000);
    assertNull(allowance.obstacle());
  }

  @Test
  void shouldSayWhenTheDebtIsPaid() {
    Principal sender = sender(100L, null);
    Allowance allowance = limits.allowance(sender);
    assertNull(allowance.obstacle());
    allowance.records(351);
    Problem problem = allowance.obstacle();
    assertEquals(problem, limits.allowance(sender).obstacle(), "of the key, not of the request");
    assertEquals(3, obstacle(sender).retryAfterSeconds());
    assertEquals(List.of("records"), obstacle(sender).extra().get("violated-policies"));
    nanos.set(3 * SECOND);
    assertNull(limits.allowance(sender).obstacle());
  }

  @Test
  void shouldNotLetInWhereNothingIsLeft() {
    Principal sender = sender(100L, null);
    limits.allowance(sender).settle(100);
    assertEquals(1, obstacle(sender).retryAfterSeconds());
  }

  @Test
  void shouldLetWhatIsOnItsWayIntoDebtByASecondsWorth() {
    Principal sender = sender(100L, null);
    Allowance allowance = limits.allowance(sender);
    allowance.records(199);
    assertNull(allowance.obstacleOnTheWay());
    assertEquals(1, obstacle(sender).retryAfterSeconds());
    allowance.records(1);
    Problem problem = allowance.obstacleOnTheWay();
    assertEquals(1, problem == null ? 0 : problem.retryAfterSeconds());
  }

  @Test
  void shouldWaitForTheLongerOfTwoDebts() {
    Principal sender = sender(10L, 1000L);
    Allowance allowance = limits.allowance(sender);
    allowance.records(30);
    allowance.bytes(8000);
    allowance.tell();
    assertEquals(7, obstacle(sender).retryAfterSeconds());
    assertEquals(List.of("records", "bytes"), obstacle(sender).extra().get("violated-policies"));
  }

  @Test
  void shouldGiveBackWhatWasNotTakenInAfterAll() {
    Principal sender = sender(100L, 1000L);
    Allowance allowance = limits.allowance(sender);
    allowance.records(500);
    allowance.bytes(10);
    assertEquals(4, allowance.obstacle() == null ? 0 : obstacle(sender).retryAfterSeconds());
    allowance.settle(90);
    assertNull(limits.allowance(sender).obstacle());
    limits.allowance(sender).settle(10);
    assertEquals(1, obstacle(sender).retryAfterSeconds());
  }
}
