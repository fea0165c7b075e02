package io.logagg.it;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repeated Idempotency-Key is answered, by two processes. */
class IdempotencyIT {
  private static final String KEY = "Idempotency-Key";

  @TempDir private static Path folder = Path.of("");
  private static TestServers servers;
  private static RunningLogagg one;
  private static RunningLogagg two;

  @BeforeAll
  static void start() throws IOException {
    servers = TestServers.reset();
    Map<String, String> environment =
        Map.of("DATABASE_URL", servers.postgresUrl(), "REDIS_URL", servers.redisUrl());
    one = RunningLogagg.start(Files.createDirectory(folder.resolve("one")), environment);
    two = RunningLogagg.start(Files.createDirectory(folder.resolve("two")), environment);
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  private static HttpResponse<String> ingest(RunningLogagg to, String key, String... lines) {
    byte[] body = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    return new Api(to).ingest(Api.NDJSON, body, KEY, key);
  }

  private static double repeatedRecords() {
    String records = "logagg_store_records_total";
    return Scrape.of(one).sum(records, "outcome", "repeated")
        + Scrape.of(two).sum(records, "outcome", "repeated");
  }

  @Test
  void repeatsAreCounted() {
    String requests = "logagg_ingest_repeated_requests_total";
    double requestsBefore = Scrape.of(one).sum(requests);
    double recordsBefore = repeatedRecords();
    ingest(one, "counted", Api.record("counted", "1"));
    ingest(one, "counted", Api.record("counted", "1"));
    assertEquals(requestsBefore + 1, Scrape.of(one).sum(requests));
    String line = "{\"app\":\"counted\",\"message\":\"2\",\"id\":\"x\"}";
    new Api(one).ingestLines(List.of(line));
    new Api(two).ingestLines(List.of(line));
    Eventually.value("the repeat", IdempotencyIT::repeatedRecords, now -> now == recordsBefore + 1);
    new Api(one).awaitTotal("?app=counted", 2);
  }

  @Test
  void aRepeatIsAnsweredAsTheFirstWas() {
    String[] lines = {Api.record("same", "1"), "bad", Api.record("same", "2")};
    String first = ingest(one, "same", lines).body();
    assertTrue(first.contains("\"rejected\":1"), first);
    for (RunningLogagg process : List.of(one, two)) {
      HttpResponse<String> again = ingest(process, "same", lines);
      assertEquals(202, again.statusCode());
      assertEquals(first, again.body());
    }
    new Api(one).awaitMessages("same", List.of("1", "2"));
    assertEquals(1, new Api(one).awaitDeadLetters(List.of("bad")).size());
  }

  @Test
  void anotherBodyIs422AndNothingOfItIsTaken() {
    Api.expect(202, ingest(one, "differs", Api.record("differs", "1")));
    Api.problem(422, ingest(two, "differs", Api.record("differs", "2")));
    Api.expect(202, ingest(two, "later", Api.record("differs", "3")));
    new Api(one).awaitMessages("differs", List.of("1", "3"));
  }

  private static HttpResponse<String> post(String query, String key, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return new Api(one).send("POST", "/api/v1/ingest" + query, Api.JSON, body, KEY, key);
  }

  @Test
  void theRestUnderTheKeyOfABodyThatBrokeOffIsRefusedAndLosesNothing() {
    String r = Api.record("rest", "r");
    String begun = String.join(",", "[" + r, r, r);
    JsonNode broken = Api.problem(400, post("", "rest", begun));
    assertEquals(3, broken.path("resume_at").intValue(), broken.toString());
    for (String other : List.of("[" + r + "]", begun + "]", begun + "," + r + "]")) {
      JsonNode refused = Api.problem(422, post("", "rest", other));
      assertTrue(refused.path("enqueued").isMissingNode(), refused.toString());
    }
    JsonNode again = Api.problem(400, post("", "rest", begun));
    assertEquals(broken, again);
    Api.expect(202, post("", "rest, on", "[" + r + "," + r + "]"));
    new Api(one).awaitMessages("rest", List.of("r", "r", "r", "r", "r"));
  }

  @Test
  void aBodyThatWasCutOffOnItsWayIsCompletedByTheWholeOfIt() {
    String r = Api.record("cut", "r");
    String body = String.join("\n", r, r, r, "");
    byte[] whole = gzip(body);
    byte[] cut = Arrays.copyOf(whole, whole.length - 9); // Its last bytes and its checksum.
    String[] headers = {KEY, "cut", "Content-Encoding", "gzip"};
    Api.problem(400, new Api(one).ingest(Api.NDJSON, cut, headers));
    Api.problem(422, new Api(two).ingest(Api.NDJSON, gzip("\n" + body), headers));
    JsonNode taken = Api.expect(202, new Api(two).ingest(Api.NDJSON, whole, headers));
    assertEquals(3, taken.path("enqueued").intValue());
    new Api(one).awaitMessages("cut", List.of("r", "r", "r"));
  }

  private static HttpResponse<String> postWhole(RunningLogagg to, byte[] body, String... headers) {
    return new Api(to)
        .send("POST", "/api/v1/ingest?whole=true&strict=true", Api.NDJSON, body, headers);
  }

  @Test
  void ofAWholeBodyNothingIsTakenBeforeItIsThere() {
    String r = Api.record("whole", "r");
    String body = String.join("\n", r, r, r, "");
    byte[] whole = gzip(body);
    byte[] cut = Arrays.copyOf(whole, whole.length - 9);
    String[] headers = {KEY, "whole", "Content-Encoding", "gzip"};
    JsonNode refused = Api.problem(400, postWhole(one, cut, headers));
    assertEquals(0, refused.path("enqueued").intValue());
    Api.problem(422, postWhole(two, gzip("\n" + body), headers));
    Api.problem(422, new Api(two).ingest(Api.NDJSON, whole, headers));
    assertEquals(3, Api.expect(202, postWhole(two, whole, headers)).path("enqueued").intValue());
    assertEquals(3, Api.expect(202, postWhole(one, whole, headers)).path("enqueued").intValue());
    new Api(one).awaitMessages("whole", List.of("r", "r", "r"));
  }

  @Test
  void aWholeBodyIsKnownByItsBatchesToo() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1300; i++) {
      text.append(Api.record("batches", "r" + i)).append(i % 100 == 7 ? "\nbad\n" : "\n");
    }
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    assertEquals(1300, Api.expect(202, postWhole(one, body, KEY, "b")).path("enqueued").intValue());
    servers.sql("DELETE FROM idempotent_requests");
    assertEquals(1300, Api.expect(202, postWhole(two, body, KEY, "b")).path("enqueued").intValue());
    // Another key makes it another request.
    Api.expect(202, postWhole(two, body, KEY, "c"));
    Api.expect(202, post("", "behind", Api.record("behind", "m")));
    new Api(one).awaitMessages("behind", List.of("m"));
    Eventually.value(
        "all of both",
        () -> new Api(one).get("/api/v1/stats?app=batches").path("total").asInt(),
        count -> count >= 2600);
    assertEquals(2600, new Api(one).messages("batches").size());
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void otherDefaultsMakeAnotherRequest() {
    String record = "{\"message\":\"r\"}";
    Api.expect(202, post("?app=default1", "defaults", record));
    Api.problem(422, post("?app=default2", "defaults", record));
    Api.problem(422, post("?app=default1&level=WARN", "defaults", record));
    Api.expect(202, post("?app=default1", "defaults", record));
    new Api(one).awaitMessages("default1", List.of("r"));
  }

