package io.logagg.stream;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import io.logagg.testing.TestRedis;
import io.vertx.redis.client.Command;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two processes' buckets on one real Redis, by its clock. */
final class SharedBucketsTest {
  private static final String KEY = "logs:stream:limit:k:records";
  private static final long SECOND = 1_000_000_000L;

  private final TestRedis redis = TestRedis.open();
  private final SharedBuckets one = open();
  private final SharedBuckets other = open();

  private SharedBuckets open() {
    RedisSettings settings = new RedisSettings(redis.url(), 400, new Random(1));
    return new SharedBuckets(redis.vertx(), settings, System::nanoTime);
  }

  @AfterEach
  void close() {
    await(one.close());
    await(other.close());
    redis.close();
  }

  private static double awaitLevel(SharedBuckets buckets, long perSecond, double below) {
    return Eventually.value(
        "a level below " + below, () -> buckets.level(KEY, perSecond), level -> level < below);
  }

  private boolean isKept() {
    return redis.command(Command.EXISTS, KEY).toLong() == 1;
  }

  @Test
  void shouldTellTheOtherOfADebt() {
    assertEquals(10, other.level(KEY, 10), 0.1);
    one.take(KEY, 10, 1000);
    assertTrue(one.level(KEY, 10) < -980, "its own, at once");
    awaitLevel(other, 10, -950);
  }

  @Test
  void shouldCountOthersBesideAKeyThatSomebodyHasPutSomethingElseInto() {
    redis.command(Command.RPUSH, KEY + "2", "no bucket");
    redis.command(Command.SET, KEY + "3", "1.2.3 4");
    one.take(KEY + "2", 10, 500);
    one.take(KEY + "3", 10, 500);
    one.take(KEY, 10, 1000);
    awaitLevel(other, 10, -950);
    for (String spoilt : new String[] {KEY + "2", KEY + "3"}) {
      Eventually.value("a debt", () -> other.level(spoilt, 10), level -> level < -450);
    }
    // Told once: what is told again and again would sink.
    assertTrue(other.level(KEY, 10) > -1000, "" + other.level(KEY, 10));
  }

  @Test
  void shouldHoldTheRateHoweverManyTake() {
    long perSecond = 2000;
    long start = System.nanoTime();
    long[] taken = new long[1];
    long end =
        Eventually.value(
            "four seconds",
            () -> {
              taken[0] += drain(one, perSecond) + drain(other, perSecond);
              return System.nanoTime();
            },
            now -> now - start > 4 * SECOND);
    double allowed = perSecond * (1 + (end - start) / 1e9);
    System.out.printf("taken %d, allowed %.0f%n", taken[0], allowed);
    // Each may have seen a full bucket before it heard of the other.
    assertTrue(taken[0] <= 1.05 * allowed, () -> taken[0] + " of " + allowed);
    // How close it comes from below is a matter of the machine, too.
    assertTrue(taken[0] >= 0.5 * allowed, () -> taken[0] + " of " + allowed);
  }

  private static long drain(SharedBuckets buckets, long perSecond) {
    long taken = 0;
    while (buckets.level(KEY, perSecond) > 0) {
      buckets.take(KEY, perSecond, 17);
      taken += 17;
    }
    return taken;
  }

  @Test
  void shouldLeaveNothingBehindOnceItIsFullAgain() {
    one.take(KEY, 100, 300);
    Eventually.value("the key", this::isKept, kept -> kept);
    long leftMs = redis.command(Command.PTTL, KEY).toLong();
    assertTrue(leftMs > 0 && leftMs <= 3001, () -> leftMs + " ms");
    Eventually.value("no key", this::isKept, kept -> !kept);
  }

  @Test
  void shouldTeachRedisTheScriptAgain() {
    one.take(KEY, 1, 10);
    Eventually.value("the key", this::isKept, kept -> kept);
    redis.command(Command.SCRIPT, "FLUSH");
    one.take(KEY, 1, 1000);
    awaitLevel(other, 1, -1000);
  }

  @Test
  void shouldGoOnAloneWhileRedisIsAwayAndComeBack() {
    one.take("connected", 1, 10);
    Eventually.value(
        "a key", () -> redis.command(Command.EXISTS, "connected").toLong(), kept -> kept == 1);
    redis.command(Command.CLIENT, "PAUSE", "2000", "ALL");
    long start = System.nanoTime();
    long[] taken = new long[1];
    long end =
        Eventually.value(
            "a while without Redis",
            () -> {
              taken[0] += drain(one, 1000);
              return System.nanoTime();
            },
            now -> now - start > 3 * SECOND / 2);
    double allowed = 1000 * (1 + (end - start) / 1e9);
    assertEquals(allowed, (double) taken[0], 150, "it keeps the limit by itself");
    one.take(KEY, 1000, 20_000);
    double debt = awaitLevel(other, 1000, -10_000);
    assertTrue(debt > -20_500, () -> "what came in meanwhile is no debt: " + debt);
  }

  @Test
  void shouldFillAtTheNewestRate() {
    one.take(KEY, 10, 1000);
    one.fillAt(KEY, 100_000);
    Eventually.value("a level", () -> one.level(KEY, 10), level -> level > 50_000);
  }

  @Test
  void shouldForgetWhatNobodyUses() {
    AtomicLong later = new AtomicLong();
    RedisSettings settings = new RedisSettings(redis.url(), 400, new Random(1));
    SharedBuckets buckets =
        new SharedBuckets(redis.vertx(), settings, () -> System.nanoTime() + later.get());
    buckets.take(KEY, 100, 1);
    assertEquals(1, buckets.size());
    Eventually.value("the key", this::isKept, kept -> kept);
    later.set(20 * SECOND);
    Eventually.value("none", buckets::size, size -> size == 0);
    await(buckets.close());
  }

  @Test
  void shouldKeepABoundedNumber() {
    await(one.close()); // Nothing is told.
    for (int i = 0; i < SharedBuckets.MAX_BUCKETS + 100; i++) {
      one.level("b" + i, 1);
    }
    assertEquals(SharedBuckets.MAX_BUCKETS, one.size());
  }

  @Test
  void shouldConnectOnlyWhenItIsNeeded() {
    Eventually.value("no other connection", redis::clients, count -> count == 1);
    one.level(KEY, 1);
    Eventually.value("a connection", redis::clients, count -> count == 2);
  }
}
