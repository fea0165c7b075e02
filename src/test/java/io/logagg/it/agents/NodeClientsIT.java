package io.logagg.it.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FaultyFront;
import io.logagg.testing.FaultyFront.Fault;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JavaScript's clients of Seq, Splunk and Datadog, in the versions of their package.json. */
class NodeClientsIT {
  private static final Path SOURCE = Path.of("src", "test", "node", "small");
  private static final Path FOLDER = Path.of("target", "node", "small");
  private static final long INSTALL_SECONDS = 120;
  private static final long RUN_SECONDS = 30;

  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String key;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        runs("node", "--version") && runs("npm", "--version"), "there is no node, or no npm");
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", "send.mjs")) {
      Files.copy(SOURCE.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Ended installed =
        run(INSTALL_SECONDS, "npm", "install", "--no-audit", "--no-fund", "--legacy-peer-deps");
    assumeTrue(installed.status() == 0, () -> "npm could not install: " + installed.output());
    TestServers servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    keys = TestKeys.open(servers);
    key = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST, Scope.READ)));
  }

  @AfterAll
  static void stop() {
    if (logagg != null) {
      keys.close();
      logagg.close();
    }
  }

  private record Ended(int status, String output) {}

  private static boolean runs(String... command) {
    try {
      Files.createDirectories(FOLDER);
      return run(RUN_SECONDS, command).status() == 0;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static Ended run(long seconds, String... command) {
    try {
      Path output = Files.createTempFile("node", ".log");
      Process process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      process.destroyForcibly();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      return new Ended(ended ? process.exitValue() : -1, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void send(String client, String url, String app) {
    Ended ended = run(RUN_SECONDS, "node", "send.mjs", client, url, key, app);
    assertEquals(0, ended.status(), ended.output());
  }

  /** The only record of an app. */
  private static JsonNode await(String app) {
    String path = "/api/v1/logs?app=" + app;
    JsonNode rows =
        Eventually.value(
            "the record of " + app,
            () -> Api.expect(200, logagg.get(path, "X-API-Key", key)),
            all -> !all.isEmpty());
    assertEquals(1, rows.size(), rows.toString());
    return rows.get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seq-logging",
        "pino-seq",
        "winston-seq",
        "splunk-logging",
        "winston-splunk",
        "datadog"
      })
  void itsRecordArrivesComplete(String client) {
    send(client, logagg.base(), client);
    JsonNode log = await(client);
    assertEquals("Hi ann", log.path("message").asText());
    assertEquals("ERROR", log.path("level").asText());
    JsonNode metadata = log.path("metadata_");
    if (client.contains("seq")) {
      assertEquals("pay", log.path("service").asText());
      assertEquals("ann", metadata.path("Name").asText(), log.toString());
      assertEquals("Hi {Name}", metadata.path("message_template").asText());
    } else if (client.contains("splunk")) {
      assertEquals(client, metadata.path("index").asText(), log.toString());
    } else {
      assertEquals("pay", log.path("service").asText());
      assertEquals("2025-11-28T12:00:00.123Z", log.path("timestamp").asText());
      assertEquals("node", metadata.path("ddsource").asText(), log.toString());
    }
    assertTrue(
        Api.expect(200, logagg.get("/api/v1/dlq", "X-API-Key", key)).isEmpty(), log.toString());
  }

  private static void assertSurvives(String client, Fault... faults) {
    String app = client + "-outage";
    try (FaultyFront front = FaultyFront.of(logagg, faults)) {
      send(client, front.url(), app);
      assertEquals(faults.length + 1, front.seen().size(), () -> front.seen().toString());
    }
    send(client, logagg.base(), app + "-marker");
    await(app + "-marker");
    await(app);
  }

  @Test
  void seqsLosesAndDoublesNothing() {
    assertSurvives("seq-logging", Fault.UNAVAILABLE, Fault.TIMED_OUT);
  }

  @Test
  void splunksLosesAndDoublesNothing() {
    assertSurvives("splunk-logging", Fault.CLOSED, Fault.ANSWER_LOST);
  }

  @Test
  void datadogsLosesAndDoublesNothing() {
    assertSurvives("datadog", Fault.TOO_MANY, Fault.UNAVAILABLE);
  }
}
