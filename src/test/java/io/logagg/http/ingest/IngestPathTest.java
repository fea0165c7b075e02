package io.logagg.http.ingest;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.bus.Bus;
import io.logagg.bus.BusException;
import io.logagg.bus.Failure;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.http.ingest.IngestPath.Accepted;
import io.logagg.http.reply.ProblemException;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.RecordBatch;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamNames;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestRecords;
import io.logagg.testing.TestRedis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Which way a batch takes, on a real Redis, with a persistence that only notes what it is asked.
 */
final class IngestPathTest {
  private static final StreamNames NAMES = new StreamNames("logs:stream", "g", "logs:dlq");

  private final TestRedis redis = TestRedis.open();
  private final OnContext context = new OnContext(redis.vertx());
  private final RecordBatch batch = new TestRecords(1).batch(3);
  private final List<WriteRequest> asked = new CopyOnWriteArrayList<>();
  private final Bus bus = openBus();
  private volatile boolean postgresIsAway;

  private Bus openBus() {
    Bus.register(redis.vertx());
    Bus opened = Bus.of(redis.vertx(), 5000);
    opened.serve(Persistence.WRITE, this::write);
    return opened;
  }

  private Future<WriteOutcome> write(WriteRequest request) {
    asked.add(request);
    return postgresIsAway
        ? Future.failedFuture(new BusException(Failure.TRANSIENT, "away"))
        : Future.succeededFuture(new WriteOutcome(request.size(), 0, List.of()));
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private IngestPath path(String url) {
    RedisSettings settings = new RedisSettings(url, 400, new Random(1));
    StreamAppender appender =
        context.get(() -> StreamAppender.open(redis.vertx(), settings, NAMES));
    if (url.equals(redis.url())) {
      Eventually.value("the appender", () -> context.get(appender::isUp), up -> up);
    }
    IngestGate gate =
        context.get(() -> new IngestGate(redis.vertx(), appender, () -> false, 1_000_000, 1000));
    return new IngestPath(appender, bus, gate, false, new IngestMeters(new Metrics()));
  }

  @Test
  void shouldPutABatchOnTheStream() {
    IngestPath path = path(redis.url());
    assertEquals(new Accepted(Backend.REDIS, 0), context.await(() -> path.accept(batch)));
    assertEquals(1, redis.length(NAMES.stream()));
    assertEquals(List.of(), asked);
  }

  @Test
  void shouldStoreWithItsKeyWhatWasNeverSentEither() {
    IngestPath path = path("redis://127.0.0.1:1/0");
    assertEquals(new Accepted(Backend.DB, 0), context.await(() -> path.accept(batch)));
    assertEquals(true, asked.get(0).rememberKeys());
  }

  @Test
  void shouldStoreWithItsKeyWhatRedisMayHaveAfterTheConnectionBroke() {
    IngestPath path = path(redis.url());
    redis.command(Command.CLIENT, "PAUSE", "300", "WRITE");
    Future<Accepted> accepted = context.start(() -> path.accept(batch));
    redis.awaitBlockedClient();
    redis.killClients();
    assertEquals(Backend.DB, await(accepted).backend());
    assertEquals(true, asked.get(0).rememberKeys());
    assertEquals(batch, asked.get(0).deliveries().get(0).batch());
  }

  @Test
  void shouldStoreWithItsKeyWhatRedisTakesTooLongOver() {
    IngestPath path = path(redis.url());
    redis.command(Command.CLIENT, "PAUSE", "1000", "WRITE");
    assertEquals(Backend.DB, context.await(() -> path.accept(batch)).backend());
    assertEquals(true, asked.get(0).rememberKeys());
  }

  @Test
  void shouldAskForPatienceWhenRedisHasNoMemoryLeft() {
    IngestPath path = path(redis.url());
    redis.command(Command.CONFIG, "SET", "maxmemory", "1");
    try {
      ProblemException e =
          assertThrows(ProblemException.class, () -> context.await(() -> path.accept(batch)));
      assertEquals(429, e.problem().status());
      assertEquals(List.of(), asked);
    } finally {
      redis.command(Command.CONFIG, "SET", "maxmemory", "0");
    }
  }

  @Test
  void shouldPutManyDeadLettersOnTheirStreamWithoutFillingThePipeline() {
    IngestPath path = path(redis.url());
    List<DeadLetter> letters = letters(100);
    List<Future<Backend>> parts =
        context.get(
            () -> IntStream.range(0, 64).mapToObj(i -> path.acceptDeadLetters(letters)).toList());
    assertEquals(Backend.REDIS, context.await(() -> path.accept(batch)).backend());
    parts.forEach(part -> assertEquals(Backend.REDIS, await(part)));
    assertEquals(6400, redis.length(NAMES.deadLetters()));
  }

  @Test
  void shouldAskForPatienceWithDeadLettersWhenRedisHasNoMemoryLeft() {
    IngestPath path = path(redis.url());
    redis.command(Command.CONFIG, "SET", "maxmemory", "1");
    try {
      ProblemException e =
          assertThrows(
              ProblemException.class,
              () -> context.await(() -> path.acceptDeadLetters(letters(10))));
      assertEquals(429, e.problem().status());
      assertEquals(0, redis.length(NAMES.deadLetters()));
    } finally {
      redis.command(Command.CONFIG, "SET", "maxmemory", "0");
    }
  }

  private static List<DeadLetter> letters(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new DeadLetter(new UUID(0, i), "1", false, "bad", "test", Defaults.NONE, 1))
        .toList();
  }

  @Test
  void shouldSayWhenNeitherBackendTakesIt() {
    postgresIsAway = true;
    IngestPath path = path("redis://127.0.0.1:1/0");
    ProblemException e =
        assertThrows(ProblemException.class, () -> context.await(() -> path.accept(batch)));
    assertEquals(503, e.problem().status());
  }
}
