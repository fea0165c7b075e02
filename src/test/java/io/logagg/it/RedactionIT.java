package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.RunningLogagg.Ended;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestRedis;
import io.logagg.testing.TestServers;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configured names and redaction, on every way in: a secret is in no store, answer or log line. */
class RedactionIT {
  /** In all secrets, so that one look finds each. */
  private static final String NEEDLE = "hunter2";

  private static final String CONFIG =
      """
      {"fields": {"message": ["text"], "app": ["team.app"], "add": ["env=it"], "drop": ["noise"]},
       "redaction": {"builtin": ["email", "credit_card", "bearer", "url_password"],
                     "patterns": ["order=ORD-[0-9]{2,4}-hunter2"], "fields": ["password"]},
       "http": {"maxRecordBytes": 4096},
       "stream": {"maxRecordsPerEntry": 1}}""";

  private static final String SECRETS =
      """
      "text":"%1$s@example.com ORD-123-%1$s","url":"https:\\/\\/u:%1$s@h","a":["token=%1$s"],\
      "u":"%1$s\\u0040example.com","password":"%1$s","noise":"n"
      """
          .formatted(NEEDLE)
          .strip();

  private final StringBuilder answers = new StringBuilder();

  @TempDir private Path folder = Path.of("");

  private String conf() {
    return conf("conf.json", CONFIG);
  }

