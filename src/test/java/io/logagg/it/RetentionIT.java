package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes by itself, and what is said of all that is gone for good; by two processes. */
class RetentionIT {
  @TempDir private Path folder = Path.of("");
  private final TestServers servers = TestServers.reset();
  private final List<RunningLogagg> running = new ArrayList<>();
  private int started;

  @AfterEach
  void stop() {
    running.forEach(RunningLogagg::close);
    running.clear();
  }

  private RunningLogagg start(Map<String, String> settings) throws IOException {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("DATABASE_URL", servers.postgresUrl());
    environment.put("REDIS_URL", servers.redisUrl());
    RunningLogagg one =
        RunningLogagg.start(
            Files.createDirectory(folder.resolve("process" + started++)), environment);
    running.add(one);
    return one;
  }

  private static String line(String app, int daysAgo) {
    return "{\"app\":\"%s\",\"message\":\"%s%d\",\"timestamp\":\"%s\"}"
        .formatted(app, app, daysAgo, Instant.now().minus(Duration.ofDays(daysAgo)));
  }

  private static List<String> audit(RunningLogagg process, String action) {
    return process
        .stderr()
        .lines()
        .filter(line -> line.contains(" INFO  audit action=" + action + " "))
        .toList();
  }

  private static double metric(RunningLogagg process, String name) {
    return Scrape.of(process).sum(name);
  }

  private static long dropped(RunningLogagg process) {
    return (long) metric(process, "logagg_retention_dropped_partitions_total");
  }

  @Test
  void whatIsTooOldGoesByOneOfTwoProcesses() throws IOException {
    Api first = new Api(start(Map.of()));
    int[] ages = {0, 3, 20, 29, 40, 41, 90, 800, 9000};
    List<String> lines = new ArrayList<>();
    for (int age : ages) {
      lines.add(line("usual", age));
      lines.add(line("short", age));
    }
    first.ingestLines(lines);
    first.awaitTotal("", lines.size());
    JsonNode app = find(first, "short");
    Api.expect(200, first.send("PATCH", "/api/v1/apps/" + app, "{\"retention_days\":10}"));
    stop();

    Map<String, String> settings = Map.of("LOGAGG_RETENTION_MAX_AGE_DAYS", "30");
    RunningLogagg one = start(settings);
    RunningLogagg two = start(settings);
    Api api = new Api(one);
    api.awaitMessages("usual", List.of("usual0", "usual20", "usual29", "usual3"));
    api.awaitMessages("short", List.of("short0", "short3"));
    assertEquals(6, api.total(""));
    int said = audit(one, "partition_dropped").size() + audit(two, "partition_dropped").size();
    // A day each for 40 and 41, a month or less for 90, a year each beyond two.
    assertEquals(5, said, one.stderr() + two.stderr());
    assertTrue(
        audit(one, "partition_dropped").isEmpty() || audit(two, "partition_dropped").isEmpty(),
        "both did it");
    // On a slow machine the lease may go from one to the other before the second day.
    List<String> expired =
        Eventually.value(
            "the lines of both days",
            () ->
                Stream.of(one, two)
                    .flatMap(each -> audit(each, "records_expired").stream())
                    .toList(),
            found -> found.size() == 2);
    assertTrue(
        expired.stream()
            .allMatch(line -> line.contains(" app=short ") && line.contains(" records=1 ")),
        expired.toString());
    Eventually.value("the partitions that were dropped", () -> dropped(one), n -> n == 5);
    assertEquals(12.0, metric(one, "logagg_retention_removed_records_total"));
    assertEquals(4.0, metric(one, "logagg_logs_partitions"));
    // What is too old is not taken any more.
    Api.problem(400, one.post("/api/v1/ingest", Api.NDJSON, line("usual", 31)));
  }

  private static JsonNode find(Api api, String name) {
    for (JsonNode app : api.array("/api/v1/apps")) {
      if (app.path("name").asText().equals(name)) {
        return app.path("id");
      }
    }
    throw new AssertionError("no app " + name);
  }

