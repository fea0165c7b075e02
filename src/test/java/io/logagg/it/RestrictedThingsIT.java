package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.EventStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A key for one app, and what there is by name and by id. */
class RestrictedThingsIT {
  private static TwoApps apps;

  @BeforeAll
  static void start() {
    apps = TwoApps.start();
  }

  @AfterAll
  static void stop() {
    apps.close();
  }

  @Test
  void listsHoldOnlyWhatIsItsOwn() {
    assertEquals(List.of(TwoApps.OWN), Api.texts(apps.list(apps.own, "/api/v1/apps"), "name"));
    assertEquals(List.of("own query"), Api.texts(apps.list(apps.own, "/api/v1/saved"), "name"));
    assertEquals(
        List.of("zyx query", "own query").stream().sorted().toList(),
        Api.texts(apps.list(apps.all, "/api/v1/saved"), "name").stream().sorted().toList());
    assertEquals(
        List.of("{\"message\":\"broken\",\"timestamp\":\"soon\"}"),
        Api.texts(apps.letters(apps.own), "payload"));
    assertEquals(2, apps.letters(apps.other).size());
    assertEquals(
        1, Api.expect(200, apps.get(apps.own, "/api/v1/dlq/stats")).path("total").intValue());
    for (String path :
        List.of(
            "/api/v1/apps",
            "/api/v1/apps?limit=1",
            "/api/v1/apps?cursor=a",
            "/api/v1/dlq",
            "/api/v1/dlq?limit=1",
            "/api/v1/dlq?reason=timestamp",
            "/api/v1/dlq?cursor=" + apps.otherLetter,
            "/api/v1/dlq/stats",
            "/api/v1/dlq/stats?kind=bad_timestamp")) {
      HttpResponse<String> answer = apps.get(apps.own, path);
      assertEquals(200, answer.statusCode(), path);
      assertEquals(List.of(), apps.marksIn(TwoApps.text(answer)), path);
    }
  }

  @Test
  void contextHasNoNeighbourOfTheOtherApp() {
    String id = apps.records(apps.own, "?limit=1&q=n:20").get(0).path("id").asText();
    for (String within : List.of("service", "app", "all")) {
      String path = "/api/v1/logs/" + id + "/context?before=100&after=100&within=" + within;
      HttpResponse<String> answer = apps.get(apps.own, path);
      JsonNode context = Api.expect(200, answer);
      assertEquals(39, context.path("before").size() + context.path("after").size());
      assertEquals(List.of(), apps.marksIn(TwoApps.text(answer)));
    }
    String path = "/api/v1/logs/" + id + "/context?before=100&after=100&within=all";
    assertFalse(apps.marksIn(apps.get(apps.all, path).body()).isEmpty());
  }

  private static String answer(String method, String path, String body) {
    HttpResponse<String> answer =
        apps.logagg.send(
            apps.logagg
                .request(path, "X-API-Key", apps.own, "Content-Type", Api.JSON)
                .method(method, BodyPublishers.ofString(body)));
    assertEquals(List.of(), apps.marksIn(TwoApps.text(answer)));
    return answer.statusCode() + " " + answer.body();
  }

  @Test
  void whatIsOfTheOtherAppIsAsIfItWereNotThere() {
    record Asked(String method, String path, String id, String random, String body) {}
    String nowhere = UUID.randomUUID().toString();
    // As a record's id is made, of another number.
    String record = apps.otherRecord.substring(0, 30) + "0a0a0a";
    for (Asked asked :
        List.of(
            new Asked("GET", "/api/v1/logs/{id}", apps.otherRecord, record, ""),
            new Asked("GET", "/api/v1/logs/{id}/context", apps.otherRecord, record, ""),
            new Asked("PATCH", "/api/v1/logs/{id}", apps.otherRecord, record, "{\"level\":\"X\"}"),
            new Asked("DELETE", "/api/v1/logs/{id}", apps.otherRecord, record, ""),
            new Asked("GET", "/api/v1/apps/{id}", apps.otherApp, "4711", ""),
            new Asked("PATCH", "/api/v1/apps/{id}", apps.otherApp, "4711", "{\"name\":\"mine\"}"),
            new Asked("DELETE", "/api/v1/apps/{id}?cascade=true", apps.otherApp, "4711", ""),
            new Asked("GET", "/api/v1/saved/{id}", apps.otherSaved, "4711", ""),
            new Asked(
                "PATCH", "/api/v1/saved/{id}", apps.otherSaved, "4711", "{\"name\":\"own query\"}"),
            new Asked("DELETE", "/api/v1/saved/{id}", apps.otherSaved, "4711", ""),
            new Asked("GET", "/api/v1/dlq/{id}", apps.otherLetter, nowhere, ""),
            new Asked("DELETE", "/api/v1/dlq/{id}", apps.otherLetter, nowhere, ""),
            new Asked("POST", "/api/v1/dlq/{id}/replay", apps.otherLetter, nowhere, ""))) {
      String answer =
          answer(asked.method(), asked.path().replace("{id}", asked.id()), asked.body());
      assertTrue(answer.startsWith("404 "), asked + ": " + answer);
      assertEquals(
          answer(asked.method(), asked.path().replace("{id}", asked.random()), asked.body()),
          answer);
    }
    assertEquals(200, apps.get(apps.other, "/api/v1/logs/" + apps.otherRecord).statusCode());
    assertEquals(200, apps.get(apps.other, "/api/v1/apps/" + apps.otherApp).statusCode());
    assertEquals(200, apps.get(apps.other, "/api/v1/saved/" + apps.otherSaved).statusCode());
  }

