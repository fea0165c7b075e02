package io.logagg.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are too large, badly compressed or wrongly labelled, and parameters that lie. */
class BadBodyIT {
  private static final int MAX_BODY_BYTES = 4 << 20;
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private static Path folder = Path.of("");
  private static RunningLogagg logagg;
  private static Api api;
  private String app = "";

  @BeforeAll
  static void start() throws IOException {
    TestServers servers = TestServers.reset();
    folder = Files.createTempDirectory("logagg-bad-body");
    logagg =
        RunningLogagg.start(
            folder,
            Map.of(
                "DATABASE_URL", servers.postgresUrl(),
                "REDIS_URL", servers.redisUrl(),
                "LOGAGG_HTTP_MAX_BODY_BYTES", Integer.toString(MAX_BODY_BYTES)));
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
    TemporaryFolders.delete(folder);
  }

  @BeforeEach
  void takeAnotherApp() {
    app = "body-" + COUNTER.incrementAndGet();
  }

  /** Lines that do not compress well, so that a cut falls among them. */
  private List<String> lines(int count) {
    Random random = new Random(count);
    return IntStream.range(0, count)
        .mapToObj(i -> Api.record(app, i + "-" + Long.toHexString(random.nextLong()).repeat(2)))
        .toList();
  }

  private static byte[] joined(List<String> lines) {
    return bytes(String.join("\n", lines) + "\n");
  }

