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
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A logagg whose own log lines are records of its own. */
class OwnLogsIT {
  private static final String APP = "logagg-itself";
  private static final Map<String, String> OWN = Map.of("LOGAGG_TELEMETRY_OWN_LOGS_APP", APP);

  /** A line of the text format, without a stack trace: level, logger, message. */
  private static final Pattern LINE = Pattern.compile("\\S+Z (INFO |WARN |ERROR) (\\S+) (.*)");

  private static List<String> written(RunningLogagg logagg) {
    return logagg
        .stderr()
        .lines()
        .map(LINE::matcher)
        .filter(line -> line.matches() && !line.group(3).contains("(own logs)"))
        .map(line -> line.group(3))
        .sorted()
        .toList();
  }

  private static long metric(RunningLogagg logagg, String name) {
    return logagg
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }

  /** Waits until each line on standard error is stored, once. */
  private static void awaitAllStored(RunningLogagg logagg, Api api) {
    Eventually.value(
        "all lines",
        () -> List.of(written(logagg), api.messages(APP)),
        both -> !both.get(0).isEmpty() && both.get(0).equals(both.get(1)));
  }

  private static void store(Api api, int requests) {
    for (int i = 0; i < requests; i++) {
      Api.expect(
          202, api.send("POST", "/api/v1/ingest?wait=stored", Api.record("another", "m" + i)));
    }
  }

  @Test
  void everyLineIsARecordAndAtRestThereAreNoMore() {
    // What is below INFO is written about the storing of each batch, and not stored.
    try (RunningLogagg logagg =
        RunningLogagg.fresh(
            TestServers.reset(),
            Map.of("LOGAGG_TELEMETRY_OWN_LOGS_APP", APP, "LOGAGG_LOG_LEVEL", "DEBUG"))) {
      Api api = new Api(logagg);
      store(api, 1);
      Api.expect(200, logagg.delete("/api/v1/logs?app=another&level=NOTICE"));
      awaitAllStored(logagg, api);
      List<JsonNode> lines = api.pages("/api/v1/logs?app=" + APP);
      JsonNode ready =
          lines.stream()
              .filter(line -> line.path("message").asText().startsWith("PostgreSQL is there"))
              .findFirst()
              .orElseThrow();
      assertEquals("INFO", ready.path("level").asText());
      assertTrue(ready.path("service").asText().matches("all/.+:[0-9]+"), ready::toString);
      assertEquals("io.logagg.postgres.Database", ready.path("metadata_").path("logger").asText());
      assertTrue(ready.path("metadata_").path("thread").asText().startsWith("vert.x-"));
      assertTrue(
          lines.stream()
              .anyMatch(
                  line ->
                      line.path("metadata_").path("logger").asText().equals("logagg.audit")
                          && line.path("message").asText().startsWith("action=")));

      long before = api.total("?app=" + APP);
      store(api, 20); // Each is a commit; with 250 ms between two looks at the queue, seconds.
      long looks = metric(logagg, "logagg_own_logs_stored_total");
      store(api, 20);
      assertEquals(before, api.total("?app=" + APP));
      assertEquals(before, looks);
      assertEquals(before, metric(logagg, "logagg_own_logs_stored_total"));
    }
  }

  @Test
  void aLineThatCannotBeStoredMakesNoFurtherOne() {
    TestServers servers = TestServers.reset();
    try (RunningLogagg logagg = RunningLogagg.fresh(servers, OWN)) {
      Api api = new Api(logagg);
      store(api, 1);
      awaitAllStored(logagg, api);
      long before = api.total("?app=" + APP);
      servers.sql(
          """
          CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '22023'; END $$;
          CREATE TRIGGER refuse BEFORE INSERT ON logs FOR EACH ROW
          WHEN (NEW.message LIKE 'action=%' OR NEW.message LIKE 'PostgreSQL refuses%')
          EXECUTE FUNCTION refuse()""");
      Api.expect(200, logagg.delete("/api/v1/logs?app=another&level=NOTICE"));
      Eventually.value("the refused line", () -> api.deadLetters().size(), size -> size == 1);
      store(api, 20);
      assertEquals(1, api.deadLetters().size());
      assertEquals(before, api.total("?app=" + APP));
      assertEquals(
          1, logagg.stderr().split("PostgreSQL refuses record", -1).length - 1, logagg::stderr);
    }
  }

  @Test
  void linesOfAnOutageOfBothArriveOnceAfterIt() throws IOException {
    Path folder = Files.createTempDirectory("logagg-own-logs");
    Files.createDirectory(folder.resolve("redis"));
    RedisProcess redis = RedisProcess.in(folder.resolve("redis"));
    int port = FreePorts.next();
    EmbeddedServers postgres = startPostgres(folder, port);
    redis.start();
    try (RunningLogagg logagg =
        RunningLogagg.start(
            folder,
            Map.of(
                "DATABASE_URL",
                postgres.postgresUrl().orElseThrow(),
                "REDIS_URL",
                redis.url(),
                "LOGAGG_TELEMETRY_OWN_LOGS_APP",
                APP))) {
      Api api = new Api(logagg);
      awaitAllStored(logagg, api);
      postgres.close();
      redis.kill();
      Eventually.value(
          "attempts in vain",
          () -> {
            logagg.get("/api/v1/logs"); // Some of them are lines, too.
            return metric(logagg, "logagg_own_logs_failures_total");
          },
          failures -> failures >= 4);
      int writtenMeanwhile = written(logagg).size();
      assertTrue(writtenMeanwhile < 300, logagg::stderr);
      redis.start();
      postgres = startPostgres(folder, port);
      awaitAllStored(logagg, api);
      assertTrue(
          api.messages(APP).stream().anyMatch(line -> line.startsWith("Redis is away (append)")));
      long before = api.total("?app=" + APP);
      store(api, 20);
      assertEquals(before, api.total("?app=" + APP));
      assertEquals(List.of(), api.deadLetters());
    } finally {
      redis.close();
      postgres.close();
      TemporaryFolders.delete(folder);
    }
  }

  private static EmbeddedServers startPostgres(Path folder, int port) {
    EmbeddedServers servers =
        new EmbeddedServers(new EmbeddedOptions(folder.resolve("postgres"), true, false, port, 0));
    try {
      servers.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return servers;
  }

  @Test
  void aWorkerWithoutHttpStoresItsLinesToo() throws IOException {
    TestServers servers = TestServers.reset();
    Path folder = Files.createTempDirectory("logagg-worker");
    try (RunningLogagg api =
            RunningLogagg.fresh(
                servers,
                Map.of("LOGAGG_TELEMETRY_OWN_LOGS_APP", APP, "LOGAGG_CONSUMER_INSTANCES", "0"));
        RunningLogagg worker =
            RunningLogagg.start(
                folder,
                Map.of(
                    "DATABASE_URL",
                    servers.postgresUrl(),
                    "REDIS_URL",
                    servers.redisUrl(),
                    "LOGAGG_HTTP_INSTANCES",
                    "0",
                    "LOGAGG_TELEMETRY_OWN_LOGS_APP",
                    APP))) {
      String service = "worker/.+:" + worker.process().pid();
      Eventually.value(
          "a line of the worker",
          () -> Api.texts(new Api(api).pages("/api/v1/logs?app=" + APP), "service"),
          services -> services.stream().anyMatch(name -> name.matches(service)));
      // Its last lines are on the stream when it ends.
      worker.stop();
    } finally {
      TemporaryFolders.delete(folder);
    }
  }
}
