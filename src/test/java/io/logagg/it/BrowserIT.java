package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers are told, and what pages of other sites may do. */
class BrowserIT {
  private static final String ORIGIN = "https://logs.example.org";
  private static final String EVIL = "https://evil.example.org";
  private static final String DATA_CSP = "default-src 'none'; frame-ancestors 'none'";
  private static final String PAGE_CSP =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static RunningLogagg logagg;
  private static TestServers servers;
  private static Api api;

  @BeforeAll
  static void start() {
    servers = TestServers.reset();
    logagg =
        RunningLogagg.fresh(servers, Map.of("CORS_ORIGINS", ORIGIN + ",http://LocalHost:3000"));
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  /**
   * An answer's headers by their names in lower case, with {@code :status}; its body is not read.
   */
  private static Map<String, String> raw(String request) {
    URI base = URI.create(logagg.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      Map<String, String> headers = new TreeMap<>();
      for (String line : head(socket.getInputStream()).lines().toList()) {
        int colon = line.indexOf(": ");
        headers.put(
            colon < 0 ? ":status" : line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
            colon < 0 ? line.split(" ", -1)[1] : line.substring(colon + 2));
      }
      return headers;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("cut off: " + head);
      }
      head.append((char) c);
    }
    return head.toString().strip();
  }

