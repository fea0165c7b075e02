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
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rules and receivers over HTTP, by keys that may and others. */
class AlertsIT {
  private static final String SECRET = "s3cret-of-the-hook";

  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String admin;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    keys = TestKeys.open(servers);
    admin = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  private static HttpResponse<String> send(String key, String method, String path, String json) {
    return logagg.send(
        logagg
            .request(path, "Content-Type", Api.JSON, "X-API-Key", key)
            .method(method, BodyPublishers.ofString(json)));
  }

  private static HttpResponse<String> ask(String method, String path, String json) {
    return send(admin, method, path, json);
  }

  private static String receiver(String name, String url) {
    return "{\"name\":\"%s\",\"kind\":\"slack\",\"url\":\"%s\",\"authorization\":\"Bearer %s\"}"
        .formatted(name, url, SECRET);
  }

  @Test
  void shouldKeepRulesAndSayWhatIsWrongWithThem() {
    String rule = "{\"name\":\"kept\",\"threshold\":5,\"q\":\"level:ERROR\",\"window\":\"10m\"}";
    JsonNode made = Api.expect(201, ask("POST", "/api/v1/alerts", rule));
    String path = "/api/v1/alerts/" + made.path("id");
    assertEquals("inactive", made.path("phase").asText());
    assertEquals(409, ask("POST", "/api/v1/alerts", rule).statusCode());
    JsonNode problem =
        Api.problem(422, ask("POST", "/api/v1/alerts", "{\"name\":\"n\",\"window\":\"9d\"}"));
    assertEquals(
        List.of("threshold", "window"),
        Api.texts(problem.path("errors"), "field").stream().sorted().toList());
    assertEquals(
        "receivers: there is no receiver nobody",
        Api.problem(422, ask("PATCH", path, "{\"receivers\":\"nobody\"}")).path("detail").asText());
    JsonNode changed = Api.expect(200, ask("PATCH", path, "{\"threshold\":7,\"for\":\"1m\"}"));
    assertEquals(7, changed.path("threshold").asInt());
    assertEquals("level:ERROR", changed.path("q").asText());
    JsonNode other = Api.expect(200, ask("PATCH", path, "{\"kind\":\"absence\"}"));
    assertEquals("absence", other.path("kind").asText());
    assertFalse(other.has("threshold"));
    JsonNode replaced =
        Api.expect(200, ask("PUT", path, "{\"name\":\"kept\",\"threshold\":1,\"enabled\":false}"));
    assertEquals("", replaced.path("q").asText());
    assertFalse(replaced.path("enabled").asBoolean());
    assertEquals(204, ask("DELETE", path, "").statusCode());
    assertEquals(404, ask("GET", path, "").statusCode());
    assertEquals(404, ask("GET", "/api/v1/alerts/no-number", "").statusCode());
  }

  @Test
  void shouldPageByNameAndKeepTheOrder() {
    for (String name : List.of("page c", "page a", "page b")) {
      String rule = "{\"name\":\"%s\",\"kind\":\"absence\",\"enabled\":false}".formatted(name);
      Api.expect(201, ask("POST", "/api/v1/alerts", rule));
    }
    HttpResponse<String> page =
        ask("GET", "/api/v1/alerts?limit=2&cursor=" + Api.encode("page"), "");
    assertEquals(List.of("page a", "page b"), Api.texts(Api.expect(200, page), "name"));
    HttpResponse<String> next = ask("GET", Api.next(page).orElseThrow(), "");
    assertEquals("page c", Api.expect(200, next).path(0).path("name").asText());
  }

  @Test
  void shouldTellNoSecretOfAReceiver() {
    HttpResponse<String> made =
        ask("POST", "/api/v1/alerts/receivers", receiver("hidden", "https://h.example/" + SECRET));
    JsonNode shown = Api.expect(201, made);
    String path = "/api/v1/alerts/receivers/" + shown.path("id");
    assertEquals("https://h.example/…", shown.path("url").asText());
    assertTrue(shown.path("authorization").asBoolean());
    HttpResponse<String> bad =
        ask("PATCH", path, "{\"url\":\"ftp://%s/\",\"kind\":\"x\"}".formatted(SECRET));
    for (HttpResponse<String> answer :
        List.of(
            made,
            bad,
            ask("GET", path, ""),
            ask("GET", "/api/v1/alerts/receivers", ""),
            ask("PATCH", path, "{\"kind\":\"webhook\"}"),
            logagg.get("/metrics", "X-API-Key", admin))) {
      assertFalse(answer.body().contains(SECRET), answer::body);
    }
    assertEquals(422, bad.statusCode());
    assertFalse(logagg.stderr().contains(SECRET));
  }

