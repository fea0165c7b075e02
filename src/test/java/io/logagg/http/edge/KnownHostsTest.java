package io.logagg.http.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.config.HttpConfig;
import io.logagg.config.TlsConfig;
import io.logagg.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KnownHostsTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient();
  private int port;

  @AfterEach
  void close() {
    TestServers.await(vertx.close());
  }

  /** A server on loopback that takes itself for one on that host. */
  private void serve(String host, List<String> allowed, boolean asksForKeys) {
    HttpConfig config =
        new HttpConfig(
            host, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, List.of(), allowed, new TlsConfig(null, null));
    Router router = Router.router(vertx);
    router.route().handler(new KnownHosts(config, asksForKeys)::handle);
    router.route().handler(ctx -> ctx.response().end("served"));
    HttpServer server = vertx.createHttpServer().requestHandler(router);
    TestServers.await(server.listen(0, "127.0.0.1"));
    port = server.actualPort();
  }

  private int status(String path, String host) {
    return TestServers.await(
        client
            .request(
                new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setServer(SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                    .putHeader("Host", host)
                    .setURI(path))
            .compose(request -> request.send())
            .map(HttpClientResponse::statusCode));
  }

  private int status(String host) {
    return status("/", host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:8000",
        "127.9.9.9",
        "localhost",
        "LOCALHOST:8000",
        "localhost.",
        "[::1]",
        "[::1]:8000"
      })
  void shouldServeLoopbackByItsNames(String host) {
    serve("127.0.0.1", List.of(), false);
    assertEquals(200, status(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1",
        "[2001:db8::1]",
        "0.0.0.0"
      })
  void shouldRefuseEveryOtherNameOnLoopback(String host) {
    serve("127.0.0.1", List.of(), false);
    assertEquals(421, status(host));
  }

  /** The router does not know what to do with it. */
  @ParameterizedTest
  @ValueSource(strings = {"a b", "///", "localhost:port", "@localhost", "localhost@evil.example"})
  void shouldNotServeWhatIsNoHost(String host) {
    serve("127.0.0.1", List.of(), false);
    assertEquals(4, status(host) / 100);
  }

  @Test
  void shouldSayWhichKeyAddsAName() {
    serve("127.0.0.1", List.of(), false);
    Buffer body =
        TestServers.await(
            client
                .request(
                    new RequestOptions()
                        .setServer(SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                        .putHeader("Host", "evil.example"))
                .compose(request -> request.send())
                .compose(HttpClientResponse::body));
    assertTrue(body.toString().contains("http.allowedHosts"), body.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/live", "/health/ready"})
  void shouldTellHealthToAll(String path) {
    serve("127.0.0.1", List.of(), false);
    assertEquals(200, status(path, "evil.example"));
    assertEquals(421, status(path.replace("/health", "/healthy"), "evil.example"));
  }

  /** The router looks at where a path leads, not at how it begins. */
  @ParameterizedTest
  @ValueSource(strings = {"/health/../api/v1/logs", "/health/%2e%2e/api/v1/logs", "/health/.."})
  void shouldNotTakeForHealthWhatOnlyBeginsLikeIt(String path) {
    serve("127.0.0.1", List.of(), false);
    assertEquals(421, status(path, "evil.example"));
  }

  @Test
  void shouldServeTheNamesThatAreAllowed() {
    serve("127.0.0.1", List.of("Logs.Example.", "192.0.2.7", "2001:db8::7"), false);
    for (String host :
        List.of("logs.example", "LOGS.example:443", "192.0.2.7", "[2001:db8::7]:1", "localhost")) {
      assertEquals(200, status(host), host);
    }
    assertEquals(421, status("other.example"));
  }

  @Test
  void shouldServeTheNameItListensOn() {
    serve("logs.example", List.of("more.example"), false);
    assertEquals(200, status("logs.example"));
    assertEquals(421, status("other.example"));
  }

  /** There, a stranger needs a key, or was let in on purpose. */
  @Test
  void shouldCheckNothingWithKeysOrOnTheNetworkUnlessToldTo() {
    serve("127.0.0.1", List.of(), true);
    assertEquals(200, status("any.example"));
    serve("0.0.0.0", List.of(), false);
    assertEquals(200, status("any.example"));
    serve("0.0.0.0", List.of("logs.example"), true);
    assertEquals(421, status("any.example"));
    assertEquals(200, status("logs.example"));
  }
}
