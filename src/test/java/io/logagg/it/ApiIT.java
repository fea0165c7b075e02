package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records through the API: made, found, counted, changed and removed. */
class ApiIT {
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final String NO_ID = "00000000-0000-8000-8000-000000000000";

  private static Path folder = Path.of("");
  private static RunningLogagg logagg;
  private static Api api;
  private String app = "";

  @BeforeAll
  static void start() throws IOException {
    TestServers servers = TestServers.reset();
    folder = Files.createTempDirectory("logagg-api");
    logagg =
        RunningLogagg.start(
            folder, Map.of("DATABASE_URL", servers.postgresUrl(), "REDIS_URL", servers.redisUrl()));
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
    TemporaryFolders.delete(folder);
  }

  @BeforeEach
  void takeAnotherApp() {
    app = "api-" + COUNTER.incrementAndGet();
  }

  private String json(String message, String moreFields) {
    return "{\"app\":\"%s\",\"message\":\"%s\"%s}".formatted(app, message, moreFields);
  }

  private JsonNode create(String record) {
    return Api.expect(201, api.send("POST", "/api/v1/logs", record));
  }

  /** The messages that a query finds, in its order. */
  private List<String> found(String query) {
    return Api.texts(api.get("/api/v1/logs?app=" + app + query), "message");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aRecordIsCreatedAndReadBack() {
    HttpResponse<String> answer =
        api.send(
            "POST",
            "/api/v1/logs",
            json(
                "made",
                ",\"level\":\"warning\",\"service\":\"web\",\"timestamp\":\"2015-10-18T18:01:47.978123Z\",\"id\":\"p-1\",\"metadata_\":{\"a\":[1,{\"b\":null}]},\"extra\":true"));
    JsonNode row = Api.expect(201, answer);
    assertEquals("/api/v1/logs/" + row.path("id").asText(), Api.header(answer, "Location"));
    assertEquals(row, api.get(Api.header(answer, "Location")));
    assertEquals("WARN", row.path("level").asText());
    assertEquals("2015-10-18T18:01:47.978123Z", row.path("timestamp").asText());
    assertEquals("web", row.path("service").asText());
    assertEquals("p-1", row.path("source_id").asText());
    assertEquals(Api.parse("{\"a\":[1,{\"b\":null}],\"extra\":true}"), row.path("metadata_"));
    assertEquals(
        app, api.get("/api/v1/apps/" + row.path("app_id").intValue()).path("name").asText());
    Instant received = Instant.parse(row.path("received_at").asText());
    assertTrue(Duration.between(received, Instant.now()).abs().toMinutes() < 1);
  }

  @Test
  void whatIsMissingHasItsDefault() {
    JsonNode row = create(json("bare", ""));
    assertEquals("INFO", row.path("level").asText());
    assertTrue(row.path("service").isNull() && row.path("source_id").isNull());
    assertEquals(Api.parse("{}"), row.path("metadata_"));
    assertEquals(row.path("received_at"), row.path("timestamp"));
  }

  @Test
  void aRecordThatIsNoneIs400AndOneWithBadFieldsIs422() {
    for (String body : List.of("", "{", "[]", "\"a\"", "{\"message\":1}}", "nonsense")) {
      Api.problem(400, api.send("POST", "/api/v1/logs", body));
    }
    Map<String, String> badField =
        Map.of(
            "{\"message\":\"m\"}",
            "app",
            "{\"app\":\"" + app + "\"}",
            "message",
            json("m", ",\"metadata_\":[]"),
            "metadata_",
            json("m", ",\"timestamp\":\"then\""),
            "timestamp",
            json("m", ",\"service\":\"" + "s".repeat(300) + "\""),
            "service");
    badField.forEach(
        (body, field) -> {
          JsonNode problem = Api.problem(422, api.send("POST", "/api/v1/logs", body));
          assertEquals(field, problem.path("errors").path(0).path("field").asText());
        });
    assertEquals(0, api.total("?app=" + app));
  }

  @Test
  void bulkIsAllOrNothing() {
    String good = json("1", "") + "\n" + json("2", "");
    HttpResponse<String> stored = api.send("POST", "/api/v1/bulk_logs", Api.NDJSON, utf8(good));
    assertEquals(2, Api.expect(201, stored).path("inserted").intValue());
    api.awaitMessages(app, List.of("1", "2"));
    String bad = "[" + json("3", "") + ",{\"app\":1}," + json("4", ",\"metadata_\":1") + "]";
    JsonNode problem = Api.problem(422, api.send("POST", "/api/v1/bulk_logs", bad));
    assertEquals(List.of("record 2", "record 3"), Api.texts(problem.path("errors"), "field"));
    Api.problem(400, api.send("POST", "/api/v1/bulk_logs", "[" + json("5", "")));
    Api.problem(400, api.send("POST", "/api/v1/bulk_logs", "[]"));
    api.awaitMessages(app, List.of("1", "2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {NO_ID, "0", "nonsense", "%00", "00000000000000000000000000000000"})
  void anUnknownIdIs404(String id) {
    String path = "/api/v1/logs/" + id;
    Api.problem(404, logagg.get(path));
    Api.problem(404, logagg.delete(path));
    Api.problem(404, api.send("PATCH", path, "{\"message\":\"m\"}"));
  }

  @Test
  void aChangeShowsInTheRecordAndInTheCounts() {
    JsonNode row = create(json("old", ",\"level\":\"info\",\"service\":\"a\""));
    String path = "/api/v1/logs/" + row.path("id").asText();
    String change =
        "{\"message\":\"new\",\"level\":\"err\",\"service\":null,\"metadata_\":{\"k\":\"\\u0000\"}}";
    JsonNode changed = Api.expect(200, api.send("PATCH", path, change));
    assertEquals("new", changed.path("message").asText());
    assertEquals("ERROR", changed.path("level").asText());
    assertTrue(changed.path("service").isNull());
    assertEquals("\uFFFD", changed.path("metadata_").path("k").asText());
    assertEquals(row.path("timestamp"), changed.path("timestamp"));
    assertEquals(changed, api.get(path));
    JsonNode stats = api.get("/api/v1/stats?app=" + app);
    assertEquals(Api.parse("{\"ERROR\":1}"), stats.path("by_level"));
    assertEquals(Api.parse("{\"\":1}"), stats.path("by_service"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"message\":null}|422",
        "{\"message\":1}|422",
        "{\"metadata_\":[]}|422",
        "{\"app\":\"x\"}|422",
        "{\"timestamp\":1}|422",
        "[]|400",
        "{|400",
        "''|400"
      })
  void aBadChangeChangesNothing(String body, int status) {
    JsonNode row = create(json("kept", ""));
    String path = "/api/v1/logs/" + row.path("id").asText();
    JsonNode problem = Api.problem(status, api.send("PATCH", path, body));
    assertEquals(status == 422, problem.has("errors"), problem.toString());
    assertEquals(row, api.get(path));
  }

  @Test
  void aDeletedRecordIsGoneFromListAndCounts() {
    JsonNode row = create(json("gone", ""));
    create(json("stays", ""));
    String path = "/api/v1/logs/" + row.path("id").asText();
    assertEquals(204, logagg.delete(path).statusCode());
    Api.problem(404, logagg.delete(path));
    Api.problem(404, logagg.get(path));
    api.awaitMessages(app, List.of("stays"));
  }

  @Test
  void deletionByFilterCountsWhatItDeletes() {
    for (String level : List.of("INFO", "WARN", "ERROR", "ERROR")) {
      create(json(level, ",\"level\":\"" + level + "\""));
    }
    String errors = "/api/v1/logs?level=error,fatal&app=" + app;
    assertEquals(2, Api.expect(200, logagg.delete(errors)).path("deleted").intValue());
    assertEquals(0, Api.expect(200, logagg.delete(errors)).path("deleted").intValue());
    api.awaitMessages(app, List.of("INFO", "WARN"));
    Api.problem(400, logagg.delete("/api/v1/logs"));
    Api.problem(400, logagg.delete("/api/v1/logs?q="));
    assertEquals(2, api.total("?app=" + app));
  }

  @Test
  void sinceIsInclusiveAndUntilExclusive() {
    for (int second = 0; second < 5; second++) {
      create(json("s" + second, ",\"timestamp\":\"2010-01-01T00:00:0" + second + "Z\""));
    }
    String range = "&since=2010-01-01T00:00:01Z&until=2010-01-01T00:00:04Z";
    assertEquals(List.of("s3", "s2", "s1"), found(range));
    assertEquals(List.of("s1", "s2", "s3"), found(range + "&order=asc"));
    assertEquals(3, api.total("?app=" + app + range));
    String offset = "&since=2010-01-01T01:00:01%2B01:00&until=2010-01-01T00:00:02";
    assertEquals(List.of("s1"), found(offset));
    assertEquals(1, api.total("?app=" + app + offset));
    assertEquals(List.of(), found("&since=2010-01-01T00:00:02Z&until=2010-01-01T00:00:02Z"));
  }

  @Test
  void timesMayBeRelative() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    for (Duration age : List.of(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(3))) {
      create(json(age.toString(), ",\"timestamp\":\"" + now.minus(age) + "\""));
    }
    assertEquals(List.of("PT5M"), found("&since=15m"));
    assertEquals(List.of("PT5M", "PT1H"), found("&since=2h"));
    assertEquals(List.of("PT5M", "PT1H", "PT72H"), found("&since=7d"));
    assertEquals(List.of("PT1H"), found("&since=2h&until=15m"));
    assertEquals(2, api.total("?app=" + app + "&since=2h"));
  }

  @Test
  void listsOfValuesAreAlternatives() {
    create(json("1", ",\"level\":\"warning\",\"service\":\"a\""));
    create(json("2", ",\"level\":\"WARN\",\"service\":\"b\""));
    create(json("3", ",\"level\":4,\"service\":\"c\""));
    create(json("4", ",\"level\":\"crit\""));
    assertEquals(List.of("4", "3", "2", "1"), found(""));
    assertEquals(List.of("3", "2", "1"), found("&level=warn"));
    assertEquals(List.of("4", "3", "2", "1"), found("&level=Warning,critical"));
    assertEquals(List.of("3", "1"), found("&service=a,c"));
    assertEquals(List.of("2"), found("&service=b,c&level=warn&q=2"));
    assertEquals(List.of("4"), found("&service="));
    assertEquals(2, api.total("?app=none," + app + "&service=a,b"));
    assertEquals(found(""), Api.texts(api.get("/api/v1/logs/filter?app=" + app), "message"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=10001",
        "limit=0",
        "limit=-1",
        "limit=ten",
        "order=up",
        "cursor=abc",
        "since=yesterday",
        "until=2010-13-01T00:00:00Z",
        "since=",
        "level=a&limit=1&limit=2"
      })
  void aBadParameterIsA400ThatNamesIt(String query) {
    JsonNode problem = Api.problem(400, logagg.get("/api/v1/logs?" + query));
    String last = query.substring(query.lastIndexOf('&') + 1);
    assertEquals(
        last.substring(0, last.indexOf('=')),
        problem.path("errors").path(0).path("field").asText());
    assertNotEquals("", problem.path("errors").path(0).path("message").asText());
  }

  @Test
  void linesStreamEveryMatch() {
    int count = 12_345;
    List<String> lines =
        IntStream.range(0, count)
            .mapToObj(i -> json("n" + i, ",\"pad\":\"" + "x".repeat(500) + "\""))
            .toList();
    assertEquals(count, api.ingestLines(lines).path("enqueued").intValue());
    api.awaitTotal("?app=" + app, count);
    String path = "/api/v1/logs?app=" + app;
    HttpResponse<String> all = logagg.get(path, "Accept", Api.NDJSON);
    assertEquals(Api.NDJSON, Api.header(all, "Content-Type"));
    assertEquals(
        count,
        all.body().lines().map(line -> Api.parse(line).path("id").asText()).distinct().count());
    assertEquals(count, all.body().lines().count());
    for (int limit : List.of(1, 1000, 1001, 2000, 12_345, 20_000)) {
      HttpResponse<String> some = logagg.get(path + "&limit=" + limit, "Accept", Api.NDJSON);
      assertEquals(Math.min(limit, count), some.body().lines().count());
    }
    assertEquals("", logagg.get(path + "&level=none", "Accept", Api.NDJSON).body());
    HttpResponse<String> page = logagg.get(path + "&limit=10000");
    assertEquals(10_000, Api.expect(200, page).size());
    assertEquals(count - 10_000, api.get(Api.next(page).orElseThrow()).size());
    assertEquals(100, found("").size());
  }

  @Test
  void waitStoredAnswersAfterTheCommit() {
    for (int i = 0; i < 10; i++) {
      byte[] record = utf8(json("w" + i, ""));
      Api.expect(202, api.send("POST", "/api/v1/ingest?wait=stored", Api.JSON, record));
      assertEquals(i + 1, api.total("?app=" + app));
    }
    Api.problem(400, api.send("POST", "/api/v1/ingest?wait=never", json("m", "")));
  }

  @Test
  void aProducersIdIsStoredOnce() {
    String first = json("first", ",\"id\":\"p\",\"timestamp\":\"2015-01-01T00:00:00Z\"");
    String again = json("again", ",\"id\":\"p\"");
    JsonNode row = create(first);
    assertEquals(row, create(again));
    byte[] twice = utf8(again + "\n" + again + "\n" + json("other", ",\"id\":\"q\""));
    HttpResponse<String> answer = api.send("POST", "/api/v1/ingest?wait=stored", Api.NDJSON, twice);
    assertEquals(3, Api.expect(202, answer).path("enqueued").intValue());
    api.awaitMessages(app, List.of("first", "other"));
    assertEquals(204, logagg.delete("/api/v1/logs/" + row.path("id").asText()).statusCode());
    Api.problem(409, api.send("POST", "/api/v1/logs", again));
    Api.expect(202, api.send("POST", "/api/v1/ingest?wait=stored", Api.NDJSON, twice));
    api.awaitMessages(app, List.of("other"));
  }

  @Test
  void anIdempotencyKeyMakesARepeatStoreNothing() {
    byte[] lines = utf8(json("1", "") + "\n" + json("1", "") + "\nbad\n" + json("2", ""));
    String path = "/api/v1/ingest?wait=stored";
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer =
          api.send("POST", path, Api.NDJSON, lines, "Idempotency-Key", "key of " + app);
      assertEquals(3, Api.expect(202, answer).path("enqueued").intValue());
      api.awaitMessages(app, List.of("1", "1", "2"));
    }
    HttpResponse<String> other =
        api.send("POST", path, Api.NDJSON, lines, "Idempotency-Key", "another of " + app);
    Api.expect(202, other);
    api.awaitMessages(app, List.of("1", "1", "1", "1", "2", "2"));
    Api.problem(400, api.send("POST", path, Api.NDJSON, lines, "Idempotency-Key", "k".repeat(256)));
  }

  @Test
  void equalRecordsWithoutAnIdAreAllStored() {
    String line = json("same", ",\"timestamp\":\"2015-01-01T00:00:00Z\"");
    for (int i = 0; i < 3; i++) {
      api.ingestLines(List.of(line, line));
    }
    api.awaitMessages(app, List.of("same", "same", "same", "same", "same", "same"));
  }

  @Test
  void defaultsOfTheQueryFillInWhatIsMissing() {
    byte[] lines =
        utf8(
            "{\"message\":\"1\"}\n{\"message\":\"2\",\"app\":\"own-"
                + app
                + "\",\"level\":\"info\"}");
    String query = "?app=" + app + "&service=s&level=err&wait=stored";
    Api.expect(202, api.send("POST", "/api/v1/ingest" + query, Api.NDJSON, lines));
    JsonNode first = api.array("/api/v1/logs?app=" + app).get(0);
    assertEquals("ERROR", first.path("level").asText());
    assertEquals("s", first.path("service").asText());
    JsonNode second = api.array("/api/v1/logs?app=own-" + app).get(0);
    assertEquals("INFO", second.path("level").asText());
  }
}
