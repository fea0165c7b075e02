package io.logagg.telemetry;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.TestServers;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MetricsServerTest {
  private final Vertx vertx = Vertx.vertx();
  private final int port = FreePorts.next();

  @BeforeEach
  void serve() {
    MetricsServer server = new MetricsServer(new Metrics(), new Health(vertx, checks -> true), 1);
    TestServers.await(server.listen(vertx, "127.0.0.1", port));
  }

  @AfterEach
  void close() {
    TestServers.await(vertx.close());
  }

  private Socket connect(String sent) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  private String answer() {
    try (Socket socket =
        connect("GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // There are too many, and it is closed.
    }
  }

  @Test
  void shouldKeepBrowsersFromTakingItForAPage() {
    assertTrue(answer().contains("x-content-type-options: nosniff"), answer());
  }

  /** Each byte starts the idle timeout anew. */
  @Test
  void shouldNotBeKeptFromOthersByClientsThatDrip() throws IOException {
    List<Socket> dripping = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      dripping.add(connect("GET / HTTP/1.1\r\nX: "));
    }
    Eventually.value("one too many", this::answer, String::isEmpty);
    Eventually.value(
        "room for others",
        () -> {
          dripping.forEach(MetricsServerTest::drip);
          return answer();
        },
        answer -> answer.startsWith("HTTP/1.1 200"));
    for (Socket socket : dripping) {
      socket.close();
    }
  }

  private static void drip(Socket socket) {
    try {
      socket.getOutputStream().write('x');
    } catch (IOException e) {
      return; // Closed, as it should be.
    }
  }
}
