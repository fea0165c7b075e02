package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates of messages through the API. */
final class PatternsIT {
  private static final String PATH = "/api/v1/stats/patterns";
  private static final int RECORDS = 600;

  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() {
    logagg = RunningLogagg.fresh();
    api = new Api(logagg);
    api.ingestLines(IntStream.range(0, RECORDS).mapToObj(PatternsIT::line).toList());
    api.awaitTotal("", RECORDS);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static String line(int i) {
    String message =
        switch (i % 3) {
          case 0 -> "order " + i + " paid by card";
          case 1 -> "order " + i + " paid by transfer";
          default -> "connection from 10.0.0." + i % 200 + ":" + (1000 + i) + " closed";
        };
    return "{\"app\":\"app-%d\",\"level\":\"%s\",\"message\":\"%s\",\"timestamp\":\"2026-01-02T03:%02d:00Z\"}"
        .formatted(i % 2, i % 3 == 2 ? "WARN" : "INFO", message, i % 60);
  }

  private static Map<String, Long> counts(JsonNode answer) {
    Map<String, Long> counts = new TreeMap<>();
    answer
        .path("patterns")
        .forEach(p -> counts.put(p.path("template").asText(), p.path("count").asLong()));
    return counts;
  }

  @Test
  void shouldAnswerThePatternsOfAllRecords() {
    JsonNode answer = api.get(PATH);
    assertEquals(
        Map.of(
            "order <num> paid by card", 200L,
            "order <num> paid by transfer", 200L,
            "connection from <address> closed", 200L),
        counts(answer));
    assertEquals(RECORDS, answer.path("scanned").asInt());
    assertFalse(answer.has("approximate"));
    JsonNode first = answer.path("patterns").path(0);
    assertEquals(1 / 3.0, first.path("share").asDouble(), 1e-9);
    assertEquals("{\"WARN\":200}", first.path("levels").toString());
    assertEquals("2026-01-02T03:02:00Z", first.path("first_seen").asText());
    assertEquals("2026-01-02T03:59:00Z", first.path("last_seen").asText());
    assertFalse(first.has("members"));
    JsonNode sample = api.get("/api/v1/logs/" + first.path("sample_id").asText());
    assertTrue(sample.path("message").asText().startsWith("connection from 10.0.0."));
  }

  @Test
  void shouldListTheRecordsOfEachPattern() {
    JsonNode answer = api.get(PATH + "?members=true&app=app-0&q=card");
    assertEquals(Map.of("order <num> paid by card", 100L), counts(answer));
    JsonNode members = answer.path("patterns").path(0).path("members");
    assertEquals(100, members.size());
    members.forEach(
        id -> {
          JsonNode record = api.get("/api/v1/logs/" + id.asText());
          assertTrue(record.path("message").asText().endsWith("paid by card"), record::toString);
          assertEquals("app-0", record.path("app").asText());
        });
  }

  @Test
  void shouldCountWhatIsBeyondTheLimit() {
    JsonNode answer = api.get(PATH + "/?limit=1&level=INFO");
    assertEquals(1, answer.path("patterns").size());
    assertEquals(200, answer.path("other").asInt());
    assertEquals(400, answer.path("scanned").asInt());
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, limit",
    "limit=1001, limit",
    "limit=x, limit",
    "members=maybe, members",
    "since=never, since",
    "order=asc, order"
  })
  void shouldNameTheParameterThatIsWrong(String query, String field) {
    JsonNode problem = Api.problem(400, logagg.get(PATH + "?" + query));
    assertEquals(field, problem.path("errors").path(0).path("field").asText());
  }
}
