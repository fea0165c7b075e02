package io.logagg.http;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.access.Scope;
import io.logagg.http.Caller.Reach;
import io.logagg.http.routing.Access;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the API, asked for with every kind of key. What is expected follows from what
 * the route asks of its callers and from its row in the table below; an operation without a row
 * fails the test.
 */
class AuthorizationMatrixIT {
  private static final String OWN = "matrix-own";
  private static final String SPARE = "matrix-spare";
  private static final String RECORD = Api.record(OWN, "matrix");
  private static final String QUERY = "{\"name\":\"%s\",\"query\":\"level:ERROR\"}";

  private static TestServers servers;
  private static RunningLogagg logagg;
  static TestKeys keys;
  private static String admin;
  static final AtomicInteger COUNT = new AtomicInteger();

  /**
   * How an operation is asked for.
   *
   * @param target makes what it is about, and tells its path
   * @param status for who may, of the app {@link #OWN} or of all
   * @param outside for one whose key is for another app, where the route does not tell by itself
   */
  record Row(
      String operation, Function<Caller, String> target, String body, int status, int outside) {
    String method() {
      return operation.substring(0, operation.indexOf(' '));
    }

    /** As Splunk and Datadog do. */
    boolean tellsBadKeysAs403() {
      return operation.contains("/services/collector")
          || operation.contains("/api/v2/logs")
          || operation.contains("/v1/input")
          || operation.contains("/api/v1/validate");
    }

    static Row open(String operation, int status) {
      return at(operation, "", status, status);
    }

    /** The path as it stands, with that behind it. */
    static Row at(String operation, String query, int status, int outside) {
      String path = operation.substring(operation.indexOf(' ') + 1);
      return new Row(operation, caller -> path + query, "", status, outside);
    }

    static Row of(
        String operation, Function<Caller, String> id, String body, int status, int outside) {
      String path = operation.substring(operation.indexOf(' ') + 1);
      return new Row(
          operation, caller -> path.replace("{id}", id.apply(caller)), body, status, outside);
    }
  }

  private static final String OF_OWN = "?app=" + OWN;

  private static final String CLEF = "{\"@m\":\"hello\",\"app\":\"%s\"}".formatted(OWN);

  private static final String HEC = "{\"event\":\"hello\",\"index\":\"%s\"}".formatted(OWN);
  private static final String HEC_RAW = "/services/collector/raw";
  private static final String DATADOG = "[{\"message\":\"hello\",\"app\":\"%s\"}]".formatted(OWN);
  private static final String GELF = "{\"short_message\":\"hello\",\"_app\":\"%s\"}".formatted(OWN);

  private static final String OTLP =
      """
      {"resourceLogs":[{"resource":{"attributes":[{"key":"app","value":{"stringValue":"%s"}}]},
        "scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}"""
          .formatted(OWN);

  private static final String LOKI =
      """
      {"streams":[{"stream":{"app":"%s"},"values":[["1764331200000000000","hello"]]}]}"""
          .formatted(OWN);