  @Test
  void aRepeatStraightToPostgresIsAnsweredAsTheFirstWasToo() {
    byte[] single = Api.record("straight1", "r").getBytes(StandardCharsets.UTF_8);
    byte[] both =
        "[%s,%s]"
            .formatted(Api.record("straight2", "same"), Api.record("straight2", "same"))
            .getBytes(StandardCharsets.UTF_8);
    List<String> ids = new ArrayList<>();
    for (RunningLogagg process : List.of(one, two, one)) {
      Api api = new Api(process);
      HttpResponse<String> created = api.send("POST", "/api/v1/logs", Api.JSON, single, KEY, "k");
      ids.add(Api.expect(201, created).path("id").asText());
      assertEquals("/api/v1/logs/" + ids.get(0), Api.header(created, "Location"));
      HttpResponse<String> bulk = api.send("POST", "/api/v1/bulk_logs", Api.JSON, both, KEY, "k");
      assertEquals(2, Api.expect(201, bulk).path("inserted").asInt());
    }
    assertEquals(List.of(ids.get(0), ids.get(0), ids.get(0)), ids);
    assertEquals(1, new Api(one).total("?app=straight1"));
    assertEquals(2, new Api(one).total("?app=straight2"));
    HttpResponse<String> without = new Api(one).send("POST", "/api/v1/logs", Api.JSON, single);
    assertNotEquals(ids.get(0), Api.expect(201, without).path("id").asText());
    assertEquals(2, new Api(one).total("?app=straight1"));
  }

