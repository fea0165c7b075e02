package io.logagg.alerting;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.alert.CallableHosts;
import io.logagg.alert.Receiver;
import io.logagg.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that speaks TLS, whose certificate is for 127.0.0.1 alone. */
final class PosterTest {
  private static final CallableHosts HERE = new CallableHosts(List.of("127.0.0.1", "localhost"));

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<String> taken = new ArrayList<>();
  private PemTrustOptions trusted;
  private HttpServer server;

  @BeforeEach
  void start() {
    TestCertificate certificate = TestCertificate.make(folder, "EC", "receiver");
    trusted = new PemTrustOptions().addCertValue(Buffer.buffer(certificate.certPem()));
    PemKeyCertOptions key =
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(certificate.certPem()))
            .addKeyValue(Buffer.buffer(certificate.keyPem()));
    server =
        await(
            vertx
                .createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(key))
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                body -> {
                                  taken.add(request.authority() + " " + body);
                                  request.response().setStatusCode(202).end();
                                }))
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Receiver receiver(String host) {
    URI url = URI.create("https://" + host + ":" + server.actualPort() + "/hook");
    return new Receiver("r", Receiver.Kind.WEBHOOK, url, null);
  }

  @Test
  void shouldSendToWhomItTrusts() {
    Poster poster = new Poster(vertx, HERE, trusted);
    assertEquals(202, await(poster.post(receiver("127.0.0.1"), "{}", null)));
    assertEquals(List.of("127.0.0.1:" + server.actualPort() + " {}"), taken);
  }

  @Test
  void shouldSendNothingToOneWithAnothersCertificate() {
    Poster poster = new Poster(vertx, HERE, trusted);
    Throwable e =
        assertThrows(
            RuntimeException.class, () -> await(poster.post(receiver("localhost"), "{}", null)));
    assertEquals(SSLException.class, ssl(e));
    assertEquals(List.of(), taken);
  }

  @Test
  void shouldSendNothingToWhomNobodyKnows() {
    Poster poster = new Poster(vertx, HERE);
    Throwable e =
        assertThrows(
            RuntimeException.class, () -> await(poster.post(receiver("127.0.0.1"), "{}", null)));
    assertEquals(SSLException.class, ssl(e));
    assertEquals(List.of(), taken);
  }

  private static Class<?> ssl(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof SSLException ? SSLException.class : cause.getClass();
  }
}