  private static List<String> messages(List<String> lines) {
    return lines.stream().map(line -> Api.parse(line).path("message").asText()).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "[]", "[ ]", "\uFEFF", "\uFEFF\r\n \r\n\n"})
  void aBodyWithoutRecordsIs400(String body) {
    for (String type : List.of(Api.JSON, Api.NDJSON)) {
      if (!(type.equals(Api.NDJSON) && body.startsWith("["))) {
        JsonNode problem = Api.problem(400, api.ingest(type, bytes(body)));
        assertEquals(0, problem.path("enqueued").intValue(), problem.toString());
      }
    }
    assertEquals(List.of(), api.deadLetters());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[%s,%s,{\"app\":\"a\",\"mess",
        "[%s,%s",
        "[%s,%s,",
        "[%s %s",
        "[%s,%s]]",
        "[%s,%s}",
        "%s%s garbage",
        "[%s,%s,,"
      })
  void aBrokenArrayKeepsWhatCameBeforeTheBreak(String layout) {
    JsonNode problem =
        Api.problem(
            400,
            api.ingest(
                Api.JSON, bytes(layout.formatted(Api.record(app, "1"), Api.record(app, "2")))));
    int enqueued = layout.startsWith("[%s %s") ? 1 : 2;
    assertEquals(enqueued, problem.path("enqueued").intValue(), problem.toString());
    assertEquals(enqueued, problem.path("resume_at").intValue(), problem.toString());
    assertEquals(0, problem.path("rejected").intValue(), problem.toString());
    api.awaitMessages(app, List.of("1", "2").subList(0, enqueued));
    assertEquals(List.of(), api.deadLetters());
  }

  private interface Compressor {
    OutputStream wrap(OutputStream out) throws IOException;
  }

  private static byte[] compress(Compressor compressor, byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressed = compressor.wrap(out)) {
      compressed.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] compress(String how, byte[] plain) {
    return switch (how) {
      case "gzip" -> compress(GZIPOutputStream::new, plain);
      case "zlib" -> compress(DeflaterOutputStream::new, plain);
      case "raw" -> compress(out -> new DeflaterOutputStream(out, new Deflater(6, true)), plain);
      case "zstd" -> Zstd.compress(plain);
      default -> plain;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "gzip,gzip",
    "zlib,deflate",
    "raw,deflate",
    "zstd,zstd",
    "plain,identity",
    "gzip,GZIP",
    "gzip,x-gzip"
  })
  void compressedBodiesAreTaken(String how, String encoding) {
    List<String> lines = lines(1200);
    byte[] body = compress(how, joined(lines));
    JsonNode answer = Api.expect(202, api.ingest(Api.NDJSON, body, "Content-Encoding", encoding));
    assertEquals(1200, answer.path("enqueued").intValue());
    api.awaitMessages(app, messages(lines));
  }

  /** What the problem says was taken, and nothing else, is stored. */
  private int assertKept(JsonNode problem, List<String> lines) {
    int enqueued = problem.path("enqueued").intValue();
    assertEquals(0, problem.path("rejected").intValue(), problem.toString());
    assertEquals(enqueued, problem.path("resume_at").intValue(), problem.toString());
    api.awaitMessages(app, messages(lines.subList(0, enqueued)));
    return enqueued;
  }

  @Test
  void aBodyOverTheLimitIs413AndCanBeResumed() {
    List<String> lines = lines(90_000);
    assertTrue(joined(lines).length > MAX_BODY_BYTES);
    JsonNode problem = Api.problem(413, api.ingest(Api.NDJSON, joined(lines)));
    assertTrue(problem.path("detail").asText().contains("http.maxBodyBytes"));
    int resumeAt = problem.path("resume_at").intValue();
    assertEquals(resumeAt, problem.path("enqueued").intValue());
    assertTrue(resumeAt > 40_000 && resumeAt < 90_000, problem.toString());
    List<String> rest = lines.subList(resumeAt, lines.size());
    assertEquals(rest.size(), api.ingestLines(rest).path("enqueued").intValue());
    api.awaitTotal("?app=" + app, 90_000);
    api.awaitMessages(app, messages(lines));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zlib", "zstd"})
  void aBombIs413AfterTheGoodLinesBeforeIt(String how) {
    List<String> lines = lines(10);
    byte[] good = joined(lines);
    byte[] bomb = Arrays.copyOf(good, 200 << 20);
    Arrays.fill(bomb, good.length, bomb.length, (byte) '\n');
    byte[] body = compress(how, bomb);
    assertTrue(body.length < 1 << 20);
    String encoding = how.equals("zlib") ? "deflate" : how;
    assertEquals(
        10,
        assertKept(
            Api.problem(413, api.ingest(Api.NDJSON, body, "Content-Encoding", encoding)), lines));
  }

  @ParameterizedTest
  @CsvSource({"gzip,gzip", "zlib,deflate", "raw,deflate", "zstd,zstd"})
  void aCompressedBodyThatIsCutOffIs400(String how, String encoding) {
    List<String> lines = lines(20_000);
    byte[] whole = compress(how, joined(lines));
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    int enqueued =
        assertKept(
            Api.problem(400, api.ingest(Api.NDJSON, half, "Content-Encoding", encoding)), lines);
    assertTrue(enqueued > 1000 && enqueued < 20_000, "enqueued " + enqueued);
    byte[] butOne = Arrays.copyOf(whole, whole.length - 1);
    Api.problem(400, api.ingest(Api.NDJSON, butOne, "Content-Encoding", encoding));
  }

  @Test
  void aWrongChecksumIs400() {
    List<String> lines = lines(100);
    byte[] body = compress("gzip", joined(lines));
    body[body.length - 8] ^= 1;
    JsonNode problem = Api.problem(400, api.ingest(Api.NDJSON, body, "Content-Encoding", "gzip"));
    assertKept(problem, lines);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "zstd"})
  void aBodyThatIsNotCompressedAsItSaysIs400(String encoding) {
    List<String> lines = lines(100);
    JsonNode problem =
        Api.problem(400, api.ingest(Api.NDJSON, joined(lines), "Content-Encoding", encoding));
    assertEquals(0, assertKept(problem, lines));
    Api.problem(400, api.ingest(Api.NDJSON, new byte[0], "Content-Encoding", encoding));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void garbageBehindACompressedBodyIs400(String encoding) {
    List<String> lines = lines(100);
    byte[] body = compress(encoding, joined(lines));
    byte[] more = Arrays.copyOf(body, body.length + 20);
    Arrays.fill(more, body.length, more.length, (byte) 'x');
    assertKept(Api.problem(400, api.ingest(Api.NDJSON, more, "Content-Encoding", encoding)), lines);
  }

  /** As many as a small body can hold: they must not take the room of good records. */
  @Test
  void bodiesFullOfBadRecordsBreakOffAndHoldUpNobody() {
    String bad = "[" + "1,".repeat(10_000);
    byte[] body = (bad + Api.record(app, "good") + ",1".repeat(290_000) + "]").getBytes(UTF_8);
    byte[] bomb = compress("gzip", body);
    List<CompletableFuture<HttpResponse<String>>> bombs =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> api.ingest(Api.JSON, bomb, "Content-Encoding", "gzip")))
            .toList();
    int good = 0;
    do {
      api.ingestLines(lines(10));
      good += 10;
    } while (good < 200 || !bombs.stream().allMatch(CompletableFuture::isDone));
    for (CompletableFuture<HttpResponse<String>> answer : bombs) {
      JsonNode problem = Api.problem(400, answer.join());
      assertEquals(10_000, problem.path("rejected").asInt(), problem.toString());
      assertEquals(1, problem.path("enqueued").asInt(), problem.toString());
      assertEquals(10_001, problem.path("resume_at").asInt(), problem.toString());
    }
    api.awaitTotal("?app=" + app, good + 4);
    Api.expect(200, logagg.delete("/api/v1/dlq"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "compress", "gzip, br", "aws-chunked", "gzip;q=1"})
  void anUnknownEncodingIs415(String encoding) {
    HttpResponse<String> answer =
        api.ingest(Api.NDJSON, joined(lines(1)), "Content-Encoding", encoding);
    assertTrue(Api.problem(415, answer).path("detail").asText().contains(encoding));
    assertEquals(0, api.total("?app=" + app));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/html", "application/xml", "multipart/form-data; boundary=x", "json", "/"})
  void anUnknownTypeIs415(String type) {
    for (String path : List.of("/api/v1/ingest", "/api/v1/logs", "/api/v1/bulk_logs")) {
      HttpResponse<String> answer = api.send("POST", path, type, joined(lines(1)));
      assertTrue(Api.problem(415, answer).path("detail").asText().contains("application/json"));
    }
    assertEquals(0, api.total("?app=" + app));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v1/logs?apps=x",
        "GET /api/v1/logs/filter?since=1h&severity=ERROR",
        "GET /api/v1/stats?limit=3",
        "GET /api/v1/apps?name=x",
        "GET /api/v1/dlq?app=x",
        "DELETE /api/v1/logs?app=x&force=true",
        "DELETE /api/v1/dlq?id=x",
        "POST /api/v1/ingest?App=x",
        "POST /api/v1/logs?app=x",
        "POST /api/v1/bulk_logs?app=x",
        "POST /api/v1/dlq/replay?all=true",
        "GET /api/v1/logs/0?x=1"
      })
  void anUnknownParameterIsA400ThatNamesIt(String methodAndPath) {
    int blank = methodAndPath.indexOf(' ');
    String method = methodAndPath.substring(0, blank);
    String path = methodAndPath.substring(blank + 1);
    JsonNode problem = Api.problem(400, api.send(method, path, Api.JSON, joined(lines(1))));
    String query = path.substring(Math.max(path.indexOf('?'), path.indexOf('&')) + 1);
    String name = query.substring(0, query.indexOf('='));
    assertEquals(name, problem.path("errors").path(0).path("field").asText(), problem.toString());
    assertEquals(0, api.total("?app=" + app));
  }

  private static final List<String> SQL =
      List.of(
          "'; DROP TABLE logs; --",
          "\"; DELETE FROM logs; --",
          "$1",
          "%' OR '1'='1",
          "\\'; SELECT pg_sleep(60); --",
          "$$; TRUNCATE logs; $$");

  @Test
  void sqlInFieldsIsText() {
    for (String sql : SQL) {
      String quoted = Api.quote(sql);
      String line =
          "{\"app\":%s,\"message\":%s,\"service\":%s,\"level\":%s,\"id\":%s,%s:%s,\"metadata_\":{%s:[%s]}}"
              .replace("%s", quoted);
      api.ingestLines(List.of(line));
      api.awaitMessages(sql, List.of(sql));
      JsonNode row = api.array("/api/v1/logs?app=" + Api.item(sql)).get(0);
      assertEquals(sql, row.path("service").asText());
      assertEquals(sql, row.path("source_id").asText());
      assertEquals(sql.toUpperCase(java.util.Locale.ROOT), row.path("level").asText());
      assertEquals(Api.parse("[" + quoted + "]"), row.path("metadata_").path(sql));
      JsonNode byApp = api.get("/api/v1/stats?service=" + Api.item(sql)).path("by_app");
      assertEquals(1, byApp.path(sql).intValue(), byApp.toString());
    }
  }

  @Test
  void sqlInParametersIsText() {
    api.ingestLines(lines(3));
    api.awaitTotal("?app=" + app, 3);
    for (String sql : SQL) {
      for (String path :
          List.of(
              "logs?app",
              "logs?service",
              "logs?level",
              "logs?q",
              "stats?app",
              "dlq?reason",
              "dlq?source")) {
        // Outside of quotes, a mistake in the query language would be refused.
        String text = path.equals("logs?q") ? Api.quote("no " + sql) : "no " + sql;
        HttpResponse<String> answer = logagg.get("/api/v1/" + path + "=" + Api.encode(text));
        JsonNode found = Api.expect(200, answer);
        assertEquals(0, found.isArray() ? found.size() : found.path("total").intValue());
      }
      for (String name : List.of("since", "until", "limit", "order", "cursor")) {
        Api.problem(400, logagg.get("/api/v1/logs?" + name + "=" + Api.encode(sql)));
      }
      for (String path : List.of("logs", "apps", "dlq")) {
        Api.problem(404, logagg.get("/api/v1/" + path + "/" + Api.encode(sql).replace("+", "%20")));
      }
    }
    assertEquals(3, api.total("?app=" + app));
  }
}
