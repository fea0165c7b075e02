package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A key for one app asks whatever can be asked by filter: nothing of another app may come out, and
 * what is counted must be what an unrestricted key counts of the one app.
 */
class RestrictedReadsIT {
  /** Routes that have a test of their own here, or show a restricted key nothing. */
  private static final Set<String> NOT_BY_FILTER =
      Set.of(
          "/api/v1/alerts",
          "/api/v1/alerts/deliveries",
          "/api/v1/alerts/receivers",
          "/api/v1/alerts/receivers/{id}",
          "/api/v1/alerts/{id}",
          "/api/v1/alerts/{id}/history",
          "/api/v1/logs/tail",
          "/api/v1/storage",
          "/api/v1/logs/{id}",
          "/api/v1/logs/{id}/context",
          "/api/v1/apps",
          "/api/v1/apps/{id}",
          "/api/v1/saved",
          "/api/v1/saved/{id}",
          "/api/v1/dlq",
          "/api/v1/dlq/stats",
          "/api/v1/dlq/{id}",
          "/api/v1/keys",
          "/api/v1/keys/{id}");

  private static TwoApps apps;

  @BeforeAll
  static void start() {
    apps = TwoApps.start();
  }

  @AfterAll
  static void stop() {
    apps.close();
  }

  /** Questions whose answers are of the filter alone. */
  static Stream<String> questions() {
    String range =
        "since=" + apps.longAgo.minusSeconds(60) + "&until=" + apps.recent.plusSeconds(600);
    String narrow = "since=" + apps.recent + "&until=" + apps.recent.plusSeconds(90);
    return Stream.of(
        "/api/v1/logs",
        "/api/v1/logs?limit=7",
        "/api/v1/logs?order=asc&limit=7",
        "/api/v1/logs?order=asc&limit=7&" + range,
        "/api/v1/logs?level=ERROR",
        "/api/v1/logs?level=ERROR,ZYX&service=front,service-zyx",
        "/api/v1/logs?q=fails+OR+paid",
        "/api/v1/logs?q=NOT+paid",
        "/api/v1/logs?q=n:%3E10",
        "/api/v1/logs?cursor=OTHER",
        "/api/v1/logs?order=asc&cursor=OTHER",
        "/api/v1/logs/filter?" + range,
        "/api/v1/stats",
        "/api/v1/stats?" + range,
        "/api/v1/stats?" + narrow,
        "/api/v1/stats?q=NOT+paid",
        "/api/v1/stats?q=n:%3E3",
        "/api/v1/stats/histogram",
        "/api/v1/stats/histogram?group_by=app",
        "/api/v1/stats/histogram?group_by=level&interval=1m",
        "/api/v1/stats/histogram?group_by=service&q=n:%3E3",
        "/api/v1/stats/histogram?interval=1h&" + range,
        "/api/v1/stats/histogram?q=nothing+at+all",
        "/api/v1/stats/top?field=app",
        "/api/v1/stats/top?field=level&limit=1",
        "/api/v1/stats/top?field=service&" + range,
        "/api/v1/stats/top?field=message",
        "/api/v1/stats/top?field=metadata_.n&limit=3",
        "/api/v1/stats/top?field=metadata_.zyxfield.zyxdeep",
        "/api/v1/stats/top?field=metadata_.path&q=n:%3E3",
        "/api/v1/stats/facets",
        "/api/v1/stats/facets?q=NOT+paid",
        "/api/v1/stats/facets?fields=level,app,message,metadata_.path",
        "/api/v1/fields",
        "/api/v1/fields?q=n:%3E3",
        "/api/v1/fields?" + range,
        "/api/v1/stats/timeseries?field=metadata_.n",
        "/api/v1/stats/timeseries?field=metadata_.n&group_by=app",
        "/api/v1/stats/timeseries?field=metadata_.n&group_by=metadata_.path&interval=5m",
        "/api/v1/stats/timeseries?field=metadata_.n&group_by=service&interval=1d&" + range,
        "/api/v1/stats/patterns",
        "/api/v1/stats/patterns?members=true",
        "/api/v1/stats/patterns?members=true&limit=1&" + range,
        "/api/v1/stats/compare?" + narrow,
        "/api/v1/stats/compare?field=message&" + range,
        "/api/v1/stats/compare?field=app&" + narrow,
        "/api/v1/stats/compare?field=metadata_.path&" + narrow);
  }

  private static HttpResponse<String> getAs(String key, String path, String accept) {
    return apps.logagg.get(
        path.replace("OTHER", apps.otherRecord), "X-API-Key", key, "Accept", accept);
  }