  @Test
  void onlyAnUnrestrictedKeyNamesApps() {
    String path = "/api/v1/apps/" + apps.list(apps.own, "/api/v1/apps").get(0).path("id").asText();
    assertTrue(answer("PATCH", path, "{\"name\":\"renamed\"}").startsWith("403 "));
    assertTrue(
        answer("PATCH", path, "{\"name\":\"alpha\",\"retention_days\":900}").startsWith("200 "));
    String exists = answer("POST", "/api/v1/apps", "{\"name\":\"app-zy\"}");
    assertTrue(exists.startsWith("403 "), exists);
    assertEquals(answer("POST", "/api/v1/apps", "{\"name\":\"nowhere\"}"), exists);
    assertTrue(answer("POST", "/api/v1/apps", "{\"name\":\"alpha\"}").startsWith("409 "));
  }

  @Test
  void aNameThatAnotherKeyUsesIsFree() {
    String body = "{\"name\":\"taken\",\"query\":\"level:ERROR\"}";
    Api.expect(201, apps.post(apps.other, "/api/v1/saved", body));
    assertTrue(answer("POST", "/api/v1/saved", body).startsWith("201 "));
    assertTrue(answer("POST", "/api/v1/saved", body).startsWith("409 "));
    String path = "/api/v1/saved/";
    for (String key : List.of(apps.own, apps.other)) {
      JsonNode mine =
          apps.list(key, "/api/v1/saved").stream()
              .filter(saved -> saved.path("name").asText().equals("taken"))
              .findFirst()
              .orElseThrow();
      Api.expect(
          204,
          apps.logagg.send(
              apps.logagg.request(path + mine.path("id").asText(), "X-API-Key", key).DELETE()));
    }
  }

  @Test
  void aTailTellsOnlyOfTheOwnApp() {
    int rounds = 25;
    try (EventStream tail =
        EventStream.open(apps.logagg, "/api/v1/logs/tail", "X-API-Key", apps.own)) {
      for (int i = 0; i < rounds; i++) {
        String last = "followed " + i + ".";
        String other = Api.record(TwoApps.OTHER, "zyx");
        String records = String.join(",", other, Api.record(TwoApps.OWN, last), other);
        Api.expect(201, apps.post(apps.all, "/api/v1/bulk_logs", "[" + records + "]"));
        tail.awaitMessages(seen -> seen.contains(last));
      }
      assertEquals(rounds, tail.events("log").size());
      assertEquals(List.of(), apps.marksIn(tail.text()));
    }
    // They are of this test alone.
    String gone = "/api/v1/logs?q=%22followed%22+OR+message:zyx&since=10m";
    Api.expect(200, apps.logagg.send(apps.logagg.request(gone, "X-API-Key", apps.all).DELETE()));
  }

  @Test
  void whatItDeletesIsItsOwn() {
    String body =
        "["
            + Api.record(TwoApps.OWN, "deletable")
            + ","
            + Api.record(TwoApps.OTHER, "zyx deletable")
            + "]";
    Api.expect(201, apps.post(apps.all, "/api/v1/bulk_logs", body));
    String path = "/api/v1/logs?q=deletable";
    String dryRun = answer("DELETE", path + "&dry_run=true", "");
    assertTrue(dryRun.contains("\"matched\":1,"), dryRun);
    String done = answer("DELETE", path, "");
    assertTrue(done.contains("\"deleted\":1}"), done);
    assertEquals(1, apps.records(apps.all, "?q=deletable").size());
    assertTrue(answer("DELETE", "/api/v1/logs", "").startsWith("400 "));
    Api.expect(200, apps.logagg.send(apps.logagg.request(path, "X-API-Key", apps.all).DELETE()));
  }

  @Test
  void metricsAreNotItsOwn() {
    HttpResponse<String> answer = apps.get(apps.own, "/metrics");
    assertEquals(403, answer.statusCode());
    assertEquals(200, apps.get(apps.all, "/metrics").statusCode());
  }
}