  private static final List<Row> ROWS =
      List.of(
          Row.open("GET /", 200),
          Row.open("GET /docs", 200),
          Row.open("GET /openapi.json", 200),
          Row.open("GET /health", 200),
          Row.open("GET /health/live", 200),
          Row.open("GET /health/ready", 200),
          Row.at("GET /metrics", "", 200, 403),
          Row.of("POST /api/v1/ingest", c -> "", RECORD, 202, 403),
          Row.of("POST /ingest/clef", c -> "", CLEF, 201, 403),
          Row.of("POST /api/events/raw", c -> "", CLEF, 201, 403),
          Row.of("POST /services/collector", c -> "", HEC, 200, 403),
          Row.of("POST /services/collector/event", c -> "", HEC, 200, 403),
          Row.of("POST /services/collector/event/1.0", c -> "", HEC, 200, 403),
          new Row("POST /services/collector/raw", c -> HEC_RAW + "?index=" + OWN, "line", 200, 403),
          new Row(
              "POST /services/collector/raw/1.0",
              c -> HEC_RAW + "/1.0?index=" + OWN,
              "line",
              200,
              403),
          Row.of("POST /services/collector/ack", c -> "", "{}", 400, 400),
          Row.open("GET /services/collector/health", 200),
          Row.open("GET /services/collector/health/1.0", 200),
          Row.of("POST /api/v2/logs", c -> "", DATADOG, 202, 403),
          Row.of("POST /v1/input", c -> "", DATADOG, 202, 403),
          Row.at("GET /api/v1/validate", "", 200, 200),
          Row.of("POST /gelf", c -> "", GELF, 202, 403),
          Row.of("POST /v1/logs", c -> "", OTLP, 200, 403),
          Row.of("POST /otlp/v1/logs", c -> "", OTLP, 200, 403),
          Row.of("POST /loki/api/v1/push", c -> "", LOKI, 204, 403),
          Row.of("POST /api/prom/push", c -> "", LOKI, 204, 403),
          Row.open("GET /ready", 200),
          Row.of("POST /api/v1/logs", c -> "", RECORD, 201, 403),
          Row.of("POST /api/v1/bulk_logs", c -> "", "[" + RECORD + "]", 201, 403),
          Row.at("GET /api/v1/logs", OF_OWN, 200, 403),
          Row.at("GET /api/v1/logs/filter", OF_OWN, 200, 403),
          Row.at("GET /api/v1/logs/tail", OF_OWN, 200, 403),
          Row.at("DELETE /api/v1/logs", OF_OWN + "&q=nothing", 200, 403),
          Row.of("GET /api/v1/logs/{id}", c -> record(), "", 200, 404),
          Row.of("GET /api/v1/logs/{id}/context", c -> record(), "", 200, 404),
          Row.of("PATCH /api/v1/logs/{id}", c -> record(), "{\"level\":\"WARN\"}", 200, 404),
          Row.of("DELETE /api/v1/logs/{id}", c -> record(), "", 204, 404),
          Row.at("GET /api/v1/fields", OF_OWN, 200, 403),
          Row.at("GET /api/v1/stats", OF_OWN, 200, 403),
          Row.at("GET /api/v1/stats/histogram", OF_OWN, 200, 403),
          Row.at("GET /api/v1/stats/top", OF_OWN + "&field=level", 200, 403),
          Row.at("GET /api/v1/stats/facets", OF_OWN, 200, 403),
          Row.at("GET /api/v1/stats/patterns", OF_OWN, 200, 403),
          Row.at("GET /api/v1/stats/timeseries", OF_OWN + "&field=metadata_.n", 200, 403),
          Row.at("GET /api/v1/stats/compare", OF_OWN, 200, 403),
          Row.at("GET /api/v1/saved", "", 200, 200),
          new Row("POST /api/v1/saved", c -> "/api/v1/saved", QUERY, 201, 201),
          Row.of("GET /api/v1/saved/{id}", AuthorizationMatrixIT::saved, "", 200, 404),
          Row.of("PATCH /api/v1/saved/{id}", AuthorizationMatrixIT::saved, QUERY, 200, 404),
          Row.of("DELETE /api/v1/saved/{id}", AuthorizationMatrixIT::saved, "", 204, 404),
          Row.at("GET /api/v1/apps", "", 200, 200),
          new Row(
              "POST /api/v1/apps", c -> withoutSpare(), "{\"name\":\"" + SPARE + "\"}", 201, 403),
          Row.of("GET /api/v1/apps/{id}", c -> app(), "", 200, 404),
          Row.of("PATCH /api/v1/apps/{id}", c -> app(), "{\"description\":\"d\"}", 200, 404),
          Row.of("DELETE /api/v1/apps/{id}", c -> app(), "", 204, 404),
          Row.at("GET /api/v1/dlq", "", 200, 200),
          Row.at("DELETE /api/v1/dlq", "", 200, 200),
          Row.at("GET /api/v1/dlq/stats", "", 200, 200),
          Row.at("POST /api/v1/dlq/replay", "", 200, 200),
          Row.of("GET /api/v1/dlq/{id}", c -> letter(), "", 200, 404),
          Row.of("DELETE /api/v1/dlq/{id}", c -> letter(), "", 204, 404),
          Row.of("POST /api/v1/dlq/{id}/replay", c -> letter(), "", 200, 404),
          Row.at("GET /api/v1/storage", "", 200, 403),
          Row.at("POST /api/v1/storage/seal", "?since=3d&until=2d", 202, 403),
          Row.at("POST /api/v1/storage/unseal", "?since=3d&until=2d", 202, 403),
          Row.at("GET /api/v1/keys", "", 200, 403),
          Row.of(
              "POST /api/v1/keys", c -> "", "{\"name\":\"made\",\"scopes\":[\"read\"]}", 201, 403),
          Row.of("GET /api/v1/keys/{id}", c -> key(), "", 200, 403),
          Row.of("PATCH /api/v1/keys/{id}", c -> key(), "{\"name\":\"renamed\"}", 200, 403),
          Row.of("DELETE /api/v1/keys/{id}", c -> key(), "", 204, 403),
          Row.of("POST /api/v1/keys/{id}/rotate", c -> key(), "{\"grace_seconds\":0}", 200, 403));

