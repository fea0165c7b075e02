package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.protocol.loki.LokiBodies;
import io.logagg.protocol.otlp.OtlpBodies;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same body again, by two processes, with Redis and without. */
class RepeatedBodyIT {
  private static final int COUNT = 1200;

  private static Path folder = Path.of("");
  private static RedisProcess redis;
  private static RunningLogagg one;
  private static RunningLogagg two;
  private static RunningLogagg third;
  private static RunningLogagg hasty;
  private static Api api;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory("logagg-repeats");
    redis = RedisProcess.in(Files.createDirectory(folder.resolve("redis")));
    redis.start();
    Map<String, String> environment =
        Map.of("DATABASE_URL", TestServers.reset().postgresUrl(), "REDIS_URL", redis.url());
    one = RunningLogagg.start(Files.createDirectory(folder.resolve("one")), environment);
    two = RunningLogagg.start(Files.createDirectory(folder.resolve("two")), environment);
    third = RunningLogagg.start(Files.createDirectory(folder.resolve("third")), environment);
    Map<String, String> shortly = new java.util.HashMap<>(environment);
    shortly.put("LOGAGG_DEDUPE_REPEAT_WINDOW_MS", "1");
    hasty = RunningLogagg.start(Files.createDirectory(folder.resolve("hasty")), shortly);
    api = new Api(one);
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    third.close();
    hasty.close();
    redis.close();
    TemporaryFolders.delete(folder);
  }

  private static int otlp(RunningLogagg to, byte[] body, String... headers) {
    return post(to, "/v1/logs", body, headers);
  }

  private static int post(RunningLogagg to, String path, byte[] body, String... headers) {
    HttpResponse<String> answer =
        to.send(
            to.request(path, headers)
                .header("Content-Type", "application/x-protobuf")
                .POST(BodyPublishers.ofByteArray(body)));
    return answer.statusCode();
  }

  private static List<String> messages(int times) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      IntStream.range(0, COUNT).forEach(n -> all.add("m" + n));
    }
    return all;
  }

  /** All that was taken is stored, so that what is there now stays. */
  private static void awaitStored(String app, int times) {
    Eventually.value(
        "an empty stream", () -> String.valueOf(redis.call("XLEN", "logs:stream")), "0"::equals);
    api.awaitMessages(app, messages(times));
  }

  private static double repeats() {
    String bodies = "logagg_ingest_repeated_bodies_total";
    return Scrape.of(one).sum(bodies, "protocol", "otlp")
        + Scrape.of(two).sum(bodies, "protocol", "otlp");
  }

  @Test
  void isStoredOnceByWhicheverProcess() {
    byte[] body = OtlpBodies.records("again", COUNT);
    double before = repeats();
    for (RunningLogagg process : List.of(one, one, two, two, one)) {
      assertEquals(200, otlp(process, body));
    }
    awaitStored("again", 1);
    assertEquals(before + 4, repeats());
    byte[] push = LokiBodies.snappy(LokiBodies.protobuf("pushed", COUNT));
    for (RunningLogagg process : List.of(one, two, one)) {
      assertEquals(204, post(process, "/loki/api/v1/push", push));
    }
    awaitStored("pushed", 1);
  }

  @Test
  void isStoredOnceWhenAllTriesComeAtOnce() {
    byte[] body = OtlpBodies.records("at-once", COUNT);
    List<CompletableFuture<Integer>> tries =
        IntStream.range(0, 12)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> otlp(i % 2 == 0 ? one : two, body)))
            .toList();
    tries.forEach(each -> assertEquals(200, each.join()));
    awaitStored("at-once", 1);
  }

  @Test
  void isStoredTwiceIfItIsOfAnotherSenderOrProtocolOrDefaults() {
    byte[] body = OtlpBodies.records("others", COUNT);
    assertEquals(200, otlp(one, body));
    assertEquals(200, post(one, "/v1/logs?level=warn", body));
    awaitStored("others", 2);
  }

  /** The same may well happen twice. */
  @Test
  void isStoredTwiceIfItsFirstRecordTellsNoTime() {
    byte[] body = OtlpBodies.untimed("untimed", COUNT);
    assertEquals(200, otlp(one, body));
    assertEquals(200, otlp(one, body));
    awaitStored("untimed", 2);
  }

  @Test
  void isStoredTwiceAfterTheWindow() {
    byte[] body = OtlpBodies.records("later", COUNT);
    assertEquals(200, otlp(hasty, body));
    awaitStored("later", 1);
    assertEquals(200, otlp(hasty, body));
    awaitStored("later", 2);
  }

  @Test
  void equalRecordsInOtherBodiesAreNotMerged() {
    byte[] body = OtlpBodies.records("equal", COUNT);
    assertEquals(200, otlp(one, body));
    // The same records, and a field that nobody knows.
    byte[] other = java.util.Arrays.copyOf(body, body.length + 2);
    other[body.length] = 0x78;
    other[body.length + 1] = 1;
    assertEquals(200, otlp(one, other));
    awaitStored("equal", 2);
  }

  @Test
  void isStoredOnceThoughRedisGoesAndComes() {
    byte[] before = OtlpBodies.records("before", COUNT);
    byte[] meanwhile = OtlpBodies.records("meanwhile", COUNT);
    assertEquals(200, otlp(one, before));
    redis.kill();
    try {
      assertEquals(200, otlp(one, before));
      assertEquals(200, otlp(one, meanwhile));
      assertEquals(200, otlp(two, meanwhile));
    } finally {
      redis.start();
    }
    for (RunningLogagg process : List.of(one, two, third)) {
      Eventually.value(
          "Redis, as it is seen",
          () -> process.get("/health").body(),
          health -> Api.parse(health).path("status").asText().equals("up"));
    }
    assertEquals(200, otlp(one, before));
    assertEquals(200, otlp(two, before));
    // Redis has not seen it, nor has the third process.
    for (RunningLogagg process : List.of(one, two, third, two)) {
      assertEquals(200, otlp(process, meanwhile));
    }
    awaitStored("before", 1);
    awaitStored("meanwhile", 1);
  }
}
