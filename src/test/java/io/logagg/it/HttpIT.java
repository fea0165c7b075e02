package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestServers;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every route: paths, methods, errors and connections. */
class HttpIT {
  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() {
    logagg =
        RunningLogagg.fresh(TestServers.reset(), Map.of("LOGAGG_HTTP_MAX_RECORD_BYTES", "4096"));
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/logs",
        "/api/v1/logs/filter",
        "/api/v1/stats",
        "/api/v1/stats/histogram",
        "/api/v1/apps",
        "/api/v1/dlq",
        "/health",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/"
      })
  void everyPathAnswersWithAndWithoutASlashAtItsEnd(String path) {
    for (String end : List.of("", "/", "//")) {
      assertEquals(200, logagg.get(path + end).statusCode(), path + end);
    }
  }

  @Test
  void writingPathsTakeASlashAtTheirEndToo() {
    String record = Api.record("slashes", "m");
    assertEquals(202, api.send("POST", "/api/v1/ingest/?app=x", record).statusCode());
    assertEquals(201, api.send("POST", "/api/v1/bulk_logs/", record).statusCode());
    HttpResponse<String> created = api.send("POST", "/api/v1/logs/", record);
    String path = Api.header(created, "Location") + "/";
    assertEquals(201, created.statusCode());
    assertEquals(200, logagg.get(path).statusCode());
    assertEquals(200, api.send("PATCH", path, "{\"message\":\"n\"}").statusCode());
    assertEquals(204, logagg.delete(path).statusCode());
    api.awaitMessages("slashes", List.of("m", "m"));
    assertEquals(200, logagg.delete("/api/v1/logs/?app=slashes").statusCode());
    api.awaitMessages("slashes", List.of());
    HttpResponse<String> app = api.send("POST", "/api/v1/apps/", "{\"name\":\"slash\"}");
    assertEquals(201, app.statusCode());
    assertEquals(204, logagg.delete(Api.header(app, "Location") + "/").statusCode());
    assertEquals(200, api.send("POST", "/api/v1/dlq/replay/", "").statusCode());
    assertEquals(200, logagg.delete("/api/v1/dlq/").statusCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/api/v1",
        "/api/v1/logs/0/more",
        "/api/v3/logs",
        "/health/x",
        "/%2e%2e/x"
      })
  void whatIsNotThereIs404(String path) {
    Api.problem(404, logagg.get(path));
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/api/v1/logs,DELETE GET POST",
    "PUT,/api/v1/logs/0,DELETE GET PATCH",
    "GET,/api/v1/ingest,POST",
    "DELETE,/api/v1/ingest/,POST",
    "GET,/api/v1/bulk_logs,POST",
    "POST,/api/v1/stats,GET",
    "DELETE,/api/v1/apps,GET POST",
    "POST,/api/v1/apps/1,DELETE GET PATCH",
    "POST,/api/v1/dlq,DELETE GET",
    "GET,/api/v1/dlq/0/replay,POST",
    "POST,/health,GET",
    "DELETE,/metrics,GET"
  })
  void anotherMethodIs405WithThoseAllowed(String method, String path, String allowed) {
    HttpResponse<String> answer = api.send(method, path, "{}");
    Api.problem(405, answer);
    TreeSet<String> methods =
        new TreeSet<>(Arrays.asList(Api.header(answer, "Allow").split(", *", -1)));
    methods.remove("HEAD");
    assertEquals(new TreeSet<>(Arrays.asList(allowed.split(" ", -1))), methods);
  }

  @Test
  void headIsGetWithoutABody() {
    for (String path : List.of("/", "/health/live", "/api/v1/logs")) {
      HttpResponse<String> answer = api.send("HEAD", path, "");
      assertEquals(200, answer.statusCode(), path);
      assertEquals("", answer.body());
    }
  }

  @Test
  void bodiesOfOtherRoutesHaveALimitToo() {
    String large = Api.record("a", "m".repeat(5000));
    Api.problem(413, api.send("POST", "/api/v1/logs", large));
    Api.problem(
        413, api.send("POST", "/api/v1/apps", "{\"name\":\"" + "n".repeat(100_000) + "\"}"));
    byte[] bulk = (large + "\n").getBytes(StandardCharsets.UTF_8);
    Api.problem(422, api.send("POST", "/api/v1/bulk_logs", Api.NDJSON, bulk));
    assertEquals(0, api.total("?app=a"));
  }

  /** Sends bytes as they are; the status line and headers of the answer. */
  private static String raw(String request) throws IOException {
    URI base = URI.create(logagg.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder head = new StringBuilder();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.append(line).append('\n');
      }
      return head.toString();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|400",
        "GET /%zz HTTP/1.1|400 404",
        "GET /api/v1/logs?app=%zz HTTP/1.1|400",
        "GET /api/v1/logs?app=%ff%00 HTTP/1.1|400",
        "GET /api/v1/logs/%ff HTTP/1.1|404 400",
        "GET /api/v1/logs/%zz HTTP/1.1|404 400"
      })
  void aRequestThatCannotBeReadIsA4xx(String line, String statuses) throws IOException {
    String head = raw(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    String status = head.substring(head.indexOf(' ') + 1).substring(0, 3);
    assertTrue(List.of(statuses.split(" ", -1)).contains(status), head);
  }

  @Test
  void tooLongALineOrHeaderIsRefused() throws IOException {
    String long40k = "x".repeat(40_000);
    String line = raw("GET /api/v1/logs?app=" + long40k + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertTrue(line.contains(" 414 "), line);
    String header =
        raw("GET /api/v1/logs HTTP/1.1\r\nHost: localhost\r\nX: " + long40k + "\r\n\r\n");
    assertTrue(header.contains(" 431 "), header);
  }

  @Test
  void whatAnInterruptedRequestSentIsKeptAndTheServerGoesOn() throws IOException {
    String lines = Api.record("cut", "1") + "\n" + Api.record("cut", "2") + "\n" + "{\"app\":\"cu";
    URI base = URI.create(logagg.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      String head =
          "POST /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n";
      socket.getOutputStream().write((head + lines).getBytes(StandardCharsets.UTF_8));
    }
    api.awaitMessages("cut", List.of("1", "2"));
    assertEquals(0, api.deadLetters().size());
  }

  /** More than Netty's compressor keeps in mind. */
  @Test
  void tooManyRequestsAheadEndTheConnectionAndLeaveNoTrace() throws IOException {
    URI base = URI.create(logagg.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(30_000);
      String one = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(one.repeat(1000).getBytes(StandardCharsets.UTF_8));
      beforeItsEnd(socket);
    }
    String closed = "logagg_http_closed_connections_total";
    assertEquals(1, Scrape.of(logagg).sum(closed, "reason", "pipeline"));
    assertFalse(logagg.stderr().contains("maxPipelineDepth"), logagg.stderr());
  }

  @Test
  void aHundredRequestsAheadAreAllAnswered() throws IOException {
    String one = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    URI base = URI.create(logagg.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(30_000);
      String all = one.repeat(99) + last;
      socket.getOutputStream().write(all.getBytes(StandardCharsets.UTF_8));
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertEquals(100, answers.split("HTTP/1.1 200", -1).length - 1);
    }
  }

  @Test
  void aBodyThatGoesOnBehindItsAnswerIsEnded() throws IOException {
    URI base = URI.create(logagg.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(30_000);
      String head = "GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      String answer = beforeItsEnd(socket);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }
  }

  /** What comes until the server ends the connection, which it must before it would an idle one. */
  private static String beforeItsEnd(Socket socket) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(bytes);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("not ended after " + bytes, e);
    } catch (SocketException e) {
      // What it had not read yet makes it a reset.
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
