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
import io.logagg.testing.Scrape;
import io.logagg.testing.TestRedis;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    return (long) Scrape.of(logagg).sum(name);
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

  /** Has one line written, of an app of which there are no records of this level. */
  private static void writeLine(RunningLogagg logagg, String app) {
    Api.expect(200, logagg.delete("/api/v1/logs?app=" + app + "&level=NOTICE"));
  }

  /**
   * Whether at rest there are no lines but those that are asked for. What the storing of others, of
   * the first of these lines among them, made of lines would be stored before the second.
   */
  private static void assertAtRest(RunningLogagg logagg, Api api) {
    long before = api.total("?app=" + APP);
    for (int more = 1; more <= 2; more++) {
      store(api, 20);
      writeLine(logagg, "another");
      api.awaitTotal("?app=" + APP, before + more);
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
      writeLine(logagg, "another");
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
      assertAtRest(logagg, api);
      awaitAllStored(logagg, api);
      assertEquals(before + 2, api.total("?app=" + APP));
      assertEquals(before + 2, metric(logagg, "logagg_own_logs_stored_total"));
    }
  }

  @Test
  void aLineThatCannotBeStoredMakesNoFurtherOne() {
    TestServers servers = TestServers.reset();
    try (RunningLogagg logagg = RunningLogagg.fresh(servers, OWN)) {
      Api api = new Api(logagg);
      store(api, 1);
      awaitAllStored(logagg, api);
      servers.sql(
          """
          CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '22023'; END $$;
          CREATE TRIGGER refuse BEFORE INSERT ON logs FOR EACH ROW
          WHEN (NEW.message LIKE 'action=% app=refused %' OR NEW.message LIKE 'PostgreSQL refuses%')
          EXECUTE FUNCTION refuse()""");
      writeLine(logagg, "refused");
      Eventually.value("the refused line", () -> api.deadLetters().size(), size -> size == 1);
      assertAtRest(logagg, api);
      assertEquals(1, api.deadLetters().size());
      assertTrue(metric(logagg, "logagg_own_logs_dropped_total") >= 1);
      assertEquals(
          1, logagg.stderr().split("PostgreSQL refuses record", -1).length - 1, logagg::stderr);
    }
  }

  @Test
  void linesOfAnOutageOfBothArriveOnceAfterIt(@TempDir Path folder) throws IOException {
    Path redisFolder = Files.createDirectory(folder.resolve("redis"));
    int port = FreePorts.next();
    EmbeddedServers postgres = startPostgres(folder, port);
    try (RedisProcess redis = startRedis(redisFolder);
        RunningLogagg logagg =
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
      assertAtRest(logagg, api);
      awaitAllStored(logagg, api);
      assertEquals(List.of(), api.deadLetters());
    } finally {
      postgres.close();
    }
  }

  private static RedisProcess startRedis(Path folder) {
    RedisProcess redis = RedisProcess.in(folder);
    redis.start();
    return redis;
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
  void aWorkerWithoutHttpStoresItsLinesToo() {
    // Opened first, since it empties the servers.
    try (TestRedis redis = TestRedis.open();
        RunningLogagg api =
            RunningLogagg.fresh(
                redis.servers(),
                Map.of("LOGAGG_TELEMETRY_OWN_LOGS_APP", APP, "LOGAGG_CONSUMER_INSTANCES", "0"));
        RunningLogagg worker =
            RunningLogagg.fresh(
                redis.servers(),
                Map.of("LOGAGG_HTTP_INSTANCES", "0", "LOGAGG_TELEMETRY_OWN_LOGS_APP", APP))) {
      String service = "worker/.+:" + worker.process().pid();
      Eventually.value(
          "a line of the worker",
          () -> Api.texts(new Api(api).pages("/api/v1/logs?app=" + APP), "service"),
          services -> services.stream().anyMatch(name -> name.matches(service)));
      assertEquals(143, worker.stop());
    }
  }
}
