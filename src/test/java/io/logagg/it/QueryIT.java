package io.logagg.it;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The query language through the API: the same on every route. */
class QueryIT {
  private static TestServers servers;
  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() {
    servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_POSTGRES_QUERY_TIMEOUT_MS", "1000"));
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static void create(String app, String message, String level, int status) {
    String json =
        "{\"app\":\"%s\",\"message\":\"%s\",\"level\":\"%s\",\"metadata_\":{\"http\":{\"status\":%d}}}"
            .formatted(app, message, level, status);
    Api.expect(201, api.send("POST", "/api/v1/logs", json));
  }

  private static List<String> found(String path, String query) {
    return Api.texts(api.get(path + "?order=asc&q=" + Api.encode(query)), "message");
  }

  @Test
  void queriesMeanTheSameOnEveryRoute() {
    create("q-all", "one timeout", "ERROR", 502);
    create("q-all", "two timeouts", "INFO", 200);
    create("q-all", "three", "WARN", 504);
    create("q-other", "four timeout", "ERROR", 502);
    String query = "app:q-all (timeout OR http.status:>=500) -level:INFO";
    List<String> messages = List.of("one timeout", "three");
    assertEquals(messages, found("/api/v1/logs", query));
    assertEquals(messages, found("/api/v1/logs/filter", query));
    assertEquals(2, api.total("?q=" + Api.encode(query)));
    assertEquals(3, api.total("?q=" + Api.encode("app:q-all timestamp:>=1h")));
    JsonNode histogram = api.get("/api/v1/stats/histogram?interval=1d&q=" + Api.encode(query));
    long counted = 0;
    for (JsonNode bucket : histogram.path("buckets")) {
      counted += bucket.path("total").longValue();
    }
    assertEquals(2, counted);
    String path = "/api/v1/logs?q=" + Api.encode(query);
    assertEquals(2, Api.expect(200, logagg.delete(path)).path("deleted").intValue());
    assertEquals(List.of("two timeouts"), found("/api/v1/logs", "app:q-all"));
  }

  @Test
  void aMistakeIsShownWhereItIs() {
    for (String path : List.of("/api/v1/logs", "/api/v1/stats", "/api/v1/stats/histogram")) {
      JsonNode problem = Api.problem(400, logagg.get(path + "?q=" + Api.encode("level: ERROR")));
      assertEquals(
          """
          q, column 7: expected a value right after ":"; put text that has a colon between quotes
            level: ERROR
                  ^""",
          problem.path("detail").textValue());
      assertEquals(7, problem.path("column").intValue());
      assertEquals("q", problem.path("errors").path(0).path("field").textValue());
    }
    Api.problem(400, logagg.delete("/api/v1/logs?q=" + Api.encode("(a")));
  }

  @Test
  void aQueryForEverythingDeletesNothing() {
    Api.problem(400, logagg.delete("/api/v1/logs?q=*"));
    Api.problem(400, logagg.delete("/api/v1/logs?q=%20"));
  }

  @Test
  void aQueryThatTakesTooLongIsBrokenOff() {
    String path = "/api/v1/logs?q=" + Api.encode("app:q-slow /a.*b/");
    Vertx vertx = Vertx.vertx();
    try {
      PgConnection connection = await(PgConnection.connect(vertx, servers.postgresUrl()));
      await(connection.query("BEGIN; LOCK TABLE logs IN ACCESS EXCLUSIVE MODE").execute());
      String detail = Api.problem(504, logagg.get(path)).path("detail").asText();
      assertTrue(detail.contains("postgres.queryTimeoutMs"), detail);
      String waiting =
          "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%logs l%'";
      Eventually.value(
          "no statement left",
          () -> await(connection.query(waiting).execute()).size(),
          left -> left == 0);
      await(connection.query("ROLLBACK").execute());
      assertEquals(0, Api.expect(200, logagg.get(path)).size());
    } finally {
      await(vertx.close());
    }
  }
}
