package io.logagg.it;

import static io.logagg.testing.TestServers.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters from the record that was refused to the record that is stored. */
class DlqIT {
  private static final String DLQ = "/api/v1/dlq";
  private static final int MAX_LETTERS = 60;

  private static Vertx vertx;
  private static TestServers servers;
  private static Path folder;
  private static RunningLogagg logagg;
  private static Api api;
  private static PgConnection postgres;

  @BeforeAll
  static void start() throws IOException {
    vertx = Vertx.vertx();
    servers = TestServers.reset();
    folder = Files.createTempDirectory("logagg-dlq");
    logagg =
        RunningLogagg.start(
            folder,
            Map.of(
                "DATABASE_URL",
                servers.postgresUrl(),
                "REDIS_URL",
                servers.redisUrl(),
                "LOGAGG_DLQ_MAX_RECORDS",
                String.valueOf(MAX_LETTERS)));
    api = new Api(logagg);
    postgres = await(PgConnection.connect(vertx, servers.postgresUrl()));
  }

  @AfterAll
  static void stop() {
    logagg.close();
    await(vertx.close());
    TemporaryFolders.delete(folder);
  }

  @BeforeEach
  void removeDeadLetters() {
    Api.expect(200, logagg.delete(DLQ));
    sql("ALTER TABLE logs DROP CONSTRAINT IF EXISTS no_poison");
  }

  private static void sql(String sql) {
    await(postgres.query(sql).execute());
  }

  private static void refusePoison() {
    sql("ALTER TABLE logs ADD CONSTRAINT no_poison CHECK (message NOT LIKE 'poison%') NOT VALID");
  }

  private static void reject(byte[] body) {
    Api.problem(400, api.ingest(Api.NDJSON, body));
  }

  private static String path(JsonNode letter) {
    return DLQ + "/" + letter.path("id").asText();
  }

  private static HttpResponse<String> replay(JsonNode letter, String body) {
    return api.send("POST", path(letter) + "/replay", body);
  }

  private static String correction(String payload) {
    return "{\"payload\":" + Api.quote(payload) + "}";
  }

  /** The only dead letter, once there is one. */
  private static JsonNode onlyLetter() {
    return Eventually.value("a dead letter", api::deadLetters, all -> all.size() == 1).get(0);
  }

  @Test
  void theyAreCountedAndFilteredByKind() {
    reject("no json\n{\"message\":\"m\"}\n{\"app\":\"a\"}\n".getBytes(UTF_8));
    reject("{\"app\":\"a\",\"message\":\"m\",\"timestamp\":\"soon\"}".getBytes(UTF_8));
    Eventually.value("four", api::deadLetters, all -> all.size() == 4);
    JsonNode stats = api.get(DLQ + "/stats");
    assertEquals(4, stats.path("total").intValue());
    assertEquals(
        Api.parse("{\"bad_json\":1,\"bad_timestamp\":1,\"missing_field\":2}"),
        stats.path("by_kind"));
    assertEquals(Api.parse("{\"http:ndjson\":4}"), stats.path("by_source"));
    int bytes = api.deadLetters().stream().mapToInt(l -> l.path("payload").asText().length()).sum();
    assertEquals(bytes, stats.path("bytes").intValue());
    assertEquals(2, api.array(DLQ + "?kind=missing_field").size());
    assertEquals(1, api.get(DLQ + "/stats?kind=bad_json").path("total").intValue());
    assertTrue(api.get(DLQ + "/stats?source=none").path("oldest").isNull());
    Api.problem(400, logagg.get(DLQ + "?kind=bad"));
    JsonNode deleted = Api.expect(200, logagg.delete(DLQ + "?kind=missing_field"));
    assertEquals(Api.parse("{\"deleted\":2}"), deleted);
    assertEquals(2, api.deadLetters().size());
  }