  @ParameterizedTest
  @MethodSource("questions")
  void answersAreOfTheOwnAppAlone(String question) {
    for (String accept : List.of(Api.JSON, Api.NDJSON, "text/csv")) {
      HttpResponse<String> answer = getAs(apps.own, question, accept);
      assertEquals(200, answer.statusCode(), answer::body);
      String asked =
          question.contains("zyxfield")
              ? TwoApps.text(answer).replace("zyxfield.zyxdeep", "")
              : TwoApps.text(answer);
      // A link repeats what was asked for.
      assertEquals(List.of(), apps.marksIn(asked.replace("service-zyx", "").replace("ZYX&", "&")));
      String named = question + (question.contains("?") ? "&" : "?") + "app=" + TwoApps.OWN;
      assertEquals(getAs(apps.all, named, accept).body(), answer.body());
      assertEquals(getAs(apps.own, named, accept).body(), answer.body());
    }
  }

  @Test
  void theOtherAppIsThereToBeSeen() {
    List<String> seen =
        questions()
            .filter(question -> !apps.marksIn(getAs(apps.all, question, Api.JSON).body()).isEmpty())
            .toList();
    assertTrue(seen.size() > 30, seen::toString);
    for (String path : List.of("/api/v1/apps", "/api/v1/saved", "/api/v1/dlq")) {
      assertFalse(apps.marksIn(apps.get(apps.all, path).body()).isEmpty(), path);
      assertFalse(apps.marksIn(apps.get(apps.other, path).body()).isEmpty(), path);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/logs?app=NAME",
        "/api/v1/logs?app=alpha,NAME",
        "/api/v1/logs?q=app:NAME",
        "/api/v1/logs?q=app:NAME+OR+app:alpha&limit=100",
        "/api/v1/logs/tail?app=NAME",
        "/api/v1/stats?app=NAME",
        "/api/v1/stats?q=app:NAME",
        "/api/v1/stats/histogram?q=app:NAME",
        "/api/v1/stats/top?field=message&q=app:NAME",
        "/api/v1/stats/patterns?q=app:NAME",
        "/api/v1/stats/timeseries?field=metadata_.n&q=app:NAME",
        "/api/v1/fields?q=app:NAME",
        "/api/v1/fields?app=NAME",
        "/api/v1/stats?app=NAME&q=(",
        "/api/v1/stats/histogram?app=NAME&interval=soon",
      })
  void namingAnotherAppTellsNotWhetherItIsThere(String path) {
    HttpResponse<String> there = apps.get(apps.own, path.replace("NAME", TwoApps.OTHER));
    HttpResponse<String> nowhere = apps.get(apps.own, path.replace("NAME", "nowhere"));
    assertEquals(nowhere.statusCode() + nowhere.body(), there.statusCode() + there.body());
    assertEquals(List.of(), apps.marksIn(TwoApps.text(there)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/logs?q=(",
        "/api/v1/logs?q=nofield.x:%3E&limit=0",
        "/api/v1/logs?limit=0",
        "/api/v1/logs?since=whenever",
        "/api/v1/logs?nosuch=1",
        "/api/v1/logs?cursor=1",
        "/api/v1/saved?cursor=1",
        "/api/v1/dlq?kind=nosuch",
        "/api/v1/stats/histogram?interval=1ms",
        "/api/v1/stats/histogram?interval=1s&since=2001-01-01T00:00:00Z",
        "/api/v1/stats/timeseries?field=level",
        "/api/v1/stats/top",
        "/api/v1/stats/compare?since=1m&until=1h",
        "/api/v1/logs/tail?last_event_id=AAAA",
      })
  void mistakesTellNothing(String path) {
    HttpResponse<String> answer = apps.get(apps.own, path);
    Api.problem(400, answer);
    assertEquals(List.of(), apps.marksIn(TwoApps.text(answer)));
    // How many buckets there would be changes while the two are asked.
    UnaryOperator<String> timeless = body -> body.replaceAll("about [0-9]+", "about N");
    assertEquals(timeless.apply(apps.get(apps.all, path).body()), timeless.apply(answer.body()));
  }

  @Test
  void everyReadingRouteIsAskedHere() {
    Set<String> asked = new TreeSet<>(NOT_BY_FILTER);
    questions().forEach(question -> asked.add(question.replaceAll("[?].*", "")));
    List<String> missing = new ArrayList<>();
    Api.expect(200, apps.logagg.get("/openapi.json"))
        .path("paths")
        .properties()
        .forEach(
            path -> {
              JsonNode get = path.getValue().path("get");
              boolean isOfAgents = get.path("tags").toString().contains("agents");
              boolean isRead =
                  path.getKey().startsWith("/api/") && !get.isMissingNode() && !isOfAgents;
              if (isRead && !asked.contains(path.getKey())) {
                missing.add(path.getKey());
              }
            });
    assertEquals(List.of(), missing, "ask them among the questions, or in a test of their own");
  }
}