  private String conf(String name, String json) {
    try {
      return Files.writeString(folder.resolve(name), json).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunningLogagg start(TestRedis redis, String consumers) {
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABASE_URL", redis.servers().postgresUrl());
    environment.put("REDIS_URL", redis.url());
    environment.put("LOGAGG_CONSUMER_INSTANCES", consumers);
    return RunningLogagg.start(folder, environment, "-conf", conf());
  }

  private static String record(String more) {
    return "{\"team\":{\"app\":\"shop\"},%s%s}".formatted(SECRETS, more);
  }

  private void expect(int status, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer::body);
    answers.append(answer.body());
  }

  /** Everything that Redis has on its streams. */
  private static String streams(TestRedis redis) {
    return redis.command(Command.XRANGE, "logs:stream", "-", "+")
        + "\n"
        + redis.command(Command.XRANGE, "logs:dlq", "-", "+");
  }

  /** Every row of every table that holds records or dead letters. */
  private static String rows(TestRedis redis) {
    List<String> rows = new ArrayList<>();
    for (String table : List.of("logs", "dead_letters")) {
      TestServers.await(
              PgConnection.connect(redis.vertx(), redis.servers().postgresUrl())
                  .compose(
                      connection ->
                          connection
                              .query(
                                  table.equals("logs")
                                      ? "SELECT row_to_json(l)::text FROM logs l"
                                      : "SELECT row_to_json(d)::text || convert_from(payload, 'UTF8')"
                                          + " FROM dead_letters d")
                              .execute()
                              .eventually(connection::close)))
          .forEach(row -> rows.add(row.getString(0)));
    }
    return String.join("\n", rows);
  }

  private void sendAll(RunningLogagg server) {
    expect(202, server.post("/api/v1/ingest", Api.NDJSON, record("") + "\n" + record("")));
    expect(202, server.post("/api/v1/ingest", Api.JSON, "[" + record("") + "]"));
    expect(201, server.post("/api/v1/logs", Api.JSON, record("")));
    expect(201, server.post("/api/v1/bulk_logs", Api.NDJSON, record("")));
    expect(
        201,
        server.post(
            "/ingest/clef",
            "application/vnd.serilog.clef",
            "{\"@t\":\"2026-01-01T00:00:00Z\",\"@m\":\"%1$s@example.com\",\"Password\":\"%1$s\"}"
                .formatted(NEEDLE)));
    // Bad ones: a time, no JSON, too long.
    String badTime = record(",\"timestamp\":\"Bearer " + NEEDLE + NEEDLE + "\"");
    String cut = "{\"text\":\"%s\",\"password\":\"%s".formatted(NEEDLE + "@example.com", NEEDLE);
    String large = record(",\"x\":\"%s\"".formatted("y ".repeat(3000)));
    expect(400, server.post("/api/v1/ingest", Api.NDJSON, String.join("\n", badTime, cut, large)));
    expect(422, server.post("/api/v1/logs", Api.JSON, badTime));
    expect(400, server.post("/api/v1/logs", Api.JSON, "{\"x\":" + NEEDLE + "}"));
  }

  @Test
  void noSecretIsKeptAnywhere() {
    try (TestRedis redis = TestRedis.open()) {
      try (RunningLogagg server = start(redis, "0")) {
        sendAll(server);
        Scrape seen = Scrape.of(server);
        for (String rule :
            List.of("email", "credit_card", "bearer", "url_password", "order", "field")) {
          double expected = rule.equals("credit_card") ? 0 : 1;
          assertTrue(seen.sum("logagg_redactions_total", "rule", rule) >= expected, rule);
        }
        String queued = streams(redis);
        assertTrue(queued.contains("[redacted:order]"), queued);
        assertFalse(queued.contains(NEEDLE), queued);
        assertFalse(server.stderr().contains(NEEDLE), server::stderr);
      }
      // By another program, which knows of no rules.
      redis.add("logs:stream", "data", record(""));
      redis.add("logs:stream", "data", record(",\"timestamp\":\"" + NEEDLE + "@example.com\""));
      try (RunningLogagg server = start(redis, "1")) {
        assertStored(redis, server, new Api(server));
      }
    }
  }

  private void assertStored(TestRedis redis, RunningLogagg server, Api api) {
    api.awaitTotal("?app=shop", 6);
    api.awaitTotal("", 7);
    Eventually.value("the dead letters", api::deadLetters, letters -> letters.size() == 4);
    for (JsonNode log : api.pages("/api/v1/logs?app=shop")) {
      assertEquals("[redacted:email] [redacted:order]", log.path("message").asText());
      assertEquals(
          Api.parse(
              """
              {"url":"https://u:[redacted:url_password]@h","a":["token=[redacted:bearer]"],
               "u":"[redacted:email]","password":"[redacted:field]","env":"it"}"""),
          log.path("metadata_"));
    }
    // A replay makes the record of what was kept; a correction is looked through, too.
    JsonNode letter =
        api.deadLetters().stream()
            .filter(one -> one.path("payload").asText().contains("Bearer [redacted:bearer]"))
            .findFirst()
            .orElseThrow();
    String path = "/api/v1/dlq/" + letter.path("id").asText() + "/replay";
    expect(200, server.post(path, Api.JSON, ""));
    assertTrue(answers.toString().contains("\"failed\":1"), answers::toString);
    String corrected = Api.quote(record(",\"timestamp\":\"2026-01-01T00:00:00Z\""));
    expect(200, server.post(path, Api.JSON, "{\"payload\":" + corrected + "}"));
    api.awaitTotal("?app=shop", 7);
    String rows = rows(redis);
    assertTrue(rows.contains("[redacted:field]"), rows);
    assertFalse(rows.contains(NEEDLE), rows);
    Eventually.value("the streams", () -> streams(redis), queued -> !queued.contains(NEEDLE));
    assertFalse(answers.toString().contains(NEEDLE), answers::toString);
    assertFalse(server.stderr().contains(NEEDLE), server::stderr);
  }

  @Test
  void anExpressionThatCannotBeReadIsNoStart() {
    Ended ended =
        RunningLogagg.run(
            folder,
            Map.of(),
            "-conf",
            conf("bad.json", "{\"redaction\":{\"patterns\":[\"x=a(b\"]}}"));
    assertEquals(2, ended.status());
    assertEquals(
        "logagg: redaction.patterns: x, at character 2: expected a \")\" that closes this, or \"\\(\" for the character",
        ended.stderr().strip());
    assertFalse(Files.exists(folder.resolve("logagg-data")), "nothing half-started");
  }
}
