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
import io.logagg.testing.TestCertificate;
import io.logagg.testing.TestServers;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTPS: HTTP/2 by ALPN, and certificates that change while it runs. */
class TlsIT {
  @TempDir private static Path folder = Path.of("");
  private static TestCertificate first;
  private static TestCertificate second;
  private static RunningLogagg logagg;
  private static String base;

  @BeforeAll
  static void start() {
    first = TestCertificate.make(folder, "EC", "first");
    second = TestCertificate.make(folder, "EC", "second");
    write(first, first);
    logagg =
        RunningLogagg.fresh(
            TestServers.reset(),
            Map.of(
                "LOGAGG_HTTP_INSTANCES", "3",
                "LOGAGG_HTTP_TLS_CERT_PATH", folder.resolve("cert.pem").toString(),
                "LOGAGG_HTTP_TLS_KEY_PATH", folder.resolve("key.pem").toString()));
    base = logagg.base().replace("http:", "https:");
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static void write(TestCertificate certOf, TestCertificate keyOf) {
    TestCertificate.replace(folder.resolve("cert.pem"), certOf.certPem());
    TestCertificate.replace(folder.resolve("key.pem"), keyOf.keyPem());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
  }

  private static <T> HttpResponse<T> send(
      HttpClient client, HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request.build(), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> get(HttpClient client, String path) {
    return send(client, request(path).GET(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> ingest(HttpClient client, String query, byte[] lines) {
    return send(
        client,
        request("/api/v1/ingest" + query)
            .header("Content-Type", Api.NDJSON)
            .POST(BodyPublishers.ofByteArray(lines)),
        BodyHandlers.ofString());
  }

  private static byte[] lines(String app, int count) {
    return (Api.record(app, "m") + "\n").repeat(count).getBytes(StandardCharsets.UTF_8);
  }

  /** A client of its own each time: another would go on with the connection it has. */
  private static X509Certificate seen() {
    HttpResponse<String> answer = get(TestCertificate.client(first, second), "/health/live");
    try {
      return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of each that takes a connection for long. */
  @Test
  @Timeout(60) // A tail has no end of its own.
  void http2CarriesIngestExportsAndTheTail() throws IOException {
    HttpClient client = TestCertificate.client(first, second);
    assertTrue(logagg.stdout().contains(base), logagg.stdout());
    HttpResponse<InputStream> tail =
        send(client, request("/api/v1/logs/tail?app=h2").GET(), BodyHandlers.ofInputStream());
    HttpResponse<String> ingested = ingest(client, "?wait=stored", lines("h2", 20_000));
    JsonNode answer = Api.expect(202, ingested);
    assertEquals(20_000, answer.path("enqueued").intValue());
    HttpResponse<String> export =
        send(
            client,
            request("/api/v1/logs?app=h2").header("Accept", Api.NDJSON).GET(),
            BodyHandlers.ofString());
    assertEquals(20_000, export.body().lines().count());
    try (BufferedReader events =
        new BufferedReader(new InputStreamReader(tail.body(), StandardCharsets.UTF_8))) {
      assertTrue(events.lines().anyMatch("event: log"::equals));
    }
    HttpResponse<String> refused =
        send(
            client,
            request("/api/v1/ingest")
                .header("Content-Type", "text/html")
                .POST(BodyPublishers.ofByteArray(lines("h2", 20_000))),
            BodyHandlers.ofString());
    Api.problem(415, refused);
    for (HttpResponse<?> each : new HttpResponse<?>[] {tail, ingested, export, refused}) {
      assertEquals(HttpClient.Version.HTTP_2, each.version());
      assertEquals("max-age=31536000", Api.header(each, "Strict-Transport-Security"));
      assertEquals("nosniff", Api.header(each, "X-Content-Type-Options"));
    }
  }

  /** All instances have the new one, and requests under way are not disturbed. */
  @Test
  void aNewCertificateIsServedWithoutARestart() {
    HttpClient before = TestCertificate.client(first, second);
    Api.expect(200, get(before, "/health/live"));
    TestCertificate old = seen().equals(first.certificate()) ? first : second;
    TestCertificate fresh = old == first ? second : first;
    TestCertificate.replace(folder.resolve("key.pem"), fresh.keyPem());
    Eventually.value("a warning", logagg::stderr, err -> err.contains("does not belong to"));
    assertEquals(old.certificate(), seen());
    write(fresh, fresh);
    // Said once all instances have it.
    Eventually.value(
        "the new one", logagg::stderr, err -> err.contains("serving a new certificate"));
    for (int i = 0; i < 6; i++) { // Twice around the instances.
      assertEquals(fresh.certificate(), seen());
    }
    Api.expect(202, ingest(before, "", lines("reload", 10)));
    assertEquals(1, logagg.stderr().lines().filter(l -> l.contains("does not belong to")).count());
    Scrape seen = Scrape.of(get(before, "/metrics").body());
    long expires = fresh.certificate().getNotAfter().toInstant().getEpochSecond();
    assertEquals(expires, (long) seen.sum("logagg_tls_certificate_expiry_timestamp_seconds"));
    assertEquals(1, seen.sum("logagg_tls_reloads_total", "outcome", "taken"));
    assertEquals(1, seen.sum("logagg_tls_reloads_total", "outcome", "refused"));
  }

  /** A ClientHello that knows nothing newer than TLS 1.1 is answered with protocol_version. */
  @Test
  void olderVersionsOfTlsAreRefused() throws IOException {
    URI uri = URI.create(base);
    String random = "00".repeat(32);
    // Version 3.2, no session, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA and its RSA sister, no
    // compression.
    String hello = "0302" + random + "00" + "0004c009c013" + "0100";
    String message = "010000" + "%02x".formatted(hello.length() / 2) + hello;
    byte[] bytes =
        HexFormat.of().parseHex("160301" + "%04x".formatted(message.length() / 2) + message);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes);
      byte[] alert = new byte[7];
      new DataInputStream(socket.getInputStream()).readFully(alert);
      assertEquals(21, alert[0], "an alert");
      assertEquals("0246", HexFormat.of().formatHex(alert, 5, 7), "fatal, protocol_version");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "missing.pem,bad.key,http.tls.certPath,no such file",
    "bad.key,first.key,http.tls.certPath,must hold a certificate",
    "first.pem,bad.key,http.tls.keyPath,must hold a private key",
    "first.pem,second.key,http.tls.keyPath,does not belong to"
  })
  void aBadPairAtTheStartIsOneLine(String cert, String key, String names, String fault)
      throws IOException {
    Path working = Files.createTempDirectory(folder, "bad");
    Files.writeString(working.resolve("bad.key"), "nonsense");
    Files.writeString(working.resolve("first.pem"), first.certPem());
    Files.writeString(working.resolve("first.key"), first.keyPem());
    Files.writeString(working.resolve("second.key"), second.keyPem());
    Ended ended =
        RunningLogagg.run(
            working, Map.of("LOGAGG_HTTP_TLS_CERT_PATH", cert, "LOGAGG_HTTP_TLS_KEY_PATH", key));
    assertEquals(2, ended.status(), ended.stderr());
    assertEquals(1, ended.stderr().lines().count(), ended.stderr());
    assertTrue(ended.stderr().startsWith("logagg: " + names + " is "), ended.stderr());
    assertTrue(ended.stderr().contains(fault), ended.stderr());
    assertFalse(Files.exists(working.resolve("logagg-data")));
  }
}
