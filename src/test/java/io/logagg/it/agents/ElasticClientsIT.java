package io.logagg.it.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.KeyLimits;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FaultyFront;
import io.logagg.testing.FaultyFront.Fault;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real clients of Elasticsearch, sending to the jar. */
class ElasticClientsIT {
  private static final int COUNT = 250;

  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String admin;
  private static String sender;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    logagg =
        RunningLogagg.fresh(
            servers, Map.of("LOGAGG_AUTH_ENABLED", "true", "LOGAGG_HTTP_PAUSE_TIMEOUT_MS", "100"));
    keys = TestKeys.open(servers);
    admin = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
    sender = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST)));
  }

  /** A key with which the server itself says 429 before all have arrived. */
  private static String limited() {
    return TestKeys.known(logagg, keys.key(Scope.INGEST, new KeyLimits(50L, null)));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  private static JsonNode records(String app) {
    String path = "/api/v1/logs?order=asc&limit=10000&app=" + app;
    return Api.parse(logagg.get(path, "Authorization", "Bearer " + admin).body());
  }

  /** Waits until all have arrived; none twice. */
  private static JsonNode arrived(String app) {
    List<String> expected =
        IntStream.range(0, COUNT).mapToObj(i -> "message " + i).sorted().toList();
    JsonNode rows =
        Eventually.value("the records of " + app, () -> records(app), all -> all.size() >= COUNT);
    assertEquals(
        expected, Api.texts(rows, "message").stream().map(String::strip).sorted().toList());
    return rows;
  }

  private static JsonNode named(JsonNode rows, String message) {
    for (JsonNode row : rows) {
      if (row.path("message").asText().strip().equals(message)) {
        return row;
      }
    }
    throw new AssertionError("there is no " + message);
  }

  @Test
  void javaClientArrives() throws IOException {
    try (ElasticsearchClient client = ElasticJavaClient.open(logagg.base(), sender)) {
      assertEquals("logagg", client.info().clusterName());
      assertTrue(client.ping().value());
      assertTrue(client.indices().exists(e -> e.index("java-app")).value());
      assertEquals(
          List.of(), List.copyOf(ElasticJavaClient.ingest(client, "java", COUNT).failures));
    }

    JsonNode record = named(arrived("java"), "message 7");
    assertEquals("2026-11-28T12:00:00.107Z", record.path("timestamp").asText());
    assertEquals("WARN", record.path("level").asText());
    assertEquals("cart", record.path("service").asText());
    assertEquals("java-7", record.path("source_id").asText());
    assertEquals(7, record.path("metadata_").path("number").asInt());
  }

  /** Itself, it sends again items that are refused with 429, but no request as a whole. */
  @Test
  void javaClientTellsWhatHasToBeSentAgain() throws IOException {
    try (FaultyFront front =
            bulkFront(Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.CLOSED, Fault.ANSWER_LOST);
        ElasticsearchClient client = ElasticJavaClient.open(front.url(), limited())) {
      ElasticJavaClient.Resending listener = ElasticJavaClient.ingest(client, "javaout", COUNT);
      assertTrue(listener.failures.size() >= 4, () -> listener.failures + " of " + front.seen());
      assertTrue(front.isUsedUp());
      // Beside these, so many would do if the server had refused none for the key's limit.
      assertTrue(front.seen().size() > 4 + COUNT / 50, () -> front.seen().toString());
    }
    arrived("javaout");
  }

  private static FaultyFront bulkFront(Fault... faults) {
    return FaultyFront.at(logagg, path -> path.endsWith("/_bulk"), faults);
  }

  @Test
  void nodeClientLosesAndDoublesNothing(@TempDir Path folder) throws Exception {
    assumeTrue(runs("node", "--version"), "there is no node");
    Path modules = Path.of("target/node/elasticsearch");
    Files.createDirectories(modules);
    for (String file : List.of("package.json", "send.mjs")) {
      Files.copy(
          Path.of("src/test/node/elasticsearch", file),
          modules.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(modules.resolve("node_modules/@elastic/elasticsearch"))) {
      assumeTrue(
          runs("npm", "install", "--no-audit", "--no-fund", "--prefix", modules.toString()),
          "npm cannot install the client");
    }
    try (FaultyFront front = bulkFront(Fault.UNAVAILABLE, Fault.CLOSED, Fault.ANSWER_LOST)) {
      Path log = folder.resolve("node.log");
      Process node =
          new ProcessBuilder(
                  "node",
                  modules.resolve("send.mjs").toString(),
                  front.url(),
                  limited(),
                  Integer.toString(COUNT))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = node.waitFor(60, TimeUnit.SECONDS);
      node.destroyForcibly();
      assertTrue(ended && node.exitValue() == 0, Files.readString(log));
      assertTrue(front.isUsedUp(), () -> front.seen().toString());
      assertBrokenOff(front);
    }

    JsonNode record = named(arrived("node"), "message 7");
    assertEquals("ERROR", record.path("level").asText());
    assertEquals("cart", record.path("service").asText());
    assertEquals(7, record.path("metadata_").path("number").asInt());
  }

  @Test
  void rsyslogLosesAndDoublesNothing(@TempDir Path folder) {
    assumeTrue(ClientProgram.isInstalled("rsyslogd"), "there is no rsyslogd");
    int input = FreePorts.next();
    try (FaultyFront front = bulkFront(Fault.CLOSED, Fault.ANSWER_LOST)) {
      try (ClientProgram rsyslog =
          SyslogSenders.rsyslog(folder, input, front.port(), "rsys-2026.11.28", limited())) {
        String head = "<27>1 2026-11-28T12:00:00.5Z web-1 cron 7 - - message ";
        ClientProgram.log(input, IntStream.range(0, COUNT).mapToObj(i -> head + i).toList());
        JsonNode record = named(arrived("rsys"), "message 7");
        assertEquals("2026-11-28T12:00:00.500Z", record.path("timestamp").asText());
        assertEquals("ERROR", record.path("level").asText());
        assertEquals("web-1", record.path("metadata_").path("fromhost").asText());
        assertTrue(rsyslog.said().contains("suspend"), rsyslog::said);
      }
      assertTrue(front.isUsedUp(), () -> front.seen().toString());
      assertBrokenOff(front);
    }
  }

  /** That the server has told 429 so that it is heeded. */
  private static void assertBrokenOff(FaultyFront front) {
    List<String> seen = front.seen();
    assertTrue(seen.stream().anyMatch(what -> what.contains("IOException")), seen::toString);
  }

  /** Whether the program is there, and ends well. */
  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertFalse(!ended, "it does not end: " + String.join(" ", command));
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