  @Test
  void whatPostgresRefusedIsMendedAndStoredOnce() {
    refusePoison();
    String record =
        """
        {"app":"mend","message":"poison","id":"7","timestamp":"2026-01-02T03:04:05.000006Z","level":"warn","n":1}""";
    api.ingestLines(List.of(record, Api.record("mend", "neighbour")));
    JsonNode letter = onlyLetter();
    assertEquals("refused_by_postgres", letter.path("kind").asText());
    assertTrue(letter.path("reason").asText().contains("no_poison"), letter::toString);
    String payload = letter.path("payload").asText();
    JsonNode problem = Api.problem(422, replay(letter, correction(payload)));
    assertTrue(problem.path("detail").asText().contains("no_poison"), problem::toString);
    assertEquals(2, api.get(path(letter)).path("tries").intValue());
    String mended = correction(payload.replace("poison", "mended"));
    assertEquals(
        Api.parse("{\"replayed\":1,\"failed\":0}"), Api.expect(200, replay(letter, mended)));
    Api.problem(404, replay(letter, mended));
    api.ingestLines(List.of(record.replace("poison", "again")));
    api.ingestLines(List.of(Api.record("mend", "last")));
    api.awaitMessages("mend", List.of("last", "mended", "neighbour"));
    JsonNode row =
        Api.parse(logagg.get("/api/v1/logs?app=mend&until=2026-01-03T00:00:00Z").body()).path(0);
    assertEquals("2026-01-02T03:04:05.000006Z", row.path("timestamp").asText());
    assertEquals(letter.path("first_seen"), row.path("received_at"));
    assertEquals("7", row.path("source_id").asText());
    assertEquals("WARN", row.path("level").asText());
    assertEquals(1, row.path("metadata_").path("n").intValue());
    assertEquals(0, api.deadLetters().size());
  }

  @Test
  void aReplayFindsTheRenamedAppAndMakesTheDeletedOneAnew() {
    refusePoison();
    api.ingestLines(
        List.of(
            Api.record("to-rename", "there"),
            Api.record("to-rename", "poison 1"),
            Api.record("to-delete", "there"),
            Api.record("to-delete", "poison 2")));
    Eventually.value("two letters", api::deadLetters, all -> all.size() == 2);
    for (JsonNode app : api.get("/api/v1/apps")) {
      String path = "/api/v1/apps/" + app.path("id").intValue();
      if (app.path("name").asText().equals("to-rename")) {
        Api.expect(200, api.send("PATCH", path, "{\"name\":\"renamed\"}"));
      } else if (app.path("name").asText().equals("to-delete")) {
        assertEquals(204, logagg.delete(path + "?cascade=true").statusCode());
      }
    }
    sql("ALTER TABLE logs DROP CONSTRAINT no_poison");
    assertEquals(
        Api.parse("{\"replayed\":2,\"failed\":0}"),
        Api.expect(200, api.send("POST", DLQ + "/replay?kind=refused_by_postgres", "")));
    api.awaitMessages("renamed", List.of("poison 1", "there"));
    api.awaitMessages("to-delete", List.of("poison 2"));
  }

