package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.RunningLogagg.Ended;
import io.logagg.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as a process: its command line, its roles, its output, and its Redis. */
class ProcessIT {
  private static final String STREAM = "logs:stream";
  private static Vertx vertx;

  @TempDir private Path folder = Path.of("");
  private TestServers servers;

  @BeforeAll
  static void openVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() {
    TestServers.await(vertx.close());
  }

  @BeforeEach
  void reset() {
    servers = TestServers.reset();
  }

  private RunningLogagg start(String name, String... keysAndValues) {
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABASE_URL", servers.postgresUrl());
    environment.put("REDIS_URL", servers.redisUrl());
    for (int i = 0; i < keysAndValues.length; i += 2) {
      environment.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return RunningLogagg.start(directory(name), environment);
  }

  private Path directory(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Response redis(String command, String... args) {
    return RedisProcess.call(vertx, servers.redisUrl(), command, args);
  }

  private static List<String> lines(String app, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> Api.record(app, "m" + i)).toList();
  }

  private static List<String> messages(int to) {
    return IntStream.range(0, to).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void apiAndWorkersMayBeProcessesOfTheirOwn() {
    try (RunningLogagg front =
        start("api", "LOGAGG_CONSUMER_INSTANCES", "0", "LOGAGG_PERSISTENCE_INSTANCES", "1")) {
      Api api = new Api(front.awaitRedis());
      assertEquals("redis", api.ingestLines(lines("apart", 0, 1500)).path("backend").asText());
      assertEquals("3", String.valueOf(redis("XLEN", STREAM)));
      assertEquals(0, api.total("?app=apart"));
      try (RunningLogagg worker = start("worker", "LOGAGG_HTTP_INSTANCES", "0")) {
        assertTrue(worker.stdout().contains("no HTTP"), worker.stdout());
        api.awaitMessages("apart", messages(1500));
        Eventually.value("an empty stream", () -> redis("XLEN", STREAM).toString(), "0"::equals);
        api.ingestLines(lines("apart", 1500, 2000));
        api.awaitMessages("apart", messages(2000));
        int status = worker.stop();
        assertTrue(status == 0 || status == 143, "exit status " + status);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"http\":{\"prot\":1}}|http.prot",
        "{\"http\":{\"port\":\"many\"}}|http.port",
        "{\"redis\":{\"url\":\"ftp://somewhere\"}}|redis.url",
        "{\"http\":{\"host\":\"0.0.0.0\"}}|auth.allowAnonymousNetwork",
        "{\"http\":|conf.json"
      })
  void aBadConfigurationIsOneLineThatNamesTheKey(String json, String key) throws IOException {
    Files.writeString(folder.resolve("conf.json"), json);
    assertRefused(RunningLogagg.run(folder, withoutPort(), "-conf", "conf.json"), key);
  }

  /** The port that the environment would set hides that of the file. */
  private static Map<String, String> withoutPort() {
    return Map.of("LOGAGG_HTTP_PORT", "");
  }

  private void assertRefused(Ended ended, String key) {
    assertEquals(2, ended.status(), ended.stderr());
    assertEquals(1, ended.stderr().lines().count(), ended.stderr());
    assertTrue(ended.stderr().contains(key), ended.stderr());
    assertEquals("", ended.stdout());
    assertFalse(Files.exists(folder.resolve("logagg-data")));
  }

  @Test
  void aMissingFileAndABadVariableAreOneLine() {
    assertRefused(RunningLogagg.run(folder, Map.of(), "-conf", "missing.json"), "missing.json");
    assertRefused(
        RunningLogagg.run(directory("a"), Map.of("LOGAGG_STREAM_SHARDS", "x")),
        "LOGAGG_STREAM_SHARDS");
    assertRefused(
        RunningLogagg.run(directory("b"), Map.of("LOGAGG_LOG_FORMAT", "yaml")),
        "LOGAGG_LOG_FORMAT is \"yaml\": must be text or json");
    assertRefused(
        RunningLogagg.run(directory("c"), Map.of("LOGAGG_LOG_LEVEL", "LOUD")),
        "LOGAGG_LOG_LEVEL is \"LOUD\": must be one of TRACE, DEBUG");
  }

  @Test
  void aPortInUseIsOneLineAndNothingIsStarted() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Ended ended = RunningLogagg.run(folder, Map.of("LOGAGG_HTTP_PORT", port));
      assertRefused(ended, "http.port " + port);
    }
  }

  @Test
  void helpAndVersionAreOnStandardOutput() {
    Ended help = RunningLogagg.run(folder, Map.of(), "--help");
    assertEquals(0, help.status());
    assertTrue(help.stdout().contains("-conf"), help.stdout());
    assertEquals("", help.stderr());
    Ended version = RunningLogagg.run(directory("v"), Map.of(), "--version");
    assertEquals(0, version.status());
    assertTrue(version.stdout().strip().matches("logagg \\d+\\.\\d+.*"), version.stdout());
    Ended unknown = RunningLogagg.run(directory("u"), Map.of(), "--nonsense");
    assertEquals(2, unknown.status());
    assertTrue(unknown.stderr().contains("--nonsense"), unknown.stderr());
  }

  @Test
  void logLinesMayBeJson() {
    RunningLogagg logagg =
        start(
            "json",
            "LOGAGG_LOG_FORMAT",
            "json",
            "LOGAGG_HTTP_PROT",
            "warns",
            "LOGAGG_LOG_LEVEL",
            "DEBUG");
    try (logagg) {
      new Api(logagg).ingestLines(lines("json", 0, 10));
    }
    List<String> lines = logagg.stderr().lines().toList();
    assertTrue(lines.stream().anyMatch(line -> line.contains("LOGAGG_HTTP_PROT")));
    for (String line : lines) {
      JsonNode object = Api.parse(line);
      assertTrue(object.has("level") && object.has("timestamp"), line);
    }
  }

  @Test
  void oneRecordPerEntryIsPlainJson() {
    try (RunningLogagg front =
        start(
            "plain",
            "LOGAGG_CONSUMER_INSTANCES",
            "0",
            "LOGAGG_STREAM_MAX_RECORDS_PER_ENTRY",
            "1")) {
      Api api = new Api(front);
      String record =
          "{\"app\":\"plain\",\"message\":\"m\",\"level\":\"warning\",\"id\":\"p\",\"timestamp\":\"2015-01-01T00:00:00Z\",\"x\":1}";
      api.ingestLines(List.of(record, record));
      Response entries = redis("XRANGE", STREAM, "-", "+");
      assertEquals(2, entries.size());
      Response fields = entries.get(0).get(1);
      JsonNode data = null;
      for (int i = 0; i < fields.size(); i += 2) {
        data =
            fields.get(i).toString().equals("data")
                ? Api.parse(fields.get(i + 1).toString())
                : data;
      }
      assertEquals("WARN", data.path("level").asText());
      assertEquals("plain", data.path("app").asText());
      assertEquals("p", data.path("id").asText());
      assertEquals(1, data.path("metadata_").path("x").intValue());
      try (RunningLogagg worker = start("plain-worker", "LOGAGG_HTTP_INSTANCES", "0")) {
        api.awaitMessages("plain", List.of("m"));
        assertTrue(worker.process().isAlive());
      }
      JsonNode row = api.array("/api/v1/logs?app=plain").get(0);
      assertEquals("2015-01-01T00:00:00Z", row.path("timestamp").asText());
      assertEquals("p", row.path("source_id").asText());
    }
  }

  @Test
  void entriesOfOtherProgramsAreTaken() {
    try (RunningLogagg logagg = start("foreign")) {
      Api api = new Api(logagg);
      redis("XADD", STREAM, "*", "data", Api.record("foreign", "one"));
      String array =
          "["
              + Api.record("foreign", "two")
              + ",{\"bad\":1},"
              + Api.record("foreign", "three")
              + "]";
      redis("XADD", STREAM, "*", "data", array);
      redis("XADD", STREAM, "*", "data", "garbage");
      redis("XADD", STREAM, "*", "pack", "garbage");
      redis("XADD", STREAM, "*", "other", "field");
      redis("XADD", STREAM, "*", "data", Api.record("foreign", "four"), "id", "its own");
      redis("XADD", STREAM, "*", "data", Api.record("foreign", "five"));
      api.awaitMessages("foreign", List.of("one", "two", "three", "four", "five"));
      api.awaitDeadLetters(List.of("{\"bad\":1}", "garbage", "garbage", "{\"other\":\"field\"}"));
      Eventually.value("an empty stream", () -> redis("XLEN", STREAM).toString(), "0"::equals);
      assertEquals("4", redis("XLEN", "logs:dlq").toString());
    }
  }

  @Test
  void aGroupDestroyedByHandIsMadeAnewAndNothingIsLost() {
    try (RunningLogagg logagg = start("group")) {
      Api api = new Api(logagg);
      api.ingestLines(lines("group", 0, 1000));
      redis("XGROUP", "DESTROY", STREAM, "ingest-group");
      for (int i = 1000; i < 3000; i += 500) {
        api.ingestLines(lines("group", i, i + 500));
      }
      api.awaitMessages("group", messages(3000));
      redis("DEL", STREAM);
      api.ingestLines(lines("group", 3000, 3500));
      api.awaitMessages("group", messages(3500));
      redis("FLUSHALL");
      api.ingestLines(lines("group", 3500, 4000));
      api.awaitMessages("group", messages(4000));
      assertEquals(List.of(), api.deadLetters());
    }
  }

  @Test
  void aWorkerThatIsKilledLosesNothing() {
    try (RunningLogagg front = start("front", "LOGAGG_CONSUMER_INSTANCES", "0")) {
      Api api = new Api(front);
      for (int i = 0; i < 20_000; i += 2000) {
        api.ingestLines(lines("killed", i, i + 2000));
      }
      String[] quickly = {"LOGAGG_HTTP_INSTANCES", "0", "LOGAGG_CONSUMER_CLAIM_IDLE_MS", "500"};
      RunningLogagg first = start("first", quickly);
      Eventually.value("some rows", () -> api.total("?app=killed"), total -> total > 0);
      first.kill();
      try (RunningLogagg second = start("second", quickly)) {
        api.awaitMessages("killed", messages(20_000));
        assertTrue(second.process().isAlive());
      }
      assertEquals(List.of(), api.deadLetters());
    }
  }

  /** Those that the mirror keeps are more than that, and have been moved. */
  @Test
  void deadLettersThatWereMovedDoNotStopIngest() {
    try (RunningLogagg logagg = start("mirror", "LOGAGG_DLQ_MAX_RECORDS", "5")) {
      Api api = new Api(logagg.awaitRedis());
      String bad = "not a record\n".repeat(50);
      Api.problem(400, api.ingest(Api.NDJSON, bad.getBytes(StandardCharsets.UTF_8)));
      Eventually.value("the dead letters", api::deadLetters, letters -> !letters.isEmpty());
      assertEquals("50", redis("XLEN", "logs:dlq").toString());
      // Each waits for a commit, so that together they outlast what is known from before.
      for (int i = 0; i < 50; i++) {
        byte[] record = Api.record("mirror", "m" + i).getBytes(StandardCharsets.UTF_8);
        Api.expect(202, api.send("POST", "/api/v1/ingest?wait=stored", Api.JSON, record));
      }
      api.awaitMessages("mirror", messages(50));
    }
  }

  @Test
  void servingTheNetworkWithoutKeysIsSaidLoudly() {
    String[] open = {"LOGAGG_HTTP_HOST", "0.0.0.0", "LOGAGG_AUTH_ALLOW_ANONYMOUS_NETWORK", "true"};
    try (RunningLogagg logagg = start("open", open)) {
      List<String> warnings =
          logagg.stderr().lines().filter(line -> line.contains("auth.enabled")).toList();
      assertEquals(1, warnings.size(), logagg.stderr());
      assertTrue(warnings.get(0).contains(" WARN "), warnings.get(0));
      assertTrue(warnings.get(0).contains("http.host 0.0.0.0 is open to the network"));
    }
    try (RunningLogagg logagg = start("closed")) {
      assertFalse(logagg.stderr().contains("is open to the network"), logagg.stderr());
    }
  }
}