  private static String get(String target, String... headers) {
    List<String> lines = new ArrayList<>(List.of("GET " + target + " HTTP/1.1"));
    lines.addAll(List.of(headers));
    if (String.join("", headers).indexOf("Host:") < 0) {
      lines.add("Host: localhost");
    }
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static void assertSafe(Map<String, String> headers, String csp) {
    String shown = headers.toString();
    assertEquals("nosniff", headers.get("x-content-type-options"), shown);
    assertEquals("DENY", headers.get("x-frame-options"), shown);
    assertEquals("no-referrer", headers.get("referrer-policy"), shown);
    assertEquals("same-origin", headers.get("cross-origin-resource-policy"), shown);
    assertEquals(csp, headers.get("content-security-policy"), shown);
    assertFalse(headers.containsKey("strict-transport-security"), "not without TLS");
  }

  private static void assertSafeData(int status, String request) {
    Map<String, String> headers = raw(request);
    assertEquals(Integer.toString(status), headers.get(":status"), request);
    assertSafe(headers, DATA_CSP);
    assertEquals("no-store", headers.get("cache-control"), request);
  }

  @ParameterizedTest
  @CsvSource({
    "200,/health",
    "200,/health/",
    "200,/metrics",
    "200,/api/v1/logs",
    "200,/api/v1/logs//",
    "200,/api/v1/stats/patterns",
    "200,/api/v1/logs/tail",
    "404,/nothing",
    "404,/nothing/",
    "404,/api/v1/logs/x",
    "400,/api/v1/logs?nothing=1",
    "400,/api/v1/logs?app=%zz",
    "405,/api/v1/ingest",
    "404,nothing"
  })
  void everyAnswerIsSafe(int status, String path) {
    assertSafeData(status, get(path));
  }

  @Test
  void soAreThoseToWhatIsNoRequest() {
    assertSafeData(400, "nonsense\r\n\r\n");
    assertSafeData(414, get("/" + "x".repeat(40_000)));
    assertSafeData(431, get("/", "X: " + "x".repeat(40_000)));
    assertSafeData(
        415,
        "POST /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/x\r\nContent-Length: 1\r\n\r\n1");
    assertSafeData(
        413,
        "POST /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n{"
            + " ".repeat(100_000));
    assertSafeData(403, get("/api/v1/logs", "Origin: " + EVIL));
    assertSafeData(421, get("/api/v1/logs", "Host: evil.example.org"));
    assertSafeData(204, preflight(ORIGIN, "POST"));
    assertSafeData(200, get("/api/v1/logs", "Accept: application/x-ndjson"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/docs",
        "/docs/",
        "/docs/docs.js",
        "/docs/swagger-ui.css",
        "/docs/swagger-ui-bundle.js",
        "/openapi.json"
      })
  void pagesRunNothingThatIsNotOurs(String path) {
    Map<String, String> headers = raw(get(path));
    assertEquals("200", headers.get(":status"));
    assertSafe(headers, PAGE_CSP);
    assertEquals("same-origin", headers.get("cross-origin-opener-policy"));
    assertEquals("no-cache", headers.get("cache-control"));
  }

  private static String preflight(String origin, String method) {
    return "OPTIONS /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nOrigin: %s\r\nAccess-Control-Request-Method: %s\r\nAccess-Control-Request-Headers: x-api-key,x-evil\r\n\r\n"
        .formatted(origin, method);
  }

  private static Set<String> items(String list) {
    return new TreeSet<>(List.of(list.split(", ", -1)));
  }

  /** Whatever it asks for: the browser compares. */
  @ParameterizedTest
  @ValueSource(strings = {ORIGIN, "http://localhost:3000"})
  void aPreflightIsToldExactlyWhatIsAllowed(String origin) {
    Map<String, String> headers = raw(preflight(origin, "PUT"));
    assertEquals("204", headers.get(":status"));
    assertEquals(origin, headers.get("access-control-allow-origin"));
    assertEquals(
        items("DELETE, GET, HEAD, PATCH, POST"),
        items(headers.get("access-control-allow-methods")));
    assertEquals(
        items(
            "accept, authorization, content-encoding, content-type, idempotency-key, last-event-id, x-api-key"),
        items(headers.get("access-control-allow-headers")));
    assertEquals("600", headers.get("access-control-max-age"));
    assertEquals("origin", headers.get("vary"));
    assertFalse(headers.containsKey("access-control-allow-credentials"));
  }

  @Test
  void pagesOfConfiguredOriginsMayReadAnswersAndErrors() {
    for (String path : List.of("/api/v1/logs", "/nothing", "/api/v1/logs?limit=x")) {
      Map<String, String> headers = raw(get(path, "Origin: " + ORIGIN));
      assertEquals(ORIGIN, headers.get("access-control-allow-origin"), path);
      assertEquals(
          items("link, location, ratelimit, ratelimit-policy, retry-after"),
          items(headers.get("access-control-expose-headers")));
      assertEquals("origin", headers.get("vary"));
    }
    assertEquals("origin", raw(get("/api/v1/logs")).get("vary"), "caches must know");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        EVIL,
        "null",
        "http://logs.example.org",
        "https://logs.example.org:444",
        "https://logs.example.org.evil.org",
        "https://xlogs.example.org",
        "*",
        ""
      })
  void pagesOfOtherOriginsMayNot(String origin) {
    for (String request :
        List.of(preflight(origin, "POST"), get("/api/v1/logs", "Origin: " + origin))) {
      Map<String, String> headers = raw(request);
      assertEquals("403", headers.get(":status"), request);
      assertTrue(
          headers.keySet().stream().noneMatch(name -> name.startsWith("access-control")),
          headers::toString);
    }
    HttpResponse<String> posted = post(Api.record("foreign", "m"), "Origin", origin);
    Api.problem(403, posted);
    assertEquals(0, api.total("?app=foreign"));
  }

  private static HttpResponse<String> post(String record, String... headers) {
    return api.send(
        "POST", "/api/v1/logs", Api.JSON, record.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** Behind a proxy that speaks HTTPS, only the browser knows that it is ours. */
  @Test
  void ourOwnPagesMay() {
    String record = Api.record("same-origin", "m");
    Api.expect(201, post(record, "Origin", logagg.base()));
    Api.expect(201, post(record, "Origin", EVIL, "Sec-Fetch-Site", "same-origin"));
    Api.problem(403, post(record, "Origin", EVIL, "Sec-Fetch-Site", "same-site"));
  }

  @Test
  void anyOriginIsAllowedWithoutCredentials() {
    Map<String, String> any = Map.of("CORS_ORIGINS", "*", "LOGAGG_HTTP_INSTANCES", "1");
    try (RunningLogagg open = RunningLogagg.fresh(servers, any)) {
      HttpResponse<String> answer = open.get("/api/v1/logs", "Origin", EVIL);
      Api.expect(200, answer);
      assertEquals("*", Api.header(answer, "Access-Control-Allow-Origin"));
      assertEquals("", Api.header(answer, "Access-Control-Allow-Credentials"));
      HttpResponse<String> preflight =
          open.send(
              open.request(
                      "/api/v1/logs", "Origin", EVIL, "Access-Control-Request-Method", "DELETE")
                  .method("OPTIONS", BodyPublishers.noBody()));
      assertEquals(204, preflight.statusCode());
      assertEquals("*", Api.header(preflight, "Access-Control-Allow-Origin"));
      assertEquals("", Api.header(preflight, "Access-Control-Allow-Credentials"));
    }
  }

  /** Where none is configured, reading needs no refusal: the browser keeps the answer back. */
  @Test
  void withoutOriginsForeignPagesMayNotWrite() {
    try (RunningLogagg closed = RunningLogagg.fresh(servers, Map.of())) {
      HttpResponse<String> read = closed.get("/api/v1/logs", "Origin", EVIL);
      Api.expect(200, read);
      assertEquals("", Api.header(read, "Access-Control-Allow-Origin"));
      Api.problem(
          403, closed.post("/api/v1/logs", Api.JSON, Api.record("foreign", "m"), "Origin", EVIL));
      assertEquals(0, new Api(closed).total("?app=foreign"));
    }
  }

  @Test
  void hostNamesThatAreNotOursAreRefused() {
    assertEquals("421", raw(get("/api/v1/logs", "Host: evil.example.org")).get(":status"));
    assertEquals("200", raw(get("/health/ready", "Host: evil.example.org")).get(":status"));
    assertEquals("200", raw("GET /api/v1/logs HTTP/1.0\r\n\r\n").get(":status"));
    // A page whose name was made to stand for this machine would be of the same origin.
    Map<String, String> rebound =
        raw(get("/api/v1/logs", "Host: evil.example.org", "Origin: http://evil.example.org"));
    assertEquals("421", rebound.get(":status"));
    Map<String, String> forged =
        raw(get("/api/v1/logs", "Host: evil.example.org", "Sec-Fetch-Site: same-origin"));
    assertEquals("421", forged.get(":status"));
    for (String second : List.of("evil.example.org", "localhost")) {
      assertSafeData(400, get("/api/v1/logs", "Host: localhost", "Host: " + second));
    }
  }
}
