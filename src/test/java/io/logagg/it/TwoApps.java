package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A server with two apps, all of whose texts contain a word of its own in one of them: none of
 * these may come out with a key for the other.
 */
final class TwoApps implements AutoCloseable {
  static final String OWN = "alpha";
  static final String OTHER = "app-zyx";

  /** Stands, in any case, in all that belongs to the other app. */
  private static final String MARK = "zyx";

  /** A time of the other app; nothing of the own one is of that minute, and no bucket begins so. */
  final Instant longAgo =
      Instant.now().minus(40, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS).plusSeconds(17 * 60);

  final Instant recent = Instant.now().minus(20, ChronoUnit.MINUTES);

  final RunningLogagg logagg;
  final String all;
  final String own;
  final String other;
  final String otherRecord;
  final String otherLetter;
  final String otherApp;
  final String otherSaved;
  private final TestKeys keys;
  private final Set<String> marks = new TreeSet<>();

  private TwoApps(RunningLogagg logagg, TestKeys keys) {
    this.logagg = logagg;
    this.keys = keys;
    all = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
    own = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN), OWN));
    other = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN), OTHER));
    fill();
    JsonNode record = records(all, "?app=" + OTHER + "&limit=1").get(0);
    otherRecord = record.path("id").asText();
    otherApp = record.path("app_id").asText();
    otherLetter =
        Eventually.value("dead letters", () -> letters(all), found -> found.size() == 5)
            .get(0)
            .path("id")
            .asText();
    otherSaved = save(other, "zyx query");
    save(own, "own query");
    marks.addAll(Set.of(MARK, longAgo.toString().substring(0, 16), otherLetter));
    records(all, "?app=" + OTHER + "&limit=1000")
        .forEach(row -> marks.add(row.path("id").asText()));
  }

  static TwoApps start() {
    TestServers servers = TestServers.reset();
    RunningLogagg logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    return new TwoApps(logagg, TestKeys.open(servers));
  }

  @Override
  public void close() {
    keys.close();
    logagg.close();
  }

  private void fill() {
    List<String> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      records.add(
          """
          {"app":"alpha","level":"%s","service":"front","message":"order %d of user u%d paid","id":"a-%d",
           "timestamp":"%s","metadata_":{"n":%d,"path":"/orders","tags":["x","y"]}}"""
              .formatted(i % 3 == 0 ? "ERROR" : "INFO", i, i % 5, i, recent.plusSeconds(i), i));
    }
    for (int i = 0; i < 60; i++) {
      Instant time = i % 2 == 0 ? longAgo.plusSeconds(i) : recent.plusSeconds(i);
      records.add(
          """
          {"app":"app-zyx","level":"%s","service":"service-zyx","message":"zyxword %d fails","id":"zyx-%d",
           "timestamp":"%s","metadata_":{"n":%d,"zyxfield":{"zyxdeep":"zyxvalue"},"path":"/zyx"}}"""
              .formatted(i % 2 == 0 ? "ZYX" : "ERROR", i, i, time, 100_000 + i));
    }
    String body = "[" + String.join(",", records) + "]";
    Api.expect(201, post(all, "/api/v1/bulk_logs", body));
    letter(own, "{\"message\":\"broken\",\"timestamp\":\"soon\"}");
    letter(other, "{\"message\":\"zyx broken\",\"timestamp\":\"zyx soon\"}");
    letter(all, "{\"zyx of nobody\":1}");
    letter(all, "{\"app\":\"app-zyx\",\"message\":\"zyx of all\",\"timestamp\":\"zyx soon\"}");
    letter(own, "{\"app\":\"app-zyx\",\"message\":\"zyx not allowed\"}");
  }

  private void letter(String key, String record) {
    HttpResponse<String> refused = post(key, "/api/v1/ingest", record);
    assertTrue(refused.statusCode() == 400 || refused.statusCode() == 403, refused.body());
  }

  private String save(String key, String name) {
    String body = "{\"name\":%s,\"query\":\"message:zyxword\"}".formatted(Api.quote(name));
    return Api.expect(201, post(key, "/api/v1/saved", body)).path("id").asText();
  }

  HttpResponse<String> post(String key, String path, String body) {
    return logagg.post(path, Api.JSON, body, "X-API-Key", key);
  }

  HttpResponse<String> get(String key, String path) {
    return logagg.get(path, "X-API-Key", key);
  }

  List<JsonNode> list(String key, String path) {
    List<JsonNode> rows = new ArrayList<>();
    Api.expect(200, get(key, path)).forEach(rows::add);
    return rows;
  }

  List<JsonNode> records(String key, String query) {
    return list(key, "/api/v1/logs" + query);
  }

  List<JsonNode> letters(String key) {
    return list(key, "/api/v1/dlq?limit=1000");
  }

  static String text(HttpResponse<String> answer) {
    return answer.headers().map() + "\n" + answer.body();
  }

  List<String> marksIn(String text) {
    String folded = text.toLowerCase(Locale.ROOT);
    return marks.stream().filter(mark -> folded.contains(mark.toLowerCase(Locale.ROOT))).toList();
  }
}