  @Test
  void ofManyDifferentBodiesAtOnceOneIsTaken() {
    List<CompletableFuture<HttpResponse<String>>> sent =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            ingest(i % 2 == 0 ? one : two, "crowd", Api.record("crowd", "r" + i))))
            .toList();
    List<Integer> answers = sent.stream().map(each -> each.join().statusCode()).toList();
    assertEquals(1, answers.stream().filter(status -> status == 202).count(), answers::toString);
    assertTrue(answers.stream().allMatch(List.of(202, 422, 503)::contains), answers::toString);
    new Api(one).awaitTotal("?app=crowd", 1);
  }

  @Test
  void aRepeatThatWaitsIsAnsweredOnceTheRecordsAreStored() throws Exception {
    String record = Api.record("waits", "r");
    Api.expect(202, post("", "waits first", Api.record("waits", "0")));
    new Api(one).awaitMessages("waits", List.of("0"));
    Vertx vertx = Vertx.vertx();
    try {
      PgConnection other = await(PgConnection.connect(vertx, servers.postgresUrl()));
      await(other.query("BEGIN; LOCK TABLE logs IN EXCLUSIVE MODE").execute());
      String first = post("", "waits", record).body();
      CompletableFuture<HttpResponse<String>> repeat =
          CompletableFuture.supplyAsync(() -> post("?wait=stored", "waits", record));
      assertThrows(TimeoutException.class, () -> repeat.get(1, TimeUnit.SECONDS));
      await(other.query("ROLLBACK").execute());
      HttpResponse<String> answer = repeat.get(30, TimeUnit.SECONDS);
      assertEquals(List.of("0", "r"), new Api(one).messages("waits"));
      Api.expect(202, answer);
      assertEquals(first, answer.body());
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void ofManyAtOnceAllGetTheSameAnswerOr503() {
    String[] lines =
        IntStream.range(0, 200).mapToObj(i -> Api.record("many", "m" + i)).toArray(String[]::new);
    List<CompletableFuture<HttpResponse<String>>> sent =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> ingest(i % 2 == 0 ? one : two, "many", lines)))
            .toList();
    List<HttpResponse<String>> answers = sent.stream().map(CompletableFuture::join).toList();
    List<String> taken =
        answers.stream().filter(a -> a.statusCode() == 202).map(HttpResponse::body).toList();
    assertTrue(answers.stream().allMatch(a -> List.of(202, 503).contains(a.statusCode())));
    assertTrue(!taken.isEmpty());
    assertEquals(1, taken.stream().distinct().count(), taken::toString);
    new Api(two).awaitMessages("many", IntStream.range(0, 200).mapToObj(i -> "m" + i).toList());
  }
}
