package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Redis does not die, but says no, in each of the ways it has. Requests get the answer that the
 * contract promises, all is well by itself once Redis is, and the log tells of it without a flood.
 */
class StreamCareIT {
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final String STREAM = "logs:stream";
  private static final int REQUESTS = 60;

  /** Ten connections, each away and back. */
  private static final int LINES_PER_CUT = 20;

  /** Readers that try again ever more seldom, and batches that wait. */
  private static final int OTHER_LINES = 50;

  private static Path folder = Path.of("");
  private static RedisProcess redis;
  private static RunningLogagg logagg;
  private static Api api;

  private final List<String> acknowledged = new ArrayList<>();
  private String app = "";
  private int sent;
  private long logLinesBefore;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory("logagg-stream-care");
    redis = RedisProcess.in(Files.createDirectory(folder.resolve("redis")));
    redis.start();
    logagg =
        RunningLogagg.start(
            folder,
            Map.of(
                "DATABASE_URL", TestServers.reset().postgresUrl(),
                "REDIS_URL", redis.url(),
                "LOGAGG_CONSUMER_CLAIM_IDLE_MS", "3000"));
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
    redis.close();
    TemporaryFolders.delete(folder);
  }

  @BeforeEach
  void begin() {
    app = "care-" + COUNTER.incrementAndGet();
    awaitBackend("redis");
    logLinesBefore = logLines();
  }

  private static long logLines() {
    return logagg.stderr().lines().count();
  }

  private HttpResponse<String> ingest() {
    String record = Api.record(app, "m" + sent++);
    return api.ingest(Api.JSON, record.getBytes(StandardCharsets.UTF_8));
  }

  /** Has one record accepted; where it went. */
  private String accepted() {
    String message = "m" + sent;
    JsonNode answer = Api.expect(202, ingest());
    assertEquals(1, answer.path("enqueued").intValue(), answer.toString());
    acknowledged.add(message);
    return answer.path("backend").asText();
  }

  private void awaitBackend(String backend) {
    Eventually.value("records to go to " + backend, this::accepted, backend::equals);
  }

  /** While Redis says no, records go to PostgreSQL, each answered in time. */
  private void requestsGoToPostgres() {
    awaitBackend("db");
    for (int i = 0; i < REQUESTS; i++) {
      assertEquals("db", accepted());
    }
  }

  private void allIsWellAgain() {
    allIsWellAgain(1);
  }

  private void allIsWellAgain(int cuts) {
    awaitBackend("redis");
    api.awaitMessages(app, acknowledged);
    Eventually.value(
        "an empty stream", () -> String.valueOf(redis.call("XLEN", STREAM)), "0"::equals);
    assertEquals(List.of(), api.deadLetters());
    fewLogLines(cuts);
  }

  private void fewLogLines(int cuts) {
    long lines = logLines() - logLinesBefore;
    System.out.printf("stream care: %s: %d log lines%n", app, lines);
    assertTrue(
        lines <= cuts * LINES_PER_CUT + OTHER_LINES,
        () -> lines + " log lines: " + logagg.stderr());
  }

  @Test
  void aBusyRedisCountsAsAway() {
    redis.call("CONFIG", "SET", "lua-time-limit", "20");
    redis.whileBusy(this::requestsGoToPostgres);
    allIsWellAgain();
  }

  @Test
  void aRedisThatLoadsItsDataCountsAsAway() {
    redis.call("EVAL", "for i = 1, 20000 do redis.call('SET', 'k', i) end", "0");
    redis.kill();
    redis.startLoading(250);
    requestsGoToPostgres();
    allIsWellAgain();
  }

  @Test
  void aReadOnlyRedisCountsAsAway() {
    redis.call("REPLICAOF", "127.0.0.1", Integer.toString(FreePorts.next()));
    requestsGoToPostgres();
    redis.call("REPLICAOF", "NO", "ONE");
    allIsWellAgain();
  }

  /** The first try by the stream, the second by PostgreSQL, the third by the stream again. */
  @Test
  void aRepeatIsRecognisedOnBothWays() {
    byte[] withId =
        "{\"app\":\"%s\",\"message\":\"id\",\"id\":\"one\"}"
            .formatted(app)
            .getBytes(StandardCharsets.UTF_8);
    byte[] withKey = Api.record(app, "key").getBytes(StandardCharsets.UTF_8);
    Runnable send =
        () -> {
          Api.expect(202, api.ingest(Api.JSON, withId));
          Api.expect(202, api.ingest(Api.JSON, withKey, "Idempotency-Key", "key of " + app));
        };
    send.run();
    redis.call("REPLICAOF", "127.0.0.1", Integer.toString(FreePorts.next()));
    awaitBackend("db");
    send.run();
    redis.call("REPLICAOF", "NO", "ONE");
    awaitBackend("redis");
    send.run();
    acknowledged.addAll(List.of("id", "key"));
    allIsWellAgain();
  }

  @Test
  void aRedisWithoutItsReplicasCountsAsAway() {
    redis.call("CONFIG", "SET", "min-replicas-to-write", "1");
    requestsGoToPostgres();
    redis.call("CONFIG", "SET", "min-replicas-to-write", "0");
    allIsWellAgain();
  }

  @Test
  void aFullRedisIsStillEmptied() {
    redis.call("CONFIG", "SET", "maxmemory", "1");
    try {
      for (int i = 0; i < REQUESTS; i++) {
        Api.problem(429, ingest());
      }
      Eventually.value(
          "an empty stream", () -> String.valueOf(redis.call("XLEN", STREAM)), "0"::equals);
    } finally {
      redis.call("CONFIG", "SET", "maxmemory", "0");
    }
    Eventually.value("room again", () -> acceptedIfThereIsRoom(), status -> status == 202);
    allIsWellAgain();
  }

  private int acceptedIfThereIsRoom() {
    String message = "m" + sent;
    int status = ingest().statusCode();
    if (status == 202) {
      acknowledged.add(message);
    }
    return status;
  }

  @Test
  void anotherTypeAtTheKeyOfTheStreamIsGotOver() {
    Eventually.value(
        "an empty stream", () -> String.valueOf(redis.call("XLEN", STREAM)), "0"::equals);
    redis.call("SET", STREAM, "a text");
    requestsGoToPostgres();
    redis.call("DEL", STREAM);
    allIsWellAgain();
  }

  @Test
  void anotherPasswordCountsAsAway() {
    redis.call("CONFIG", "SET", "requirepass", "another");
    String other = redis.url().replace(RedisProcess.password(), "another");
    redis.callAt(other, "CLIENT", "KILL", "TYPE", "normal");
    requestsGoToPostgres();
    redis.callAt(other, "CONFIG", "SET", "requirepass", RedisProcess.password());
    allIsWellAgain();
  }

  @Test
  void closedConnectionsAreOpenedAnew() {
    for (int i = 0; i < 5; i++) {
      accepted();
      redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      awaitBackend("redis");
    }
    allIsWellAgain(5);
  }

  /** What was in Redis alone is lost as Redis lost it; nothing else is, and the service goes on. */
  @Test
  void afterFlushallUnderLoadTheServiceGoesOn() {
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < REQUESTS; i++) {
        accepted();
        if (i == REQUESTS / 2) {
          redis.call("FLUSHALL");
        }
      }
    }
    List<String> later = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      later.add("m" + sent);
      assertEquals("redis", accepted());
    }
    List<String> stored =
        Eventually.value(
            "what came later", () -> api.messages(app), found -> found.containsAll(later));
    assertEquals(stored.stream().distinct().toList(), stored, "nothing twice");
    assertTrue(acknowledged.containsAll(stored));
    Eventually.value(
        "an empty stream", () -> String.valueOf(redis.call("XLEN", STREAM)), "0"::equals);
    assertEquals(List.of(), api.deadLetters());
    fewLogLines(5);
  }
}
