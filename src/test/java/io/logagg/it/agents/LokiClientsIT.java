package io.logagg.it.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FaultyFront;
import io.logagg.testing.FaultyFront.Fault;
import io.logagg.testing.RunningLogagg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of Loki that people have, as programs of their own. */
class LokiClientsIT {
  private static final int COUNT = 600;
  private static final Path NODE = Path.of("target", "node", "loki");

  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() {
    logagg = RunningLogagg.fresh();
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static List<String> messages() {
    return IntStream.range(0, COUNT).mapToObj(i -> "m" + i).toList();
  }

  private static void run(List<String> command) throws IOException {
    Path log = Files.createTempFile("logagg-client", ".log");
    try (ClientProgram program = ClientProgram.start(log, command)) {
      program.awaitEnd(120);
    }
    Files.delete(log);
  }

  private static void node(String script, String... args) throws IOException {
    assumeTrue(
        ClientProgram.isInstalled("npm"), "there is no node or npm: its clients are not run");
    Path source = Path.of("src", "test", "node", "loki");
    Files.createDirectories(NODE);
    for (String file : List.of("package.json", "winston.js", "pino.js")) {
      Files.copy(source.resolve(file), NODE.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(NODE.resolve("node_modules").resolve(".package-lock.json"))) {
      run(List.of("npm", "install", "--no-audit", "--no-fund", "--prefix", NODE.toString()));
    }
    List<String> command = new ArrayList<>(List.of("node", NODE.resolve(script).toString()));
    command.addAll(List.of(args));
    run(command);
  }

  private static void loki4j(String url, String app, boolean protobuf) throws IOException {
    assumeTrue(Loki4j.isThere(), "Maven has not copied the appender: it is not run");
    Path log = Files.createTempFile("logagg-client", ".log");
    try (ClientProgram program = Loki4j.start(log, url, app, protobuf, COUNT, 50)) {
      program.awaitEnd(120);
    }
    Files.delete(log);
  }

  private static FaultyFront outage() {
    return FaultyFront.of(
        logagg, Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.CLOSED, Fault.ANSWER_LOST);
  }

  private static JsonNode first(String app) {
    return api.get("/api/v1/logs?limit=1&order=asc&app=" + app).get(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void logbackLosesAndDoublesNothing(boolean protobuf) throws IOException {
    String app = "loki4j-" + protobuf;
    try (FaultyFront front = outage()) {
      loki4j(front.url(), app, protobuf);
      assertTrue(front.isUsedUp(), () -> front.seen().toString());
    }
    api.awaitMessages(app, messages());
    JsonNode row = first(app);
    assertEquals("WARN", row.path("level").asText());
    assertEquals("web-1", row.path("metadata_").path("host").asText());
    assertEquals("orders", row.path("metadata_").path("logger").asText());
    assertEquals("1042", row.path("metadata_").path("order").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void winstonLosesAndDoublesNothing(String json) throws IOException {
    String app = "winston-" + json;
    try (FaultyFront front = outage()) {
      node("winston.js", front.url(), app, json, Integer.toString(COUNT));
      assertTrue(front.isUsedUp(), () -> front.seen().toString());
    }
    api.awaitTotal("?app=" + app, COUNT);
    JsonNode row = first(app);
    assertTrue(row.path("message").asText().startsWith("m0 "), row.toString());
    assertEquals("2025-11-28T12:00:00Z", row.path("timestamp").asText());
    assertEquals("WARN", row.path("level").asText());
    assertEquals("checkout", row.path("service").asText());
  }

  @Test
  void pinoArrivesWithAllThatItSays() throws IOException {
    node("pino.js", logagg.base(), "pino", Integer.toString(COUNT));
    api.awaitTotal("?app=pino", COUNT);
    JsonNode row = Eventually.value("a row", () -> first("pino"), found -> found != null);
    JsonNode line = Api.parse(row.path("message").asText());
    assertEquals(1042, line.path("order").intValue());
    assertEquals("WARN", row.path("level").asText());
    assertEquals("t", row.path("metadata_").path("trace").asText());
  }
}
