package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Splunk's HTTP Event Collector: events and lines arrive, and every answer is Splunk's. */
class SplunkIT {
  private static final String SUCCESS = "{\"text\":\"Success\",\"code\":0}";

  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String key;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    Map<String, String> environment =
        Map.of("LOGAGG_AUTH_ENABLED", "true", "LOGAGG_HTTP_MAX_AGENT_BODY_BYTES", "100000");
    logagg = RunningLogagg.fresh(servers, environment);
    keys = TestKeys.open(servers);
    key = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST, Scope.READ)));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  private static HttpResponse<String> post(String path, String body) {
    String type = "application/x-www-form-urlencoded"; // As curl does.
    return logagg.post("/services/collector" + path, type, body, "Authorization", "Splunk " + key);
  }

  private static JsonNode get(String path) {
    return Api.expect(200, logagg.get(path, "X-API-Key", key));
  }

  private static List<JsonNode> await(String app, int count) {
    String path = "/api/v1/logs?order=asc&app=" + app;
    JsonNode rows =
        Eventually.value("the records of " + app, () -> get(path), all -> all.size() >= count);
    assertEquals(count, rows.size(), rows.toString());
    return List.copyOf(java.util.stream.StreamSupport.stream(rows.spliterator(), false).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/event", "/event/1.0", "/event/"})
  void eventsArriveComplete(String path) {
    String app = "hec" + path.replace('/', '-');
    HttpResponse<String> answer =
        post(
            path,
            """
            {"time":1764331200.123,"host":"web1","index":"%s","event":{"message":"declined","severity":"error",\
            "service":"pay","order":7}}"""
                .formatted(app));
    assertEquals(SUCCESS, answer.body());
    assertEquals("application/json", Api.header(answer, "Content-Type"));
    JsonNode log = await(app, 1).get(0);
    assertEquals("2025-11-28T12:00:00.123Z", log.path("timestamp").asText());
    assertEquals("ERROR", log.path("level").asText());
    assertEquals("pay", log.path("service").asText());
    assertEquals("declined", log.path("message").asText());
    assertEquals(
        Api.parse("{\"order\":7,\"host\":\"web1\",\"index\":\"%s\"}".formatted(app)),
        log.path("metadata_"));
  }

  @Test
  void linesArriveWithWhatTheUrlSays() {
    String path = "/raw?host=web1&source=f.log&sourcetype=raw-app&time=1764331200";
    assertEquals(SUCCESS, post(path, "one\r\n\ntwo").body());
    assertEquals(SUCCESS, post(path + "&channel=x", "one").body());
    List<JsonNode> logs = await("raw-app", 3); // Nothing tells that the last is a repeat.
    assertEquals("2025-11-28T12:00:00Z", logs.get(0).path("timestamp").asText());
    assertEquals("f.log", logs.get(0).path("metadata_").path("source").asText());
    assertEquals(
        List.of("one", "one", "two"), Api.texts(logs, "message").stream().sorted().toList());
  }

  @Test
  void badEventsAreDeadLettersAndTheirNeighboursArrive() {
    String good = "{\"event\":\"good\",\"index\":\"mixed\"}";
    assertEquals(SUCCESS, post("/event", good + "{\"foo\":1}" + good).body());
    await("mixed", 2);
    JsonNode letter =
        Eventually.value(
                "the letter", () -> get("/api/v1/dlq?source=http:hec"), all -> !all.isEmpty())
            .get(0);
    assertEquals("message is missing", letter.path("reason").asText());
    assertEquals("{\"metadata_\":{\"foo\":1}}", letter.path("payload").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/event|''|400|No data|5|-1",
        "/event|[]|400|No data|5|-1",
        "/raw|' '|400|No data|5|-1",
        "/event|hello|400|Invalid data format|6|0",
        "/event|{\"event\":\"a\"}{\"event\":|400|Invalid data format|6|1",
        "/event?strict=true|{\"event\":\"a\"}{\"foo\":1}|400|Event field is required|12|1",
        "/event?strict=true|{\"event\":\" \"}|400|Event field cannot be blank|13|0",
        "/event?strict=true|{x}|400|Invalid data format|6|0",
        "/event?strict=maybe|{\"event\":\"a\"}|400|Invalid data format|6|-1",
        "/ack|{\"acks\":[1]}|400|ACK is disabled|14|-1",
      })
  void whatIsWrongIsToldAsSplunkTellsIt(
      String path, String body, int status, String text, int code, int event) {
    JsonNode answer = Api.expect(status, post(path, body));
    assertEquals(text, answer.path("text").asText());
    assertEquals(code, answer.path("code").intValue());
    assertEquals(event, answer.path("invalid-event-number").asInt(-1));
  }

  @Test
  void aBodyThatIsTooLargeOrCorruptIsTold() {
    assertEquals(413, post("/event", "{\"event\":\"" + "x".repeat(100_000) + "\"}").statusCode());
    HttpResponse<String> corrupt =
        logagg.post(
            "/services/collector",
            "text/plain",
            "no gzip",
            "X-API-Key",
            key,
            "Content-Encoding",
            "gzip");
    assertEquals(6, Api.expect(400, corrupt).path("code").intValue());
    HttpResponse<String> unknown =
        logagg.post(
            "/services/collector",
            "text/plain",
            "no br",
            "X-API-Key",
            key,
            "Content-Encoding",
            "br");
    assertEquals(6, Api.expect(415, unknown).path("code").intValue());
  }

  private static int code(int status, String... headers) {
    return Api.expect(
            status, logagg.post("/services/collector", Api.JSON, "{\"event\":\"a\"}", headers))
        .path("code")
        .intValue();
  }

  @Test
  void keysThatAreNoneAreToldAsSplunkTellsThem() {
    assertEquals(2, code(401));
    assertEquals(3, code(401, "Authorization", "Splunk " + key, "X-API-Key", TestKeys.unknown()));
    assertEquals(4, code(403, "Authorization", "Splunk " + TestKeys.unknown()));
    String reader = TestKeys.known(logagg, keys.key(Set.of(Scope.READ)));
    assertEquals(4, code(403, "Authorization", "Splunk " + reader));
  }

  @Test
  void healthNeedsNoKey() {
    for (String path : List.of("/health", "/health/1.0")) {
      HttpResponse<String> answer = logagg.get("/services/collector" + path);
      assertEquals("{\"text\":\"HEC is healthy\",\"code\":17}", answer.body());
    }
  }

  @Test
  void aRepeatOfABodyThatTellsItsTimeIsStoredOnceAndOthersTwice() throws IOException {
    String timed = "{\"time\":1764331200,\"event\":\"t\",\"index\":\"again\"}";
    String untimed = "{\"event\":\"u\",\"index\":\"again\"}";
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(timed.getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(SUCCESS, post("", timed).body());
    assertEquals(SUCCESS, post("/event", timed).body());
    HttpResponse<String> zipped =
        new Api(logagg)
            .send(
                "POST",
                "/services/collector",
                Api.JSON,
                gzip.toByteArray(),
                "Content-Encoding",
                "gzip",
                "X-API-Key",
                key);
    assertEquals(SUCCESS, zipped.body());
    assertEquals(SUCCESS, post("", untimed).body());
    assertEquals(SUCCESS, post("", untimed).body());
    assertEquals(SUCCESS, post("", timed.replace(":\"t\"", ":\"last\"")).body());
    List<String> messages = Api.texts(await("again", 4), "message");
    assertTrue(messages.containsAll(List.of("t", "u", "last")), messages.toString());
  }
}
