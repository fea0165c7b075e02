package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps and dead letters through the API. */
class AppsIT {
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

  @BeforeEach
  void removeDeadLetters() {
    Api.expect(200, logagg.delete("/api/v1/dlq"));
  }

  private static String create(String body) {
    HttpResponse<String> answer = api.send("POST", "/api/v1/apps", body);
    JsonNode app = Api.expect(201, answer);
    String path = "/api/v1/apps/" + app.path("id").intValue();
    assertEquals(path, Api.header(answer, "Location"));
    assertEquals(app, api.get(path));
    return path;
  }

  private static void ingest(String app, String... messages) {
    api.ingestLines(List.of(messages).stream().map(text -> Api.record(app, text)).toList());
  }

  @Test
  void anAppIsMadeListedAndChanged() {
    String path = create("{\"name\":\"made\",\"description\":\"d\",\"retention_days\":7}");
    assertEquals(7, api.get(path).path("retention_days").intValue());
    assertTrue(Api.texts(api.get("/api/v1/apps"), "name").contains("made"));
    JsonNode changed =
        Api.expect(200, api.send("PATCH", path, "{\"description\":null,\"retention_days\":null}"));
    assertTrue(changed.path("description").isNull() && changed.path("retention_days").isNull());
    assertEquals("made", changed.path("name").asText());
    assertEquals(204, logagg.delete(path).statusCode());
    Api.problem(404, logagg.get(path));
    Api.problem(404, logagg.delete(path));
    Api.problem(404, api.send("PATCH", path, "{\"name\":\"n\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|name",
        "{\"name\":\" \"}|name",
        "{\"name\":1}|name",
        "{\"name\":\"n\",\"retention_days\":0}|retention_days",
        "{\"name\":\"n\",\"retention_days\":1.5}|retention_days",
        "{\"name\":\"n\",\"description\":[]}|description",
        "{\"name\":\"n\",\"nmae\":\"x\"}|nmae"
      })
  void badFieldsOfAnAppAre422(String body, String field) {
    JsonNode problem = Api.problem(422, api.send("POST", "/api/v1/apps", body));
    assertEquals(field, problem.path("errors").path(0).path("field").asText());
  }

  @Test
  void aNameIsThereOnce() {
    create("{\"name\":\"unique\"}");
    String other = create("{\"name\":\"other\"}");
    Api.problem(409, api.send("POST", "/api/v1/apps", "{\"name\":\"unique\"}"));
    Api.problem(409, api.send("PATCH", other, "{\"name\":\"unique\"}"));
    Api.problem(400, api.send("POST", "/api/v1/apps", "[]"));
    ingest("by-ingest", "m");
    api.awaitMessages("by-ingest", List.of("m"));
    Api.problem(409, api.send("POST", "/api/v1/apps", "{\"name\":\"by-ingest\"}"));
  }

  @Test
  void anAppWithLogsIsDeletedOnlyByCascade() {
    String path = create("{\"name\":\"cascade\"}");
    ingest("cascade", "1", "2");
    ingest("bystander", "3");
    api.awaitMessages("cascade", List.of("1", "2"));
    api.awaitMessages("bystander", List.of("3"));
    Api.problem(409, logagg.delete(path));
    Api.problem(409, logagg.delete(path + "?cascade=false"));
    Api.problem(400, logagg.delete(path + "?cascade=maybe"));
    assertEquals(204, logagg.delete(path + "?cascade=true").statusCode());
    assertEquals(0, api.total("?app=cascade"));
    assertEquals(List.of(), api.messages("cascade"));
    api.awaitMessages("bystander", List.of("3"));
    ingest("cascade", "anew");
    api.awaitMessages("cascade", List.of("anew"));
  }

  @Test
  void aRenamedAppKeepsItsLogs() {
    String path = create("{\"name\":\"before\"}");
    ingest("before", "1");
    api.awaitMessages("before", List.of("1"));
    Api.expect(200, api.send("PATCH", path, "{\"name\":\"after\"}"));
    api.awaitMessages("after", List.of("1"));
    assertEquals(0, api.total("?app=before"));
    ingest("after", "2");
    api.awaitMessages("after", List.of("1", "2"));
    ingest("before", "3");
    api.awaitMessages("before", List.of("3"));
    api.awaitMessages("after", List.of("1", "2"));
  }

  private static List<JsonNode> reject(String... payloads) {
    for (String payload : payloads) {
      byte[] body = payload.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      Api.problem(400, api.ingest(Api.NDJSON, body));
    }
    return api.awaitDeadLetters(List.of(payloads));
  }

  private static String path(JsonNode letter) {
    return "/api/v1/dlq/" + letter.path("id").asText();
  }

  @Test
  void deadLettersAreShownNewestFirst() {
    List<JsonNode> letters = reject("a", "b", "c", "d", "e");
    assertEquals(List.of("e", "d", "c", "b", "a"), Api.texts(letters, "payload"));
    JsonNode letter = letters.get(0);
    assertEquals("utf-8", letter.path("payload_encoding").asText());
    assertEquals("http:ndjson", letter.path("source").asText());
    assertEquals(letter.path("first_seen"), letter.path("last_seen"));
    assertEquals(letter, api.get(path(letter)));
    assertEquals(letters, api.pages("/api/v1/dlq?limit=2"));
    assertEquals(letters, api.pages("/api/v1/dlq/?limit=1&since=1h"));
  }

  @Test
  void deadLettersAreFilteredAndDeletedByFilter() {
    reject("nonsense", "{\"message\":\"no app\"}");
    assertEquals(
        List.of("nonsense"), Api.texts(api.get("/api/v1/dlq?reason=not%20a%20JSON"), "payload"));
    assertEquals(2, api.array("/api/v1/dlq?source=http:ndjson&since=1h").size());
    for (String none :
        List.of("source=http:json", "until=1h", "reason=%25", "since=2100-01-01T00:00:00Z")) {
      assertEquals(0, api.array("/api/v1/dlq?" + none).size(), none);
    }
    String filter = "/api/v1/dlq?reason=app";
    assertEquals(1, Api.expect(200, logagg.delete(filter)).path("deleted").intValue());
    JsonNode left = api.awaitDeadLetters(List.of("nonsense")).get(0);
    assertEquals(204, logagg.delete(path(left)).statusCode());
    Api.problem(404, logagg.delete(path(left)));
    Api.problem(404, logagg.get(path(left)));
    Api.problem(404, api.send("POST", path(left) + "/replay", ""));
    Api.problem(404, logagg.get("/api/v1/dlq/nonsense"));
    Api.problem(400, logagg.get("/api/v1/dlq?limit=1001"));
    Api.problem(400, logagg.get("/api/v1/dlq?cursor=1"));
  }

  @Test
  void aReplayThatFailsAgainIsCounted() {
    JsonNode letter = reject("still nonsense").get(0);
    JsonNode answer = Api.expect(200, api.send("POST", path(letter) + "/replay", ""));
    assertEquals(0, answer.path("replayed").intValue());
    assertEquals(1, answer.path("failed").intValue());
    JsonNode after = api.get(path(letter));
    assertEquals(letter.path("tries").intValue() + 1, after.path("tries").intValue());
    assertEquals(letter.path("first_seen"), after.path("first_seen"));
    assertTrue(after.path("last_seen").asText().compareTo(letter.path("last_seen").asText()) > 0);
  }

  @Test
  void aCorrectedReplayIsStoredOnce() {
    JsonNode letter = reject("{\"message\":\"mended\"}").get(0);
    String replay = path(letter) + "/replay";
    for (String bad : List.of("{\"payload\":1}", "{\"pay\":\"x\"}", "{\"payload\":[]}")) {
      Api.problem(422, api.send("POST", replay, bad));
    }
    Api.problem(400, api.send("POST", replay, "{"));
    JsonNode refused = Api.problem(422, api.send("POST", replay, "{\"payload\":\"worse\"}"));
    assertEquals("payload", refused.path("errors").path(0).path("field").asText());
    JsonNode kept = api.get(path(letter));
    assertEquals(letter.path("payload"), kept.path("payload"));
    assertEquals(letter.path("reason"), kept.path("reason"));
    assertEquals(letter.path("tries").intValue() + 1, kept.path("tries").intValue());
    String corrected = "{\"payload\":" + Api.quote(Api.record("replayed", "mended")) + "}";
    JsonNode done = Api.expect(200, api.send("POST", replay, corrected));
    assertEquals(1, done.path("replayed").intValue());
    assertEquals(List.of(), api.deadLetters());
    Api.problem(404, api.send("POST", replay, corrected));
    api.awaitMessages("replayed", List.of("mended"));
  }

  @Test
  void allAreReplayedAndThoseStillBadStay() {
    // Given as objects, two of these are good by now; the third is not.
    List<JsonNode> letters = reject("{\"message\":\"r1\"}", "{\"message\":\"r2\"}", "bad");
    String corrected = "{\"payload\":" + Api.record("all", "r1") + "}";
    JsonNode r1 = letters.get(2);
    assertEquals(
        1,
        Api.expect(200, api.send("POST", path(r1) + "/replay", corrected))
            .path("replayed")
            .intValue());
    JsonNode answer = Api.expect(200, api.send("POST", "/api/v1/dlq/replay/", ""));
    assertEquals(0, answer.path("replayed").intValue());
    assertEquals(2, answer.path("failed").intValue());
    api.awaitDeadLetters(List.of("{\"message\":\"r2\"}", "bad"));
    api.awaitMessages("all", List.of("r1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"apps", "dlq"})
  void noIdOtherThanAKnownOneIsFound(String group) {
    for (String id : List.of("0", "-1", "999999999", "99999999999", "1e3", "%20")) {
      Api.problem(404, logagg.get("/api/v1/" + group + "/" + id));
      Api.problem(404, logagg.delete("/api/v1/" + group + "/" + id));
    }
  }
}
