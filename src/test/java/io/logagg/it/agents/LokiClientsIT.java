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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
  private static final Path LOKI4J = Path.of("target", "agents", "loki4j");

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

  /** Runs it to its end; what it said. */
  private static String run(List<String> command) {
    try {
      Path log = Files.createTempFile("logagg-client", ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      process.destroyForcibly();
      String said = Files.readString(log);
      Files.delete(log);
      assertTrue(ended && process.exitValue() == 0, () -> command + ": " + said);
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void node(String script, String... args) {
    assumeTrue(hasNode(), "there is no node or npm: its clients are not run");
    Path source = Path.of("src", "test", "node", "loki");
    try {
      Files.createDirectories(NODE);
      for (String file : List.of("package.json", "winston.js", "pino.js")) {
        Files.copy(source.resolve(file), NODE.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!Files.exists(NODE.resolve("node_modules").resolve(".package-lock.json"))) {
      run(List.of("npm", "install", "--no-audit", "--no-fund", "--prefix", NODE.toString()));
    }
    List<String> command = new ArrayList<>(List.of("node", NODE.resolve(script).toString()));
    command.addAll(List.of(args));
    run(command);
  }

  private static boolean hasNode() {
    String path = System.getenv("PATH");
    return path != null
        && List.of(path.split(":")).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "npm")));
  }

  private static void loki4j(String url, String app, boolean protobuf) {
    assumeTrue(Files.isDirectory(LOKI4J), "Maven has not copied the appender: it is not run");
    run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            LOKI4J + "/*",
            "-Durl=" + url,
            "-Dapp=" + app,
            "-Dprotobuf=" + protobuf,
            "-Dlogback.configurationFile=src/test/agents/loki4j/logback.xml",
            "src/test/agents/loki4j/Loki4j.java",
            Integer.toString(COUNT)));
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
  void logbackLosesAndDoublesNothing(boolean protobuf) {
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
  void winstonLosesAndDoublesNothing(String json) {
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
  void pinoArrivesWithAllThatItSays() {
    node("pino.js", logagg.base(), "pino", Integer.toString(COUNT));
    api.awaitTotal("?app=pino", COUNT);
    JsonNode row = Eventually.value("a row", () -> first("pino"), found -> found != null);
    JsonNode line = Api.parse(row.path("message").asText());
    assertEquals(1042, line.path("order").intValue());
    assertEquals("WARN", row.path("level").asText());
    assertEquals("t", row.path("metadata_").path("trace").asText());
  }
}