  @Test
  void theOldestGoWhileAllIsTooLarge() throws IOException {
    Api first = new Api(start(Map.of()));
    first.ingestLines(IntStream.range(0, 6).mapToObj(age -> line("a", age)).toList());
    first.awaitTotal("", 6);
    stop();
    RunningLogagg one = start(Map.of("LOGAGG_RETENTION_MAX_BYTES", "1"));
    Api api = new Api(one);
    api.awaitMessages("a", List.of("a0"));
    Eventually.value("the partitions that were dropped", () -> dropped(one), n -> n == 5);
    assertEquals(1.0, metric(one, "logagg_logs_partitions"));
    assertTrue(metric(one, "logagg_logs_bytes") > 1000);
    assertTrue(metric(one, "logagg_logs_oldest_age_seconds") < 86_400);
    assertEquals(5, audit(one, "partition_dropped").size());
    assertTrue(
        audit(one, "partition_dropped").stream().allMatch(line -> line.contains(" reason=bytes ")));
  }

  @Test
  void aDryRunCountsAndEachDeletionIsSaid() throws IOException {
    RunningLogagg one = start(Map.of());
    Api api = new Api(one);
    api.ingestLines(
        List.of(
            Api.record("a", "one"),
            Api.record("a", "two"),
            Api.record("a", "three"),
            Api.record("b", "one\" action=forged")));
    api.awaitTotal("", 4);
    for (String filter : List.of("app=a", "app=a&q=t", "q=one", "app=c", "since=1h&q=o")) {
      JsonNode counted = Api.expect(200, one.delete("/api/v1/logs?dry_run=true&" + filter));
      assertEquals(api.total("?" + filter), counted.path("matched").longValue(), filter);
      assertTrue(counted.path("dry_run").booleanValue() && counted.path("deleted").intValue() == 0);
    }
    Api.problem(400, one.delete("/api/v1/logs?dry_run=true"));
    Api.problem(400, one.delete("/api/v1/logs?app=a&dry_run=perhaps"));
    assertEquals(4, api.total(""));
    assertTrue(audit(one, "records_deleted").isEmpty());

    String forged = Api.encode("\"one\\\" action=forged\"");
    assertEquals(
        1, Api.expect(200, one.delete("/api/v1/logs?q=" + forged)).path("deleted").intValue());
    String id = api.array("/api/v1/logs?app=a&q=two").get(0).path("id").asText();
    Api.expect(200, api.send("PATCH", "/api/v1/logs/" + id, "{\"level\":\"warn\"}"));
    assertEquals(204, one.delete("/api/v1/logs/" + id).statusCode());
    Api.problem(404, one.delete("/api/v1/logs/" + id));
    Api.problem(400, one.post("/api/v1/ingest", Api.NDJSON, "{\"message\":\"no app\"}"));
    api.awaitDeadLetters(List.of("{\"message\":\"no app\"}"));
    Api.expect(200, one.delete("/api/v1/dlq?kind=missing_field"));
    assertEquals(204, one.delete("/api/v1/apps/" + find(api, "a") + "?cascade=true").statusCode());

    assertSaid(
        one, "records_deleted", "q=\"\\\"one\\\\\\\" action=forged\\\"\" records=1 outcome=done");
    assertSaid(one, "record_changed", "id=" + id + " fields=level");
    assertSaid(one, "record_deleted", "id=" + id);
    assertSaid(one, "dead_letters_deleted", "kind=missing_field records=1 outcome=done");
    assertSaid(one, "app_deleted", "cascade=true");
    assertFalse(one.stderr().contains(" action=forged took"), one.stderr());
  }

  private static void assertSaid(RunningLogagg process, String action, String what) {
    List<String> lines =
        Eventually.value(action, () -> audit(process, action), said -> !said.isEmpty());
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(
        lines.get(0).contains(" by=127.0.0.1 ")
            && lines.get(0).contains(what)
            && lines.get(0).contains(" took_ms="),
        lines.get(0));
  }
}
