package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** API keys on two processes that share PostgreSQL and Redis. */
class KeysIT {
  private static final String ADMIN = "the-admin-key-of-the-configuration";
  private static final String KEYS = "/api/v1/keys";

  private static RunningLogagg here;
  private static RunningLogagg there;

  @BeforeAll
  static void start() {
    Map<String, String> environment =
        Map.of("LOGAGG_AUTH_ENABLED", "true", "LOGAGG_AUTH_ADMIN_KEY", ADMIN);
    TestServers servers = TestServers.reset();
    here = RunningLogagg.fresh(servers, environment);
    there = RunningLogagg.fresh(servers, environment);
  }

  @AfterAll
  static void stop() {
    there.close();
    here.close();
  }

  private static HttpResponse<String> send(
      RunningLogagg server, String method, String path, String key, String json) {
    return server.send(
        server
            .request(path, "X-API-Key", key, "Content-Type", Api.JSON)
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json)));
  }

  private static HttpResponse<String> get(RunningLogagg server, String path, String key) {
    return send(server, "GET", path, key, "");
  }

  private static HttpResponse<String> ingest(RunningLogagg server, String key, List<String> lines) {
    return server.post(
        "/api/v1/ingest", Api.NDJSON, String.join("\n", lines), "Authorization", "Bearer " + key);
  }

  private static List<String> lines(String app, int count, String message) {
    return IntStream.range(0, count).mapToObj(i -> Api.record(app, message + i)).toList();
  }

  /** Made through the first process. */
  private static JsonNode make(String name, String... scopes) {
    String json =
        "{\"name\":\"%s\",\"scopes\":[\"%s\"]}".formatted(name, String.join("\",\"", scopes));
    return Api.expect(201, send(here, "POST", KEYS, ADMIN, json));
  }

  private static void awaitTotal(String app, long expected) {
    Eventually.value(
        "the records of " + app,
        () -> Api.expect(200, get(here, "/api/v1/stats?app=" + app, ADMIN)).path("total").asLong(),
        total -> total == expected);
  }

  @Test
  void aKeyIsMadeShownChangedRotatedAndRevoked() {
    HttpResponse<String> created =
        send(
            here,
            "POST",
            KEYS,
            ADMIN,
            "{\"name\":\"all\",\"scopes\":[\"read\",\"ingest\"],\"apps\":[\"b\",\"a\"],"
                + "\"expires_at\":\"2099-01-01T00:00:00Z\",\"records_per_second\":5000000000}");
    JsonNode made = Api.expect(201, created);
    String id = made.path("id").asText();
    String secret = made.path("key").asText();
    assertTrue(secret.matches("logagg_" + id + "_[0-9a-f]{64}"), secret);
    assertEquals(KEYS + "/" + id, Api.header(created, "Location"));
    assertEquals("no-store", Api.header(created, "Cache-Control"));
    JsonNode shown = Api.expect(200, get(there, KEYS + "/" + id, ADMIN));
    assertEquals("[\"ingest\",\"read\"]", shown.path("scopes").toString());
    assertEquals("[\"a\",\"b\"]", shown.path("apps").toString());
    assertEquals(5_000_000_000L, shown.path("records_per_second").asLong());
    assertFalse(shown.has("key"));
    JsonNode changed =
        Api.expect(
            200,
            send(
                here,
                "PATCH",
                KEYS + "/" + id,
                ADMIN,
                "{\"apps\":null,\"records_per_second\":null}"));
    assertTrue(changed.path("apps").isNull(), changed.toString());
    assertTrue(changed.path("records_per_second").isNull());
    assertEquals("all", changed.path("name").asText());
    assertEquals("2099-01-01T00:00:00Z", changed.path("expires_at").asText());
    JsonNode rotated =
        Api.expect(
            200, send(here, "POST", KEYS + "/" + id + "/rotate", ADMIN, "{\"grace_seconds\":600}"));
    String next = rotated.path("key").asText();
    assertEquals(200, get(there, "/api/v1/stats", next).statusCode());
    assertEquals(200, get(there, "/api/v1/stats", secret).statusCode());
    String last =
        Api.expect(200, send(here, "POST", KEYS + "/" + id + "/rotate", ADMIN, ""))
            .path("key")
            .asText();
    assertEquals(401, get(here, "/api/v1/stats", next).statusCode());
    assertEquals(200, get(here, "/api/v1/stats", last).statusCode());
    assertEquals(204, send(here, "DELETE", KEYS + "/" + id, ADMIN, "").statusCode());
    Api.problem(401, get(here, "/api/v1/stats", last));
    Api.problem(404, send(here, "DELETE", KEYS + "/" + id, ADMIN, ""));
    Api.problem(404, send(here, "PATCH", KEYS + "/" + id, ADMIN, "{}"));
    Api.problem(404, send(here, "POST", KEYS + "/" + id + "/rotate", ADMIN, ""));
    for (String line : List.of("key_created", "key_changed", "key_rotated", "key_revoked")) {
      assertTrue(
          here.stderr()
              .lines()
              .anyMatch(
                  text ->
                      text.contains("action=" + line + " ")
                          && text.contains("key=config")
                          && text.contains("key_id=" + id)),
          line);
    }
    for (String key : List.of(ADMIN, secret, next, last)) {
      assertFalse((here.stderr() + there.stderr()).contains(key));
    }
  }

  @Test
  void mistakesAreListedByField() {
    JsonNode problem =
        Api.problem(
            422,
            send(
                here,
                "POST",
                KEYS,
                ADMIN,
                "{\"scopes\":[\"write\"],\"apps\":[1],\"expires_at\":\"2020-01-01T00:00:00Z\",\"records_per_second\":0,"
                    + "\"bytes_per_second\":1.5,\"color\":1}"));
    assertEquals(
        List.of(
            "apps",
            "bytes_per_second",
            "color",
            "expires_at",
            "name",
            "records_per_second",
            "scopes"),
        Api.texts(problem.path("errors"), "field").stream().sorted().distinct().toList());
    Api.problem(400, send(here, "POST", KEYS, ADMIN, "[]"));
    // A slip must not open to all what was meant for few.
    String none = "{\"name\":\"n\",\"scopes\":[\"read\"],\"apps\":[]}";
    assertEquals(
        "apps",
        Api.problem(422, send(here, "POST", KEYS, ADMIN, none)).at("/errors/0/field").asText());
    Api.problem(400, send(here, "POST", KEYS, ADMIN, "{"));
    Api.problem(400, get(here, KEYS + "?cursor=x", ADMIN));
    String id = make("for mistakes", "read").path("id").asText();
    for (String grace : List.of("-1", "604801", "\"1h\"", "null")) {
      String json = "{\"grace_seconds\":" + grace + "}";
      Api.problem(422, send(here, "POST", KEYS + "/" + id + "/rotate", ADMIN, json));
    }
    Api.problem(403, get(here, KEYS, make("reader", "read").path("key").asText()));
    for (String id404 : List.of("0000000000000000", "1", "%00", "config")) {
      Api.problem(404, get(here, KEYS + "/" + id404, ADMIN));
    }
  }

  @Test
  void listsComeInPagesAndTellNoSecrets() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(make("page " + i, "read").path("id").asText());
    }
    List<JsonNode> rows = new ArrayList<>();
    String path = KEYS + "?limit=2";
    while (!path.isEmpty()) {
      HttpResponse<String> page = get(here, path, ADMIN);
      Api.expect(200, page).forEach(rows::add);
      assertEquals("no-store", Api.header(page, "Cache-Control"));
      assertFalse(page.body().contains("\"key\""));
      path = Api.next(page).orElse("");
    }
    List<String> ids = Api.texts(rows, "id");
    assertEquals(ids.size(), ids.stream().distinct().count());
    assertEquals(made, ids.stream().filter(made::contains).toList());
  }

  /** Whatever the moment, so that some fall right behind a look at the keys. */
  @Test
  void aKeyMadeOnOneProcessIsTakenByTheOtherAtOnceWithAllOfABody() {
    for (int i = 0; i < 25; i++) {
      String key = make("new " + i, "ingest").path("key").asText();
      JsonNode answer = Api.expect(202, ingest(there, key, lines("atonce", 400, "m" + i + "-")));
      assertEquals(400, answer.path("enqueued").asInt());
    }
    awaitTotal("atonce", 25 * 400);
  }

  @Test
  void lastUseIsSeen() {
    JsonNode made = make("used", "read");
    assertTrue(made.path("last_used_at").isNull());
    assertEquals(200, get(there, "/api/v1/stats", made.path("key").asText()).statusCode());
    Eventually.value(
        "the last use",
        () ->
            Api.expect(200, get(here, KEYS + "/" + made.path("id").asText(), ADMIN))
                .path("last_used_at"),
        JsonNode::isTextual);
  }

  /** Reads until it ends, one way or the other; how many bytes came. */
  private static CompletableFuture<Long> readAll(InputStream body, CountDownLatch go) {
    return CompletableFuture.supplyAsync(
        () -> {
          long bytes = 0;
          byte[] buffer = new byte[1 << 16];
          try (body) {
            go.await();
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
              bytes += n;
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
          }
          return bytes;
        },
        task -> {
          Thread reader = new Thread(task, "reader");
          reader.setDaemon(true);
          reader.start();
        });
  }

  private static InputStream open(String path, String key, String accept) {
    HttpResponse<InputStream> answer =
        there.stream(there.request(path, "X-API-Key", key, "Accept", accept).GET());
    assertEquals(200, answer.statusCode());
    return answer.body();
  }

  @Test
  void aRevokedKeyIsRefusedByTheOtherProcessAndWhatIsUnderWayEnds() throws IOException {
    String filler = "x".repeat(4000);
    for (int i = 0; i < 20; i++) {
      Api.expect(202, ingest(here, ADMIN, lines("large", 500, filler + i + "-")));
    }
    awaitTotal("large", 10_000);
    JsonNode made = make("to be revoked", "read", "ingest");
    String key = made.path("key").asText();
    try (InputStream tail = open("/api/v1/logs/tail?app=nothing", key, "text/event-stream");
        InputStream export = open("/api/v1/logs?app=large", key, Api.NDJSON);
        SlowUpload upload =
            SlowUpload.start(there, "/api/v1/ingest", key, lines("slow", 500, "m"))) {
      CountDownLatch later = new CountDownLatch(1);
      CompletableFuture<Long> tailed =
          readAll(tail, new CountDownLatch(0)).handle((bytes, cut) -> System.nanoTime());
      CompletableFuture<Long> exported = readAll(export, later);
      assertFalse(tailed.isDone() || upload.isOver());
      String path = KEYS + "/" + made.path("id").asText();
      assertEquals(204, send(here, "DELETE", path, ADMIN, "").statusCode());
      allEnds(key, tailed, upload);
      later.countDown();
      ExecutionException cut =
          assertThrows(ExecutionException.class, () -> exported.get(30, TimeUnit.SECONDS));
      assertInstanceOf(UncheckedIOException.class, cut.getCause(), "it must be seen to be cut");
    }
    awaitTotal("slow", 500);
  }

  private static void allEnds(String key, CompletableFuture<Long> tailed, SlowUpload upload) {
    long start = System.nanoTime();
    Eventually.value(
        "the refusal", () -> get(there, "/api/v1/stats", key).statusCode(), s -> s == 401);
    long refusedMs = (System.nanoTime() - start) / 1_000_000;
    AtomicLong answered = new AtomicLong();
    String answer = upload.answer(() -> answered.set(System.nanoTime()));
    long uploadMs = (answered.get() - start) / 1_000_000;
    Eventually.value("the end of the tail", tailed::isDone, done -> done);
    long tailMs = (tailed.join() - start) / 1_000_000;
    System.out.printf(
        "revoked elsewhere: refused after %d ms, the upload ended after %d ms, the tail after %d ms%n",
        refusedMs, uploadMs, tailMs);
    for (long ms : List.of(refusedMs, uploadMs, tailMs)) {
      assertTrue(ms < 5000, ms + " ms");
    }
    assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
    assertTrue(answer.contains("\"enqueued\":500"), answer);
  }

  /** The first process has seen all keys once it takes the newest. */
  private static void makeKnown() {
    String key = make("counted", "read").path("key").asText();
    assertEquals(200, get(here, "/api/v1/stats", key).statusCode());
  }

  @Test
  void refusalsAreCountedAndTheKeysToo() {
    makeKnown();
    Scrape before = Scrape.of(here, "X-API-Key", ADMIN);
    assertEquals(401, here.get("/api/v1/logs").statusCode());
    assertEquals(401, here.get("/nowhere").statusCode());
    assertEquals(401, get(here, "/api/v1/logs", "wrong").statusCode());
    assertEquals(200, here.get("/health").statusCode());
    makeKnown();
    Scrape after = Scrape.of(here, "X-API-Key", ADMIN);
    assertEquals(before.sum("logagg_auth_keys") + 1, after.sum("logagg_auth_keys"));
    String refused = "logagg_auth_refused_requests_total";
    Map.of("missing", 2, "malformed", 1)
        .forEach(
            (reason, count) ->
                assertEquals(
                    before.sum(refused, "reason", reason) + count,
                    after.sum(refused, "reason", reason),
                    reason));
    assertFalse(here.stderr().contains("no API key can make others"));
  }
}