  private static final String BULK =
      "{\"index\":{\"_index\":\"%s\"}}\n{\"message\":\"hello\"}\n".formatted(OWN);

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>(ROWS);
    for (String path : List.of("license", "xpack", "cluster/health", "cat/health", "nodes/http")) {
      rows.add(Row.open("GET /_" + path, 200));
    }
    for (String method : List.of("POST ", "PUT ")) {
      for (String path : List.of("/_bulk", "/{index}/_bulk")) {
        rows.add(new Row(method + path, c -> path.replace("{index}", OWN), BULK, 200, 403));
      }
    }
    rows.addAll(AlertRows.all());
    rows.add(Row.at("GET /_ilm/policy", "", 200, 200));
    for (String what :
        List.of(
            "/_ilm/policy",
            "/_index_template",
            "/_template",
            "/_component_template",
            "/_data_stream",
            "/_ingest/pipeline")) {
      for (String method : List.of("GET ", "PUT ", "POST ")) {
        rows.add(new Row(method + what + "/{name}", c -> what + "/matrix", "", 200, 200));
      }
    }
    return rows;
  }

  private static final List<Caller> CALLERS = new ArrayList<>();

  @BeforeAll
  static void start() {
    servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    keys = TestKeys.open(servers);
    admin = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
    CALLERS.addAll(Caller.all(logagg, keys, OWN, SPARE));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  private static String record() {
    HttpResponse<String> made = logagg.post("/api/v1/logs", Api.JSON, RECORD, "X-API-Key", admin);
    return Api.expect(201, made).path("id").asText();
  }

  private static String saved(Caller caller) {
    String maker = caller.reach() == Reach.RIGHT ? TestKeys.id(caller.key()) : "";
    return keys.value(
        "INSERT INTO saved_queries (name, query, maker) VALUES ('saved %d', 'x', '%s') RETURNING id"
            .formatted(COUNT.incrementAndGet(), maker));
  }

  private static String app() {
    return keys.value(
        """
        WITH made AS (INSERT INTO apps (name) VALUES ('matrix-spare')
          ON CONFLICT (name) WHERE deleted_at IS NULL DO NOTHING RETURNING id)
        SELECT id FROM made UNION ALL SELECT id FROM apps WHERE name = 'matrix-spare' AND deleted_at IS NULL""");
  }

  private static String withoutSpare() {
    keys.sql(
        "UPDATE apps SET deleted_at = now() WHERE name = 'matrix-spare' AND deleted_at IS NULL");
    return "/api/v1/apps";
  }

  private static String key() {
    return TestKeys.id(keys.key(Set.of(Scope.READ)));
  }

  private static String letter() {
    return keys.value(
        """
        INSERT INTO dead_letters (id, payload, kind, reason, source, first_seen, last_seen, apps)
        VALUES (gen_random_uuid(), convert_to('{"app":"matrix-own","message":"m"}', 'UTF8'), 'other', 'r', 's',
          now(), now(), '{matrix-own}') RETURNING id""");
  }

  @Test
  void everyOperationHasARow() {
    Set<String> documented = new TreeSet<>();
    OpenApi.read().operations().forEach(operation -> documented.add(operation.toString()));
    assertEquals(
        String.join("\n", documented),
        rows().stream().map(Row::operation).sorted().collect(joining("\n")));
  }

  @Test
  void everyKeyDoesWhatItIsForAndNothingElse() {
    Map<String, Access> accesses = accesses();
    Set<String> ofAgents = ofAgents();
    Map<String, String> wrong = new TreeMap<>();
    int asked = 0;
    for (Row row : rows()) {
      for (Caller caller : CALLERS) {
        int expected = expected(row, accesses.get(row.operation()), caller);
        Answer answer = ask(row, caller);
        asked++;
        if (answer.status() != expected) {
          wrong.put(row.operation() + " with " + caller.name(), expected + " but " + answer);
        } else if (expected >= 400 && !ofAgents.contains(row.operation())) {
          assertEquals(expected, Api.parse(answer.body()).path("status").intValue());
        }
      }
    }
    assertEquals(Map.of(), wrong);
    System.out.println("authorization matrix: " + asked + " requests as expected");
  }

  /** Those of other protocols, which have errors of their own. */
  private static Set<String> ofAgents() {
    Set<String> operations = new TreeSet<>();
    for (OpenApi.Operation operation : OpenApi.read().operations()) {
      if (operation.json().getJsonArray("tags").contains("agents")) {
        operations.add(operation.toString());
      }
    }
    return operations;
  }

  private static Map<String, Access> accesses() {
    OpenApiRoutesTest routes = new OpenApiRoutesTest();
    try {
      return routes.accesses();
    } finally {
      routes.close();
    }
  }

  private static int expected(Row row, Access access, Caller caller) {
    Scope scope =
        switch (access) {
          case OPEN -> null;
          case INGEST -> Scope.INGEST;
          case READ, READ_ALL -> Scope.READ;
          case ADMIN, ADMIN_ALL -> Scope.ADMIN;
        };
    if (scope == null) {
      return row.status();
    }
    if (caller.reach() == Reach.NOBODY) {
      return caller.key().isEmpty() || !row.tellsBadKeysAs403() ? 401 : 403;
    }
    boolean forAll = access == Access.READ_ALL || access == Access.ADMIN_ALL;
    if (!caller.scopes().contains(scope) || (forAll && caller.reach() != Reach.ALL)) {
      return 403;
    }
    return caller.reach() == Reach.WRONG ? row.outside() : row.status();
  }

  private record Answer(int status, String body) {}

  private static Answer ask(Row row, Caller caller) {
    String[] headers =
        caller.key().isEmpty()
            ? new String[] {"Content-Type", Api.JSON}
            : new String[] {"Content-Type", Api.JSON, "Authorization", "Bearer " + caller.key()};
    String body = row.body().replace("%s", "name " + COUNT.incrementAndGet());
    HttpResponse<InputStream> answer =
        logagg.stream(
            logagg
                .request(row.target().apply(caller), headers)
                .method(row.method(), BodyPublishers.ofString(body)));
    try (InputStream in = answer.body()) {
      // A tail has no end.
      boolean isError = answer.statusCode() >= 400;
      return new Answer(
          answer.statusCode(),
          isError ? new String(in.readAllBytes(), StandardCharsets.UTF_8) : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
