package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.RunningLogagg.Ended;
import io.logagg.testing.Scrape;
import io.logagg.testing.TemporaryFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator does first: start it with nothing configured in an empty folder. */
class StoryIT {
  private static final long FIRST_SECOND = Instant.parse("2005-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("2017-12-31T23:59:59Z").getEpochSecond();
  private static final List<String> APPS = List.of("apache", "hdfs", "openssh", "spark");
  private static final List<String> LEVELS = List.of("DEBUG", "ERROR", "INFO", "NOTICE", "WARN");

  private static Path folder = Path.of("");
  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory("logagg-story");
    startAgain();
  }

  private static void startAgain() {
    logagg = RunningLogagg.start(folder, Map.of());
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
    TemporaryFolders.delete(folder);
  }

  @Test
  void theOriginalsDemoWorksWordForWord() {
    assertEquals(202, logagg.post("/api/v1/ingest/", Api.JSON, DEMO_JSON).statusCode());
    assertEquals(202, logagg.post("/api/v1/ingest/", Api.NDJSON, DEMO_NDJSON).statusCode());
    api.awaitMessages("demo", List.of("Hello from JSON", "line one", "line two"));
    assertEquals(3, api.array("/api/v1/logs/?app=demo").size());

    Api.problem(400, logagg.post("/api/v1/ingest/", Api.JSON, NO_APP));
    JsonNode letter = api.awaitDeadLetters(List.of(NO_APP)).get(0);
    assertEquals("app is missing", letter.path("reason").asText());
  }

  private static final String DEMO_JSON =
      """
      {"level": "INFO", "message": "Hello from JSON", "service": "web", "app": "demo"}""";
  private static final String DEMO_NDJSON =
      """
      {"level": "INFO", "message": "line one", "service": "web", "app": "demo"}
      {"level": "ERROR", "message": "line two", "service": "web", "app": "demo", "metadata_": {"code": 500}}
      """;
  private static final String NO_APP = "{\"level\": \"INFO\", \"message\": \"whose is this?\"}";

  /** Lines of years ago, to the second, so that many share a time; their messages are unique. */
  private static final class Lines {
    private final String prefix;
    private final Random random;
    private final List<String> json = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private final Map<String, Long> byApp = new TreeMap<>();
    private final Map<String, Long> byLevel = new TreeMap<>();
    private final Map<String, Long> byService = new TreeMap<>();

    Lines(String prefix, long seed, int count, long seconds) {
      this.prefix = prefix;
      this.random = new Random(seed);
      for (int i = 0; i < count; i++) {
        add(i, seconds);
      }
    }

    private void add(int number, long seconds) {
      String app = prefix + APPS.get(random.nextInt(APPS.size()));
      String level = LEVELS.get(random.nextInt(LEVELS.size()));
      String service = random.nextInt(3) == 0 ? "" : "unit-" + random.nextInt(5);
      Instant time = Instant.ofEpochSecond(FIRST_SECOND + random.nextLong(seconds));
      String message = prefix + number;
      json.add(
          """
          {"app":"%s","level":"%s","timestamp":"%s","message":"%s"%s}"""
              .formatted(
                  app,
                  level,
                  time,
                  message,
                  service.isEmpty() ? "" : ",\"service\":\"" + service + "\""));
      messages.add(message);
      byApp.merge(app, 1L, Long::sum);
      byLevel.merge(level, 1L, Long::sum);
      byService.merge(service, 1L, Long::sum);
    }

    String apps() {
      return "?app=" + String.join(",", APPS.stream().map(app -> prefix + app).toList());
    }

    void post() {
      for (int from = 0; from < json.size(); from += 700) {
        List<String> part = json.subList(from, Math.min(json.size(), from + 700));
        assertEquals(part.size(), api.ingestLines(part).path("enqueued").intValue());
      }
      api.awaitTotal(apps(), json.size());
    }
  }

  private static Map<String, Long> counts(JsonNode object) {
    Map<String, Long> counts = new TreeMap<>();
    object.properties().forEach(entry -> counts.put(entry.getKey(), entry.getValue().longValue()));
    return counts;
  }