  @Test
  void manyReplaysAtOnceStoreEachOnce() {
    refusePoison();
    List<String> lines = new ArrayList<>();
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      messages.add("poison " + i);
      lines.add(Api.record("at-once", "poison " + i));
    }
    api.ingestLines(lines);
    List<JsonNode> letters =
        Eventually.value("all letters", api::deadLetters, all -> all.size() == 50);
    sql("ALTER TABLE logs DROP CONSTRAINT no_poison");
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      answers.add(CompletableFuture.supplyAsync(() -> api.send("POST", DLQ + "/replay", "")));
      JsonNode letter = letters.get(i);
      answers.add(CompletableFuture.supplyAsync(() -> replay(letter, "")));
    }
    int replayed = 0;
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      HttpResponse<String> done = answer.join();
      assertTrue(done.statusCode() == 200 || done.statusCode() == 404, done::body);
      replayed += Api.parse(done.body()).path("replayed").intValue();
    }
    assertEquals(50, replayed);
    assertEquals(0, api.deadLetters().size());
    api.awaitMessages("at-once", messages.stream().sorted().toList());
  }

  @Test
  void bytesThatAreNoTextAreReplayedAndCorrected() {
    byte[] bytes = "{\"app\":\"bytes\",\"level\":\"\u00ff\"}".getBytes(ISO_8859_1);
    reject(bytes);
    JsonNode letter = onlyLetter();
    assertEquals("base64", letter.path("payload_encoding").asText());
    assertEquals(Base64.getEncoder().encodeToString(bytes), letter.path("payload").asText());
    JsonNode failed = Api.expect(200, replay(letter, ""));
    assertEquals(1, failed.path("failed").intValue());
    assertEquals(letter.path("payload"), api.get(path(letter)).path("payload"));
    for (String bad :
        List.of(
            "{\"payload\":\"%\",\"payload_encoding\":\"base64\"}",
            "{\"payload\":\"e30=\",\"payload_encoding\":\"hex\"}",
            "{\"payload_encoding\":\"base64\"}")) {
      Api.problem(422, replay(letter, bad));
    }
    byte[] good = "{\"app\":\"bytes\",\"message\":\"a \u00ff b\"}".getBytes(ISO_8859_1);
    String body =
        "{\"payload\":\"%s\",\"payload_encoding\":\"base64\"}"
            .formatted(Base64.getEncoder().encodeToString(good));
    Api.expect(200, replay(letter, body));
    api.awaitMessages("bytes", List.of("a \uFFFD b"));
  }

  @Test
  void oneThatIsGoneDoesNotComeBackFromTheMirror() {
    reject("{\"message\":\"replayed\"}\n{\"message\":\"removed\"}\nstays".getBytes(UTF_8));
    for (JsonNode letter : Eventually.value("three", api::deadLetters, all -> all.size() == 3)) {
      String payload = letter.path("payload").asText();
      if (payload.contains("replayed")) {
        Api.expect(200, replay(letter, correction(Api.record("mirror", "replayed"))));
      } else if (payload.contains("removed")) {
        assertEquals(204, logagg.delete(path(letter)).statusCode());
      }
    }
    RedisProcess.call(vertx, servers.redisUrl(), "XGROUP", "DESTROY", "logs:dlq", "ingest-group");
    // It is behind them on the mirror, so what is moved again has been moved when it is there.
    reject("the last".getBytes(UTF_8));
    api.awaitDeadLetters(List.of("stays", "the last"));
    api.awaitMessages("mirror", List.of("replayed"));
  }

  @Test
  void aListOfLargeOnesComesInPages() {
    String large = "x".repeat(900_000);
    for (int i = 0; i < 4; i++) {
      reject((large + "\n" + large + "\n" + large).getBytes(UTF_8));
    }
    Eventually.value(
        "twelve", () -> api.get(DLQ + "/stats").path("total").intValue(), total -> total == 12);
    HttpResponse<String> first = logagg.get(DLQ + "?limit=1000");
    assertEquals(5, Api.expect(200, first).size());
    assertTrue(Api.next(first).isPresent());
    assertEquals(12, api.deadLetters().size());
  }

  @Test
  void thereAreNoMoreThanTheBoundAndWhatWasDroppedIsCounted() {
    reject("bad\n".repeat(MAX_LETTERS + 40).getBytes(UTF_8));
    Eventually.value(
        "the metrics",
        () -> logagg.get("/metrics").body(),
        text ->
            text.contains("logagg_dlq_letters " + MAX_LETTERS + ".0")
                && text.contains("logagg_dlq_bytes " + MAX_LETTERS * 3 + ".0")
                && text.contains("logagg_dlq_dropped_letters_total 40.0")
                && text.contains("logagg_dlq_dropped_bytes_total 120.0"));
    assertEquals(MAX_LETTERS, api.deadLetters().size());
    assertTrue(logagg.stderr().contains("dropped the 40 oldest dead letters"), logagg::stderr);
  }
}
