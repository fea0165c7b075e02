package io.logagg.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.config.TlsConfig;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.Eventually;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestCertificate;
import io.logagg.testing.TestServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificatesTest {
  private static final long POLL_MS = 5;

  @TempDir private static Path made = Path.of("");
  private static Vertx vertx;
  private static TestCertificate first;
  private static TestCertificate second;
  private static TestCertificate rsa;

  @TempDir private Path folder = Path.of("");
  private final Metrics metrics = new Metrics();
  private final List<Runnable> closing = new ArrayList<>();
  private Path cert;
  private Path key;

  @BeforeAll
  static void make() {
    vertx = Vertx.vertx();
    first = TestCertificate.make(made, "EC", "first");
    second = TestCertificate.make(made, "EC", "second");
    rsa = TestCertificate.make(made, "RSA", "third");
  }

  @AfterAll
  static void close() {
    TestServers.await(vertx.close());
  }

  @BeforeEach
  void write() {
    cert = folder.resolve("cert.pem");
    key = folder.resolve("key.pem");
    write(first, first);
  }

  @AfterEach
  void stop() {
    closing.forEach(Runnable::run);
  }

  private void write(TestCertificate certOf, TestCertificate keyOf) {
    TestCertificate.replace(cert, certOf.certPem());
    TestCertificate.replace(key, keyOf.keyPem());
  }

  private Optional<Certificates> open() {
    return Certificates.open(
        vertx, new TlsConfig(cert.toString(), key.toString()), InstantSource.system(), metrics);
  }

  private String refusal() {
    String message = assertThrows(BadCertificateException.class, this::open).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private List<Integer> serve(Certificates certificates, int count) {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      HttpServerOptions options = new HttpServerOptions();
      certificates.secureHttp(options);
      HttpServer server =
          vertx.createHttpServer(options).requestHandler(request -> request.response().end());
      TestServers.await(server.listen(0, "127.0.0.1"));
      certificates.add(server);
      closing.add(
          () -> {
            certificates.remove(server);
            TestServers.await(server.close());
          });
      ports.add(server.actualPort());
    }
    certificates.watch(POLL_MS);
    return ports;
  }

  /** A client of its own each time: another would go on with the connection it has. */
  private static X509Certificate seenAt(int port) {
    HttpClient client = TestCertificate.client(first, second, rsa);
    HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port)).build();
    try {
      return (X509Certificate)
          client
              .send(request, BodyHandlers.discarding())
              .sslSession()
              .orElseThrow()
              .getPeerCertificates()[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private double reloads(String outcome) {
    return Scrape.of(metrics.scrape()).sum("logagg_tls_reloads_total", "outcome", outcome);
  }

  private void awaitReloads(String outcome, double count) {
    Eventually.value(outcome, () -> reloads(outcome), seen -> seen == count);
  }

  @Test
  void shouldNeedNoneForPlainHttp() {
    assertEquals(
        Optional.empty(),
        Certificates.open(vertx, new TlsConfig(null, null), InstantSource.system(), metrics));
  }

  @Test
  void shouldTakeEveryKindOfKey() {
    for (TestCertificate kind : List.of(first, rsa)) {
      write(kind, kind);
      assertTrue(open().isPresent());
    }
  }

  @Test
  void shouldServeWhatTheFilesHoldNow() {
    List<Integer> ports = serve(open().orElseThrow(), 2);
    for (TestCertificate next : List.of(second, rsa, first)) {
      write(next, next);
      for (int port : ports) {
        Eventually.value("a new one", () -> seenAt(port), next.certificate()::equals);
      }
      Instant expires = next.certificate().getNotAfter().toInstant();
      Eventually.value(
          "its end",
          () -> Scrape.of(metrics.scrape()).sum("logagg_tls_certificate_expiry_timestamp_seconds"),
          seen -> seen == expires.getEpochSecond());
    }
    awaitReloads("taken", 3);
  }

  @Test
  void shouldKeepTheOldOneWhileTheNewOneIsOfNoUse() throws IOException {
    int port = serve(open().orElseThrow(), 1).get(0);
    double refused = 0;
    List<String> wrong = List.of("", "no PEM", second.keyPem());
    for (String content : wrong) {
      TestCertificate.replace(key, content);
      awaitReloads("refused", ++refused);
      assertEquals(first.certificate(), seenAt(port));
    }
    Files.delete(key);
    awaitReloads("refused", ++refused);
    TestCertificate.replace(key, first.keyPem());
    Files.delete(cert);
    awaitReloads("refused", ++refused);
    assertEquals(first.certificate(), seenAt(port));
    assertEquals(refused, reloads("refused"), "each is told once");
    write(second, second);
    Eventually.value("the new one", () -> seenAt(port), second.certificate()::equals);
    awaitReloads("taken", 1);
  }

  /**
   * A server that takes no new certificate until it is told to, and counts how often it was asked.
   */
  private static HttpServer failing(AtomicBoolean fails, AtomicInteger asked) {
    return (HttpServer)
        Proxy.newProxyInstance(
            HttpServer.class.getClassLoader(),
            new Class<?>[] {HttpServer.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "updateSSLOptions" -> {
                    asked.incrementAndGet();
                    yield fails.get() ? Future.failedFuture("busy") : Future.succeededFuture(true);
                  }
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Test
  void shouldTryAgainUntilAllServersHaveTheNewOne() {
    Certificates certificates = open().orElseThrow();
    AtomicBoolean fails = new AtomicBoolean(true);
    AtomicInteger asked = new AtomicInteger();
    HttpServer failing = failing(fails, asked);
    certificates.add(failing);
    closing.add(() -> certificates.remove(failing));
    int port = serve(certificates, 1).get(0);
    write(second, second);
    Eventually.value("attempts", asked::get, count -> count >= 3);
    assertEquals(second.certificate(), seenAt(port), "those that can take it do");
    // Another one for files seen between the two writings, should these take long.
    double refused = reloads("refused");
    assertTrue(refused == 1 || refused == 2, () -> refused + " times");
    int attempts = asked.get();
    Eventually.value("more attempts", asked::get, count -> count >= attempts + 3);
    assertEquals(refused, reloads("refused"), "it is told once");
    assertEquals(0, reloads("taken"));
    fails.set(false);
    awaitReloads("taken", 1);
    assertEquals(refused, reloads("refused"));
    int after = asked.get();
    write(rsa, rsa);
    awaitReloads("taken", 2);
    assertEquals(after + 1, asked.get(), "it is not tried on once all have it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no PEM|must hold a certificate chain",
        "''|must hold a certificate chain",
        "-----BEGIN CERTIFICATE-----~AAAA~-----END CERTIFICATE-----|must hold a certificate chain"
      })
  void shouldNameTheCertificateThatIsNone(String content, String fault) {
    TestCertificate.replace(cert, content.replace('~', '\n'));
    String refusal = refusal();
    assertTrue(refusal.startsWith("http.tls.certPath is \"" + cert + "\": " + fault), refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no PEM|must hold a private key in PEM",
        "-----BEGIN PRIVATE KEY-----~SECRET//~-----END PRIVATE KEY-----|must hold the private key",
        "-----BEGIN PRIVATE KEY-----~SECRET*/|must hold the private key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----~SECRET~-----END ENCRYPTED PRIVATE KEY-----|is encrypted",
        "-----BEGIN RSA PRIVATE KEY-----~Proc-Type: 4,ENCRYPTED~~SECRET~-----END RSA PRIVATE KEY-----|is encrypted"
      })
  void shouldNameTheKeyThatIsNoneWithoutShowingIt(String content, String fault) {
    TestCertificate.replace(key, content.replace('~', '\n'));
    String refusal = refusal();
    assertTrue(refusal.startsWith("http.tls.keyPath is \"" + key + "\": " + fault), refusal);
    assertFalse(refusal.contains("SECRET"), refusal);
  }

  @Test
  void shouldRefuseTheKeyOfAnotherCertificate() {
    write(first, second);
    assertTrue(refusal().endsWith("does not belong to the certificate in http.tls.certPath"));
    write(first, rsa);
    assertTrue(refusal().contains("must hold the private key, RSA or EC, of the certificate"));
  }

  @Test
  void shouldSayWhyAFileCannotBeRead() throws IOException {
    Files.delete(cert);
    assertTrue(refusal().endsWith("\": no such file"));
    Files.createDirectory(cert);
    assertTrue(refusal().endsWith("\": is no regular file"));
    Files.delete(cert);
    TestCertificate.replace(cert, first.certPem());
    TestCertificate.replace(key, "x".repeat((1 << 20) + 1));
    assertTrue(refusal().endsWith("\": is larger than 1 MiB"));
  }
}