  @Test
  void shouldKeepAReceiverThatARuleNames() {
    JsonNode made =
        Api.expect(
            201, ask("POST", "/api/v1/alerts/receivers", receiver("used", "https://h.example/")));
    String path = "/api/v1/alerts/receivers/" + made.path("id");
    String rule = "{\"name\":\"uses\",\"threshold\":1,\"receivers\":[\"used\"],\"enabled\":false}";
    JsonNode kept = Api.expect(201, ask("POST", "/api/v1/alerts", rule));
    assertEquals(409, ask("DELETE", path, "").statusCode());
    assertEquals(409, ask("PATCH", path, "{\"name\":\"renamed\"}").statusCode());
    assertEquals(204, ask("DELETE", "/api/v1/alerts/" + kept.path("id"), "").statusCode());
    assertEquals(204, ask("DELETE", path, "").statusCode());
  }

  @Test
  void shouldRefuseReceiversThatOnlyTheServerItselfCanReach() {
    for (String url :
        List.of("http://127.0.0.1:8000/", "http://169.254.169.254/latest", "http://[::1]/")) {
      JsonNode problem =
          Api.problem(422, ask("POST", "/api/v1/alerts/receivers", receiver("bad", url)));
      assertEquals(
          "url: its host may not be called, see alerts.allowedHosts",
          problem.path("detail").asText());
    }
    // What a name leads to is found out when it is called.
    Api.expect(
        201, ask("POST", "/api/v1/alerts/receivers", receiver("local", "http://localhost:1/")));
    String rule =
        "{\"name\":\"local\",\"kind\":\"absence\",\"app\":\"nobody\",\"window\":\"10s\",\"interval\":\"10s\",\"receivers\":\"local\"}";
    Api.expect(201, ask("POST", "/api/v1/alerts", rule));
    JsonNode deliveries =
        Eventually.value(
            "an attempt",
            90_000_000_000L,
            () -> Api.expect(200, ask("GET", "/api/v1/alerts/deliveries?state=waiting", "")),
            all -> all.path(0).path("error").isTextual());
    assertEquals(
        "the receiver's address may not be called, see alerts.allowedHosts",
        deliveries.path(0).path("error").asText());
  }

  @Test
  void shouldPreviewWhatARestrictedKeyMaySee() {
    Instant past = Instant.now().minus(3, ChronoUnit.MINUTES);
    for (String app : List.of("seen", "unseen", "unseen")) {
      String record =
          "{\"app\":\"%s\",\"message\":\"m\",\"timestamp\":\"%s\"}".formatted(app, past);
      Api.expect(201, send(admin, "POST", "/api/v1/logs", record));
    }
    String restricted = TestKeys.known(logagg, keys.key(Set.of(Scope.READ), "seen"));
    String rule =
        "{\"app\":[%s],\"threshold\":0,\"window\":\"1m\",\"group_by\":\"app\",\"since\":\"10m\"}";
    JsonNode all =
        Api.expect(
            200,
            send(admin, "POST", "/api/v1/alerts/preview", rule.formatted("\"seen\",\"unseen\"")));
    assertEquals(
        List.of("firing", "firing", "resolved", "resolved"),
        Api.texts(all.path("transitions"), "phase").stream().sorted().toList());
    JsonNode some =
        Api.expect(200, send(restricted, "POST", "/api/v1/alerts/preview", rule.formatted("")));
    assertEquals(Set.of("seen"), Set.copyOf(Api.texts(some.path("transitions"), "group")));
    assertEquals(
        403,
        send(restricted, "POST", "/api/v1/alerts/preview", rule.formatted("\"unseen\""))
            .statusCode());
    assertEquals(403, send(restricted, "GET", "/api/v1/alerts", "").statusCode());
    JsonNode problem =
        Api.problem(
            422,
            send(admin, "POST", "/api/v1/alerts/preview", "{\"threshold\":1,\"since\":\"30d\"}"));
    assertEquals("since", problem.path("errors").path(0).path("field").asText());
  }
}