  @Test
  void statsCountExactlyWhatWasPosted() {
    Lines lines = new Lines("stats-", 1, 4000, LAST_SECOND - FIRST_SECOND);
    lines.post();
    JsonNode stats = api.get("/api/v1/stats" + lines.apps());
    assertEquals(lines.byApp, counts(stats.path("by_app")));
    assertEquals(lines.byLevel, counts(stats.path("by_level")));
    assertEquals(lines.byService, counts(stats.path("by_service")));
    assertEquals(4000, stats.path("total").intValue());
  }

  @Test
  void pagesGiveEachLineExactlyOnceInBothOrders() {
    // Some hundred lines a second, so that pages end among lines of the same time.
    Lines lines = new Lines("pages-", 2, 3000, 20);
    lines.post();
    for (String order : List.of("desc", "asc")) {
      List<JsonNode> rows = api.pages("/api/v1/logs" + lines.apps() + "&limit=317&order=" + order);
      assertEquals(sorted(lines.messages), sorted(Api.texts(rows, "message")));
      assertInOrder(rows, order.equals("asc"));
    }
  }

  private static void assertInOrder(List<JsonNode> rows, boolean ascending) {
    for (int i = 1; i < rows.size(); i++) {
      Instant before = Instant.parse(rows.get(i - 1).path("timestamp").asText());
      Instant after = Instant.parse(rows.get(i).path("timestamp").asText());
      assertTrue(ascending ? !before.isAfter(after) : !before.isBefore(after));
    }
  }

  private static List<String> sorted(List<String> texts) {
    return texts.stream().sorted().toList();
  }

  @Test
  void pagesMissAndRepeatNothingWhileLinesComeIn() {
    Lines lines = new Lines("moving-", 3, 2000, 3600);
    lines.post();
    AtomicInteger round = new AtomicInteger();
    Runnable moreLines =
        () ->
            api.ingestLines(
                new Lines("moving-", round.incrementAndGet(), 50, 3600)
                    .json.stream().map(line -> line.replace("\"moving-", "\"later-")).toList());
    String apps = lines.apps() + ",later-apache,later-hdfs,later-openssh,later-spark";
    for (String order : List.of("desc", "asc")) {
      List<JsonNode> rows =
          api.pages("/api/v1/logs" + apps + "&limit=150&order=" + order, moreLines);
      List<String> ids = Api.texts(rows, "id");
      Set<String> distinct = new HashSet<>(ids);
      assertEquals(distinct.size(), ids.size());
      List<String> first =
          Api.texts(rows, "message").stream().filter(text -> text.startsWith("moving-")).toList();
      assertEquals(sorted(lines.messages), sorted(first));
      assertInOrder(rows, order.equals("asc"));
    }
  }

  private static List<String> numbered(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static void ingest(String app, List<String> messages) {
    api.ingestLines(messages.stream().map(message -> Api.record(app, message)).toList());
  }

  @Test
  void stopsOnSigtermAndHasAllAfterwards() {
    List<String> messages = numbered("term-", 2500);
    ingest("terminated", messages);
    int status = logagg.stop();
    assertTrue(status == 0 || status == 143, "exit status " + status);
    startAgain();
    api.awaitMessages("terminated", messages);
  }

  @Test
  void startsAfterSigkillAndHasAllThatWasAcknowledged() {
    List<String> messages = numbered("kill-", 2500);
    ingest("killed", messages);
    logagg.kill();
    startAgain();
    api.awaitMessages("killed", messages);
  }

  @Test
  void refusesASecondProcessInTheSameFolder() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("second"));
    String data = folder.resolve("logagg-data").toString();
    Ended second = RunningLogagg.run(elsewhere, Map.of("LOGAGG_EMBEDDED_DATA_DIR", data));
    assertEquals(2, second.status(), second.stderr());
    assertEquals(1, second.stderr().lines().count(), second.stderr());
    assertTrue(second.stderr().contains(data), second.stderr());
    assertEquals("", second.stdout());
    assertEquals(200, logagg.get("/health/ready").statusCode());
  }

  @Test
  void showsItsApiWithoutTheInternet() {
    String page = logagg.get("/docs").body();
    assertTrue(!page.contains("https://") && page.contains("swagger"), page);
    JsonNode openapi = api.get("/openapi.json");
    assertTrue(openapi.path("openapi").asText().startsWith("3.1"));
    api.ingestLines(List.of(Api.record("counted", "m")));
    Scrape seen = Scrape.of(logagg);
    assertEquals(1, seen.sum("logagg_build_info"));
    assertTrue(seen.sum("logagg_ingest_records_total", "outcome", "accepted") > 0);
  }
}
