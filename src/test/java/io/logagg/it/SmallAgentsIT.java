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
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways in of Datadog, Seq and Graylog: records arrive complete, and answers are theirs. */
class SmallAgentsIT {
  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String key;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    keys = TestKeys.open(servers);
    key = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST, Scope.READ)));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  private static HttpResponse<String> post(String path, String type, String body) {
    return logagg.post(path, type, body, "X-API-Key", key);
  }

  private static JsonNode get(String path) {
    return Api.expect(200, logagg.get(path, "X-API-Key", key));
  }

  /** The only record of an app. */
  private static JsonNode await(String app) {
    String path = "/api/v1/logs?app=" + app;
    JsonNode rows =
        Eventually.value("the record of " + app, () -> get(path), all -> !all.isEmpty());
    assertEquals(1, rows.size(), rows.toString());
    return rows.get(0);
  }

  private static void assertLog(String app, String level, String service, String message) {
    JsonNode log = await(app);
    assertEquals("2025-11-28T12:00:00.123Z", log.path("timestamp").asText());
    assertEquals(level, log.path("level").asText());
    assertEquals(service, log.path("service").asText());
    assertEquals(message, log.path("message").asText());
  }

  @ParameterizedTest
  @CsvSource({"/api/v2/logs,dd-2", "/v1/input?ddtags=env:prod,dd-1"})
  void datadogsLogsArriveOnce(String path, String app) {
    String body =
        "[{\"message\":\"m\",\"status\":\"warn\",\"service\":\"pay\",\"timestamp\":1764331200123,\"ddtags\":\"app:%s\"}]"
            .formatted(app);
    for (int i = 0; i < 2; i++) {
      assertEquals("{}", logagg.post(path, Api.JSON, body, "DD-API-KEY", key).body());
    }
    assertLog(app, "WARN", "pay", "m");
    assertEquals(app, await(app).path("metadata_").path("tags").path("app").asText());
  }

  @Test
  void datadogsLinesArrive() {
    HttpResponse<String> answer =
        post("/api/v2/logs?ddsource=dd-text&hostname=h", "text/plain", "hello there\n");
    assertEquals(202, answer.statusCode());
    assertEquals("hello there", await("dd-text").path("message").asText());
  }

  private static JsonNode error(HttpResponse<String> answer, int status) {
    return Api.expect(status, answer).path("errors").path(0);
  }

  @Test
  void datadogsErrorsAreTheirs() {
    HttpResponse<String> broken = post("/api/v2/logs", Api.JSON, "hello");
    assertEquals("Bad Request", error(broken, 400).path("title").asText());
    assertEquals("400", error(broken, 400).path("status").asText());
    HttpResponse<String> bad = post("/api/v2/logs?strict=true", Api.JSON, "[1]");
    assertTrue(error(bad, 400).path("detail").asText().contains("not a JSON object"), bad.body());
    assertEquals("Unauthorized", error(logagg.get("/api/v1/validate"), 401).asText());
    String unknown = TestKeys.unknown();
    assertEquals(
        "Forbidden", error(logagg.get("/api/v1/validate", "DD-API-KEY", unknown), 403).asText());
    assertEquals("{\"valid\":true}", logagg.get("/api/v1/validate", "DD-API-KEY", key).body());
    HttpResponse<String> foreign =
        logagg.post("/api/v2/logs", Api.JSON, "[]", "DD-API-KEY", unknown);
    assertEquals("403", error(foreign, 403).path("status").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/ingest/clef;application/vnd.serilog.clef;clef-1",
        "/api/events/raw?clef;application/vnd.serilog.clef;clef-2",
        "/api/events/raw;application/json;clef-3",
        "/ingest/clef;application/json; charset=utf-8;clef-4"
      })
  void seqsEventsArriveOnce(String path, String type, String app) {
    String clef =
        """
        {"@t":"2025-11-28T12:00:00.1230000Z","@l":"Error","@mt":"Hi {Name}","Name":"ann","SourceContext":"pay",\
        "app":"%s"}
        """
            .formatted(app);
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer = logagg.post(path, type, clef, "X-Seq-ApiKey", key);
      assertEquals("{\"MinimumLevelAccepted\":null}", answer.body());
      assertEquals(201, answer.statusCode());
    }
    assertLog(app, "ERROR", "pay", "Hi ann");
  }

  @Test
  void seqsOlderFormArrivesAndErrorsAreTheirs() {
    String raw =
        """
        {"Events":[{"Timestamp":"2025-11-28T12:00:00.123Z","Level":"Error","MessageTemplate":"Hi {Name}",\
        "Properties":{"Name":"ann","service":"pay","app":"raw-events"}}]}""";
    assertEquals(201, post("/api/events/raw", Api.JSON, raw).statusCode());
    assertLog("raw-events", "ERROR", "pay", "Hi ann");
    HttpResponse<String> broken = post("/api/events/raw", Api.JSON, "{\"Events\":[{");
    assertTrue(
        Api.expect(400, broken).path("Error").asText().contains("ends within"), broken.body());
    HttpResponse<String> bad = post("/ingest/clef?strict=true", "text/plain", "{}\n[1]");
    assertTrue(Api.expect(400, bad).path("Error").asText().contains("record 2"), bad.body());
    assertTrue(Api.expect(401, logagg.post("/ingest/clef", Api.JSON, raw)).has("Error"));
  }

  private static byte[] zlib(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void graylogsMessagesArrive() {
    String message =
        "{\"version\":\"1.1\",\"host\":\"h\",\"short_message\":\"m\",\"timestamp\":1764331200.123,\"level\":3,\"_app\":\"%s\",\"_service\":\"pay\"}";
    HttpResponse<String> answer = post("/gelf", Api.JSON, message.formatted("gelf-1"));
    assertEquals(202, answer.statusCode());
    assertEquals("", answer.body());
    assertLog("gelf-1", "ERROR", "pay", "m");
    HttpResponse<String> zipped =
        new Api(logagg)
            .send(
                "POST",
                "/gelf",
                Api.JSON,
                zlib(message.formatted("gelf-2")),
                "Content-Encoding",
                "deflate",
                "X-API-Key",
                key);
    assertEquals(202, zipped.statusCode());
    assertLog("gelf-2", "ERROR", "pay", "m");
    Api.problem(400, post("/gelf", Api.JSON, "hello"));
    Api.problem(400, post("/gelf?strict=true", Api.JSON, "[1]"));
  }
}
