package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.http.ingest.RepeatedBodies.FirstTry;
import io.logagg.persistence.BodyLedger;
import io.logagg.record.Stamper;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.SeenBodies;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamNames;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestServers;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two processes know of each other's bodies, on a real Redis and PostgreSQL. */
final class RepeatedBodiesTest {
  private static final long WINDOW_MS = 60_000;
  private static final UUID BODY = new UUID(1, 2);

  @TempDir private Path folder = Path.of("");
  private final TestDatabase database = TestDatabase.open();
  private final AtomicLong nanos = new AtomicLong(1);
  private RedisProcess redis;

  /** One process' memory, with a connection of its own. */
  private final class Memory {
    private final OnContext context = new OnContext(database.vertx());
    private final StreamAppender appender =
        context.get(
            () ->
                StreamAppender.open(
                    database.vertx(),
                    new RedisSettings(redis.url(), 2000, new Random(1)),
                    new StreamNames("logs:stream", "group", "logs:dlq")));
    private final SeenBodies seen = new SeenBodies(appender);
    private final RepeatedBodies bodies;

    Memory(long windowMs, int seed) {
      bodies =
          new RepeatedBodies(
              seen,
              new BodyLedger(database.database()),
              new Stamper(InstantSource.system(), new Random(seed)),
              windowMs,
              nanos::get);
      awaitUp(true);
    }

    void awaitUp(boolean up) {
      Eventually.value("Redis", () -> context.get(appender::isUp), now -> now == up);
    }

    UUID firstTry(UUID body) {
      return context.await(() -> bodies.firstTry(body)).key();
    }

    boolean isRepeat(UUID body) {
      return context.await(() -> bodies.firstTry(body)).isRepeat();
    }
  }

  @BeforeEach
  void start() {
    redis = RedisProcess.in(folder);
    redis.start();
  }

  @AfterEach
  void close() {
    redis.close();
    database.close();
  }

  @Test
  void shouldGiveTheTriesOfABodyOneKeyWhoeverIsAsked() {
    Memory one = new Memory(WINDOW_MS, 1);
    Memory other = new Memory(WINDOW_MS, 2);
    UUID key = one.firstTry(BODY);
    assertEquals(key, one.firstTry(BODY));
    assertEquals(key, other.firstTry(BODY));
    assertNotEquals(key, other.firstTry(new UUID(1, 3)));
  }

  @Test
  void shouldTellARepeatFromTheFirstTry() {
    Memory one = new Memory(WINDOW_MS, 1);
    Memory other = new Memory(WINDOW_MS, 2);
    assertFalse(one.isRepeat(BODY));
    assertTrue(one.isRepeat(BODY), "which it knows itself");
    assertTrue(other.isRepeat(BODY), "which Redis knows");
    assertFalse(other.isRepeat(new UUID(1, 3)));
    redis.kill();
    one.awaitUp(false);
    assertFalse(one.isRepeat(new UUID(1, 4)));
    other.awaitUp(false);
    assertTrue(other.isRepeat(new UUID(1, 4)), "which PostgreSQL knows");
  }

  @Test
  void shouldGiveTriesAtTheSameTimeOneKey() {
    Memory one = new Memory(WINDOW_MS, 1);
    Memory other = new Memory(WINDOW_MS, 2);
    Future<UUID> first = one.context.start(() -> one.bodies.firstTry(BODY).map(FirstTry::key));
    Future<UUID> second = other.context.start(() -> other.bodies.firstTry(BODY).map(FirstTry::key));
    Future<UUID> third = one.context.start(() -> one.bodies.firstTry(BODY).map(FirstTry::key));
    UUID key = TestServers.await(first);
    assertEquals(key, TestServers.await(second));
    assertEquals(key, TestServers.await(third));
  }

  /**
   * As it is once Redis has been there for a window: PostgreSQL, which knew it till then, is not.
   */
  @Test
  void shouldKnowInRedisAlone() {
    database.sql("ALTER TABLE seen_bodies RENAME TO away");
    Memory one = new Memory(WINDOW_MS, 1);
    Memory other = new Memory(WINDOW_MS, 2);
    UUID key = one.firstTry(BODY);
    assertEquals(key, other.firstTry(BODY));
    assertNotEquals(key, other.firstTry(new UUID(1, 3)));
    UUID body = new UUID(1, 4);
    Future<UUID> first = one.context.start(() -> one.bodies.firstTry(body).map(FirstTry::key));
    Future<UUID> second = other.context.start(() -> other.bodies.firstTry(body).map(FirstTry::key));
    assertEquals(TestServers.await(first), TestServers.await(second));
  }

  @Test
  void shouldAskPostgresWhenRedisDoesNotAnswer() {
    long windowMs = 6000;
    Memory one = new Memory(windowMs, 1);
    Memory other = new Memory(windowMs, 2);
    for (Memory memory : List.of(one, other)) {
      Eventually.value(
          "Redis, for a window",
          () -> memory.context.get(() -> memory.seen.mayHaveMissed(windowMs)),
          missed -> !missed);
    }
    redis.pause();
    try {
      UUID key = one.firstTry(BODY);
      assertEquals(key, other.firstTry(BODY));
    } finally {
      redis.resume();
    }
  }

  @Test
  void shouldForgetABodyAfterTheWindow() {
    long windowMs = 300;
    Memory one = new Memory(windowMs, 1);
    UUID key = one.firstTry(BODY);
    nanos.addAndGet(windowMs * 1_000_000 + 1);
    UUID next = Eventually.value("another key", () -> one.firstTry(BODY), now -> !now.equals(key));
    assertNotEquals(key, next);
  }

  @Test
  void shouldKnowInPostgresWhatRedisCannotTell() {
    Memory one = new Memory(WINDOW_MS, 1);
    Memory other = new Memory(WINDOW_MS, 2);
    redis.kill();
    one.awaitUp(false);
    other.awaitUp(false);
    UUID key = one.firstTry(BODY);
    assertEquals(key, other.firstTry(BODY));
    redis.start();
    one.awaitUp(true);
    other.awaitUp(true);
    assertEquals(key, new Memory(WINDOW_MS, 3).firstTry(BODY), "also one that was not there");
  }

  @Test
  void shouldTellPostgresOfABodyThatWentThereInTheEnd() {
    Memory one = new Memory(WINDOW_MS, 1);
    Memory other = new Memory(WINDOW_MS, 2);
    database.sql("ALTER TABLE seen_bodies RENAME TO away");
    UUID key = one.firstTry(BODY); // Which Redis alone is told.
    database.sql("ALTER TABLE away RENAME TO seen_bodies");
    redis.kill();
    other.awaitUp(false);
    one.context.await(() -> one.bodies.alsoInPostgres(BODY, key));
    assertEquals(key, other.firstTry(BODY));
  }

  @Test
  void shouldGoByItsOwnMemoryWhileBothAreAway() {
    Memory one = new Memory(WINDOW_MS, 1);
    UUID key = one.firstTry(BODY);
    redis.kill();
    one.awaitUp(false);
    database.sql("ALTER TABLE seen_bodies RENAME TO away");
    assertEquals(key, one.firstTry(BODY));
    UUID body = new UUID(5, 6);
    assertEquals(one.firstTry(body), one.firstTry(body));
  }
}
