package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts over time through the API, compared with the records that the list shows. */
final class HistogramIT {
  private static final String PATH = "/api/v1/stats/histogram";

  /** Over the two nights on which Berlin's clocks change, and beyond. */
  private static final List<String> TIMES =
      List.of(
          "2025-03-29T22:59:59.999999Z",
          "2025-03-29T23:00:00Z",
          "2025-03-30T01:30:00Z",
          "2025-03-30T21:59:59Z",
          "2025-03-30T22:00:00Z",
          "2025-10-25T21:59:59Z",
          "2025-10-25T22:00:00Z",
          "2025-10-26T00:30:00Z",
          "2025-10-26T01:30:00Z",
          "2025-10-26T22:59:59.999999Z",
          "2025-10-26T23:00:00Z");

  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() {
    logagg = RunningLogagg.fresh();
    api = new Api(logagg);
    api.ingestLines(
        IntStream.range(0, 3 * TIMES.size())
            .mapToObj(
                i ->
                    "{\"app\":\"app-%d\",\"level\":\"%s\",\"service\":\"s%d\",\"message\":\"Text %d\",\"timestamp\":\"%s\"}"
                        .formatted(
                            i % 2,
                            List.of("INFO", "WARN", "ERROR").get(i % 3),
                            i % 5,
                            i,
                            TIMES.get(i % TIMES.size())))
            .toList());
    api.awaitTotal("", 3L * TIMES.size());
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static List<JsonNode> buckets(String query) {
    JsonNode answer = api.get(PATH + "?" + query);
    return StreamSupport.stream(answer.path("buckets").spliterator(), false).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "2025-03-29T23:00:00Z,2025-03-30T22:00:00Z,23,9",
    "2025-10-25T22:00:00Z,2025-10-26T23:00:00Z,25,12",
  })
  void aDayHasTheHoursItHas(String since, String until, int hours, int total) {
    String range = "&tz=Europe/Berlin&since=" + since + "&until=" + until;
    assertEquals(hours, buckets("interval=1h" + range).size());
    List<JsonNode> days = buckets("interval=1d" + range);
    assertEquals(List.of(since), Api.texts(days, "start"));
    assertEquals(total, days.get(0).path("total").intValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "interval=1d&group_by=level",
        "interval=1d&tz=Europe/Berlin&group_by=app",
        "interval=6h&tz=Asia/Kathmandu&group_by=service",
        "interval=12h&tz=Australia/Lord_Howe",
        "interval=auto&group_by=level&app=app-1",
        "interval=1h&since=2025-03-29T23:00:00.5Z&until=2025-04-02T00:00:00.000001Z&level=warn,error",
        "interval=30s&since=2025-10-26T00:29:45Z&until=2025-10-26T01:31:00Z&group_by=app",
        "interval=1d&q=text%201&group_by=level",
        "group_by=app&service=s1,s2",
      })
  void theBucketsCountTheRecordsThatTheListShows(String query) {
    String filters = query.replaceAll("(interval|tz|group_by)=[^&]*&?", "");
    List<JsonNode> rows = api.pages("/api/v1/logs?limit=10&" + filters);
    assertTrue(!rows.isEmpty(), query);
    String field = query.replaceAll("(?:.*&)?group_by=(\\w+).*", "$1");
    List<JsonNode> buckets = buckets(query);
    List<Instant> starts = new ArrayList<>();
    buckets.forEach(bucket -> starts.add(Instant.parse(bucket.path("start").asText())));
    for (int i = 0; i < starts.size(); i++) {
      Instant from = starts.get(i);
      Instant to = i + 1 < starts.size() ? starts.get(i + 1) : Instant.MAX;
      List<JsonNode> within = rows.stream().filter(row -> isWithin(row, from, to)).toList();
      JsonNode bucket = buckets.get(i);
      assertEquals(within.size(), bucket.path("total").intValue(), bucket::toString);
      bucket
          .path("groups")
          .properties()
          .forEach(
              group ->
                  assertEquals(
                      within.stream()
                          .filter(row -> row.path(field).asText().equals(group.getKey()))
                          .count(),
                      group.getValue().longValue()));
      long inGroups = bucket.path("groups").valueStream().mapToLong(JsonNode::longValue).sum();
      assertEquals(query.contains("group_by") ? within.size() : 0, inGroups, bucket::toString);
    }
    assertEquals(rows.size(), buckets.stream().mapToLong(b -> b.path("total").longValue()).sum());
  }

  private static boolean isWithin(JsonNode row, Instant from, Instant to) {
    Instant time = Instant.parse(row.path("timestamp").asText());
    return !time.isBefore(from) && time.isBefore(to);
  }

  @Test
  void withoutUntilItEndsNow() {
    List<JsonNode> buckets = buckets("since=1h&interval=1m");
    assertTrue(buckets.size() == 60 || buckets.size() == 61, buckets.size() + " buckets");
    Instant last = Instant.parse(buckets.get(buckets.size() - 1).path("start").asText());
    assertTrue(last.isAfter(Instant.now().minusSeconds(120)), last::toString);
  }

  @Test
  void tenThousandBucketsAreGivenAndOneMoreIsRefused() {
    String since = "interval=1s&since=2025-03-29T23:00:00Z&until=2025-03-30T01:46:4";
    List<JsonNode> buckets = buckets(since + "0Z&group_by=level");
    assertEquals(10_000, buckets.size());
    assertEquals(6, buckets.stream().mapToLong(b -> b.path("total").longValue()).sum());
    JsonNode problem = Api.problem(400, logagg.get(PATH + "?" + since + "0.000001Z"));
    assertEquals("interval", problem.path("errors").path(0).path("field").asText());
  }

  @Test
  void whereNothingMatchesThereIsNoBucketOrAnEmptyOne() {
    assertEquals(List.of(), buckets("app=none"));
    assertEquals(List.of(), buckets("since=1h&until=2h"));
    assertEquals(List.of(), buckets("app=none&interval=1h&until=2026-01-01T00:00:00Z"));
    List<JsonNode> buckets =
        buckets("app=none&interval=1d&since=2025-03-30T00:00:00Z&until=2025-03-30T00:00:00Z");
    assertEquals(List.of(), buckets);
    buckets = buckets("app=none&interval=1d&since=2025-03-30T00:00:00Z&until=2025-03-30T00:00:01Z");
    assertEquals(
        Api.parse("[{\"start\":\"2025-03-30T00:00:00Z\",\"total\":0,\"groups\":{}}]"),
        Api.parse(buckets.toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "interval=7m,interval",
    "interval=0s,interval",
    "interval=hour,interval",
    "interval=1m&interval=2m,interval",
    "group_by=message,group_by",
    "tz=Mars/Olympus,tz",
    "since=then,since",
    "limit=3,limit",
    "interval=1s&since=2d,interval",
  })
  void aBadParameterIsA400ThatNamesIt(String query, String name) {
    JsonNode problem = Api.problem(400, logagg.get(PATH + "?" + query));
    assertEquals(name, problem.path("errors").path(0).path("field").asText());
  }
}
