package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What keys that are restricted to some apps may send. */
class RestrictedWritesIT {
  private static final String NOT_ALLOWED = "app is outside the apps of this API key";

  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String all;
  private static String one;
  private static String two;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    keys = TestKeys.open(servers);
    all = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
    one = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN), "a"));
    two = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN), "a", "b"));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  @BeforeEach
  void empty() {
    for (String path : List.of("/api/v1/dlq", "/api/v1/logs?since=1h")) {
      assertEquals(200, logagg.send(logagg.request(path, "X-API-Key", all).DELETE()).statusCode());
    }
  }

  private static HttpResponse<String> post(String key, String path, String body, String... more) {
    String[] headers = new String[more.length + 2];
    headers[0] = "X-API-Key";
    headers[1] = key;
    System.arraycopy(more, 0, headers, 2, more.length);
    boolean isJson = body.startsWith("[") || !body.contains("\n");
    return logagg.post(path, isJson ? Api.JSON : Api.NDJSON, body, headers);
  }

  private static List<String> stored() {
    JsonNode rows = Api.expect(200, logagg.get("/api/v1/logs?order=asc", "X-API-Key", all));
    return Api.texts(rows, "message").stream().sorted().toList();
  }

  private static List<JsonNode> letters(String key) {
    return Api.expect(200, logagg.get("/api/v1/dlq", "X-API-Key", key)).findParents("payload");
  }

  private static List<JsonNode> letters(String key, int count) {
    return Eventually.value("dead letters", () -> letters(key), found -> found.size() == count);
  }

  private static String record(String app, String message) {
    return Api.record(app, message);
  }

  @Test
  void recordsOfOtherAppsAreRefusedOneByOne() {
    String body =
        String.join("\n", record("a", "1"), record("c", "2"), record("b", "3"), record("A", "4"));
    JsonNode answer = Api.expect(202, post(two, "/api/v1/ingest?wait=stored", body));
    assertEquals(2, answer.path("enqueued").intValue());
    assertEquals(2, answer.path("rejected").intValue());
    assertEquals(List.of(NOT_ALLOWED, NOT_ALLOWED), Api.texts(answer.path("errors"), "error"));
    assertEquals(List.of("1", "3"), stored());
    List<JsonNode> letters = letters(all, 2);
    assertEquals(List.of("app_not_allowed", "app_not_allowed"), Api.texts(letters, "kind"));
    // They are of both: the sender may not see those of app c, nor its readers what he sends.
    letters(two, 0);
    letters(TestKeys.known(logagg, keys.key(Set.of(Scope.READ), "c")), 0);
    letters(TestKeys.known(logagg, keys.key(Set.of(Scope.READ), "a", "b", "c")), 1);
  }

  @Test
  void aRequestOfNothingElseIsForbidden() {
    String body = String.join("\n", record("c", "1"), "broken", record("d", "2"));
    JsonNode problem = Api.problem(403, post(two, "/api/v1/ingest", body));
    assertEquals(0, problem.path("enqueued").intValue());
    assertEquals(3, problem.path("rejected").intValue());
    assertEquals(3, problem.path("errors").size());
    assertTrue(
        problem.path("detail").asText().contains("2 are of apps outside"), problem::toString);
    letters(all, 3);
    letters(two, 1);
    Api.problem(400, post(two, "/api/v1/ingest", "broken\nbroken\n"));
    letters(all, 5); // Not later, in the next test.
  }

  @Test
  void aRepeatOfAForbiddenRequestIsAnsweredAsTheFirst() {
    String body = record("c", "1") + "\n" + record("c", "2");
    String first = post(two, "/api/v1/ingest", body, "Idempotency-Key", "k1").body();
    assertEquals(first, post(two, "/api/v1/ingest", body, "Idempotency-Key", "k1").body());
    // Whatever the repeat makes is there before what comes behind it.
    Api.problem(400, post(two, "/api/v1/ingest", "behind\n"));
    List<String> payloads =
        Eventually.value(
            "the letter behind them",
            () -> Api.texts(letters(all), "payload"),
            found -> found.size() >= 3 && found.contains("behind"));
    assertEquals(3, payloads.size(), payloads::toString);
  }

  @Test
  void theOnlyAppOfAKeyIsTheDefault() {
    String plain = "{\"message\":\"plain\"}";
    assertEquals(202, post(one, "/api/v1/ingest?wait=stored", plain).statusCode());
    assertEquals(201, post(one, "/api/v1/logs", plain).statusCode());
    assertEquals(201, post(one, "/api/v1/bulk_logs", "[" + plain + "]").statusCode());
    JsonNode rows = Api.expect(200, logagg.get("/api/v1/logs", "X-API-Key", all));
    assertEquals(List.of("a", "a", "a"), Api.texts(rows, "app"));
    // Which of two is meant, nobody can tell.
    assertEquals(400, post(two, "/api/v1/ingest", plain).statusCode());
    assertEquals(422, post(two, "/api/v1/logs", plain).statusCode());
    String stored = "/api/v1/ingest?wait=stored&app=b"; // Not later, in the next test.
    assertEquals(202, post(two, stored, plain).statusCode());
    assertEquals(403, post(one, "/api/v1/ingest?app=b", plain).statusCode());
    assertEquals(202, post(one, stored, record("a", "own")).statusCode());
    letters(all, 2);
  }

  @Test
  void singleRecordsAndTransactionsAreRefused() {
    JsonNode single = Api.problem(403, post(one, "/api/v1/logs", record("b", "1")));
    assertEquals("app", single.path("errors").get(0).path("field").asText());
    String mixed = "[" + record("a", "1") + "," + record("b", "2") + "]";
    JsonNode some = Api.problem(422, post(one, "/api/v1/bulk_logs", mixed));
    assertEquals(List.of("record 2"), Api.texts(some.path("errors"), "field"));
    assertEquals(List.of(NOT_ALLOWED), Api.texts(some.path("errors"), "message"));
    String none = "[" + record("c", "1") + "," + record("b", "2") + "]";
    assertEquals(2, Api.problem(403, post(one, "/api/v1/bulk_logs", none)).path("errors").size());
    assertEquals(List.of(), stored());
    assertEquals(201, post(one, "/api/v1/bulk_logs", "[" + record("a", "1") + "]").statusCode());
  }

  @Test
  void aRepeatShowsNoRecordThatIsAnotherAppsByNow() {
    String record = "{\"app\":\"moved\",\"message\":\"secret\",\"id\":\"m1\"}";
    String moved = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN), "moved"));
    JsonNode first = Api.expect(201, post(moved, "/api/v1/logs", record));
    JsonNode again = Api.expect(201, post(moved, "/api/v1/logs", record));
    assertEquals(first.path("id"), again.path("id"));
    keys.sql("UPDATE apps SET name = 'elsewhere' WHERE name = 'moved'");
    HttpResponse<String> repeat = post(moved, "/api/v1/logs", record.replace("secret", "guess"));
    assertEquals(409, repeat.statusCode());
    assertFalse(repeat.body().contains("secret"), repeat.body());
  }

  @Test
  void deadLettersAreReplayedIntoTheOwnApps() {
    post(
        one,
        "/api/v1/ingest",
        "{\"app\":\"b\",\"message\":\"m\",\"timestamp\":\"soon\"}\n{\"x\":1}\n");
    String id = letters(one, 1).get(0).path("id").asText();
    letters(all, 2);
    String path = "/api/v1/dlq/" + id + "/replay";
    String other = "{\"payload\":{\"app\":\"b\",\"message\":\"m\"}}";
    JsonNode refused = Api.problem(422, post(one, path, other));
    assertEquals("payload: " + NOT_ALLOWED, refused.path("detail").asText());
    String mended = "{\"payload\":{\"app\":\"a\",\"message\":\"mended\"}}";
    assertEquals(1, Api.expect(200, post(one, path, mended)).path("replayed").intValue());
    JsonNode rest = Api.expect(200, post(one, "/api/v1/dlq/replay", ""));
    assertEquals(0, rest.path("replayed").intValue() + rest.path("failed").intValue());
    assertEquals(List.of("mended"), stored());
  }
}
