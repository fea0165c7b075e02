package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TemporaryFolders;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis and PostgreSQL come and go under a logagg that goes on. */
class FallbackIT {
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private static Path folder = Path.of("");
  private static RedisProcess redis;
  private static int postgresPort;
  private static EmbeddedServers postgres;
  private static RunningLogagg logagg;
  private static Api api;
  private String app = "";

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory("logagg-fallback");
    Files.createDirectory(folder.resolve("redis"));
    redis = RedisProcess.in(folder.resolve("redis"));
    postgresPort = FreePorts.next();
    startPostgres();
    // Redis is away at the start.
    logagg =
        RunningLogagg.start(
            folder,
            Map.of(
                "DATABASE_URL",
                postgres.postgresUrl().orElseThrow(),
                "REDIS_URL",
                redis.url(),
                // What /health says of Redis is then true of all requests.
                "LOGAGG_HTTP_INSTANCES",
                "1"));
    api = new Api(logagg);
  }

  private static void startPostgres() {
    postgres =
        new EmbeddedServers(
            new EmbeddedOptions(folder.resolve("postgres"), true, false, postgresPort, 0));
    try {
      postgres.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void stop() {
    logagg.close();
    redis.close();
    postgres.close();
    TemporaryFolders.delete(folder);
  }

  @BeforeEach
  void takeAnotherApp() {
    app = "fallback-" + COUNTER.incrementAndGet();
  }

  /** Whatever happened in a test, nothing of it is a reason for a dead letter. */
  @AfterEach
  void noDeadLetters() {
    assertEquals(List.of(), api.deadLetters());
  }

  private List<String> lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> Api.record(app, "m" + i)).toList();
  }

  private List<String> messages(int to) {
    return IntStream.range(0, to).mapToObj(i -> "m" + i).toList();
  }

  private String backend(int from, int to) {
    JsonNode answer = api.ingestLines(lines(from, to));
    assertEquals(to - from, answer.path("enqueued").intValue(), answer.toString());
    return answer.path("backend").asText();
  }

  private HttpResponse<String> ingest(List<String> lines) {
    return api.ingest(Api.NDJSON, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode health() {
    return Api.parse(logagg.get("/health").body());
  }

  private static void awaitHealth(String status, String check, String checkStatus) {
    Eventually.value(
        status + " with " + check + " " + checkStatus,
        FallbackIT::health,
        health ->
            health.path("status").asText().equals(status)
                && health.path("checks").path(check).path("status").asText().equals(checkStatus));
    assertEquals(status.equals("down") ? 503 : 200, logagg.get("/health/ready").statusCode());
    assertEquals(200, logagg.get("/health/live").statusCode());
  }

  private static void awaitAllUp() {
    awaitHealth("up", "redis", "up");
    assertEquals("up", health().path("checks").path("postgres").path("status").asText());
  }

  /** Runs the test between a Redis that is there and one that is there again. */
  private void withRedis(Runnable test) {
    redis.start();
    try {
      awaitAllUp();
      test.run();
    } finally {
      redis.kill();
    }
  }

  @Test
  void withRedisAwayRowsAreCommittedBeforeTheAnswer() {
    awaitHealth("degraded", "redis", "down");
    assertEquals("db", backend(0, 1200));
    assertEquals(1200, api.total("?app=" + app));
    JsonNode mixed =
        api.ingestLines(
            List.of(lines(1200, 1201).get(0), "not a record", lines(1201, 1202).get(0)));
    assertEquals("db", mixed.path("backend").asText());
    assertEquals(1, mixed.path("rejected").intValue());
    api.awaitDeadLetters(List.of("not a record"));
    Api.expect(200, logagg.delete("/api/v1/dlq"));
    HttpResponse<String> waited =
        api.send("POST", "/api/v1/ingest?wait=stored", lines(1202, 1203).get(0));
    assertEquals("db", Api.expect(202, waited).path("backend").asText());
    api.awaitMessages(app, messages(1203));
  }

  @Test
  void whenRedisDiesAndComesBackNothingIsLostOrStoredTwice() {
    withRedis(
        () -> {
          assertEquals("redis", backend(0, 700));
          redis.kill();
          assertEquals("db", backend(700, 1400));
          redis.start();
          awaitAllUp();
          assertEquals("redis", backend(1400, 2100));
          api.awaitMessages(app, messages(2100));
          Eventually.value(
              "an empty stream",
              () -> String.valueOf(redis.call("XLEN", "logs:stream")),
              "0"::equals);
        });
  }

  @Test
  void whenRedisHangsItFallsBackWithinSecondsAndStoresNothingTwice() {
    withRedis(
        () -> {
          assertEquals("redis", backend(0, 100));
          redis.pause();
          try {
            Instant begin = Instant.now();
            assertEquals("db", backend(100, 1300));
            assertTrue(Duration.between(begin, Instant.now()).toSeconds() < 6);
            assertEquals("db", backend(1300, 1400));
            awaitHealth("degraded", "redis", "down");
          } finally {
            redis.resume();
          }
          awaitAllUp();
          assertEquals("redis", backend(1400, 1500));
          api.awaitMessages(app, messages(1500));
          awaitEmptyStream();
          api.awaitMessages(app, messages(1500));
        });
  }

  private static void awaitEmptyStream() {
    Eventually.value(
        "an empty stream",
        () -> String.valueOf(redis.call("XLEN", "logs:stream")),
        length -> length.equals("0"));
  }

  @Test
  void aReadOnlyRedisCountsAsAway() {
    withRedis(
        () -> {
          redis.call("REPLICAOF", "127.0.0.1", Integer.toString(FreePorts.next()));
          assertEquals("db", backend(0, 600));
          assertEquals(600, api.total("?app=" + app));
          redis.call("REPLICAOF", "NO", "ONE");
          assertEquals("redis", backend(600, 700));
          api.awaitMessages(app, messages(700));
        });
  }

  @Test
  void aRedisOutOfMemoryIs429() {
    withRedis(
        () -> {
          redis.call("CONFIG", "SET", "maxmemory-policy", "noeviction");
          redis.call("CONFIG", "SET", "maxmemory", "1");
          HttpResponse<String> answer = ingest(lines(0, 600));
          JsonNode problem = Api.problem(429, answer);
          assertTrue(Integer.parseInt(Api.header(answer, "Retry-After")) > 0);
          assertEquals(0, problem.path("enqueued").intValue(), problem.toString());
          assertEquals(0, problem.path("resume_at").intValue(), problem.toString());
          redis.call("CONFIG", "SET", "maxmemory", "0");
          // A full Redis is believed to be full for a moment.
          Eventually.value(
              "room again", () -> ingest(lines(0, 1)).statusCode(), status -> status == 202);
          assertEquals("redis", backend(1, 600));
          api.awaitMessages(app, messages(600));
        });
  }

  @Test
  void withBothAwayTheAnswerIs503WithinFiveSecondsAndAllIsWellAfterwards() {
    postgres.close();
    try {
      awaitHealth("down", "postgres", "down");
      Instant begin = Instant.now();
      HttpResponse<String> answer = ingest(lines(0, 600));
      JsonNode problem = Api.problem(503, answer);
      assertTrue(Duration.between(begin, Instant.now()).toMillis() < 5000);
      assertTrue(Integer.parseInt(Api.header(answer, "Retry-After")) > 0);
      assertEquals(0, problem.path("enqueued").intValue(), problem.toString());
      assertEquals(0, problem.path("resume_at").intValue(), problem.toString());
      HttpResponse<String> list = logagg.get("/api/v1/logs");
      Api.problem(503, list);
      assertTrue(Integer.parseInt(Api.header(list, "Retry-After")) > 0);
      Api.problem(503, api.send("POST", "/api/v1/logs", Api.record(app, "m")));
    } finally {
      startPostgres();
    }
    awaitHealth("degraded", "redis", "down");
    assertEquals("db", backend(0, 600));
    api.awaitMessages(app, messages(600));
  }

  @Test
  void withPostgresAwayIngestGoesOnAndAllIsStoredOnceItIsBack() {
    withRedis(
        () -> {
          assertEquals("redis", backend(0, 100));
          postgres.close();
          List<String> badLines = new ArrayList<>();
          try {
            awaitHealth("degraded", "postgres", "down");
            for (int i = 100; i < 2100; i += 100) {
              assertEquals("redis", backend(i, i + 100));
            }
            badLines.add("bad while away");
            Api.problem(400, ingest(badLines));
            Api.problem(503, logagg.get("/api/v1/stats"));
          } finally {
            startPostgres();
          }
          awaitAllUp();
          api.awaitMessages(app, messages(2100));
          awaitEmptyStream();
          api.awaitDeadLetters(badLines);
          Api.expect(200, logagg.delete("/api/v1/dlq"));
        });
  }
}
