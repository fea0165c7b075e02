package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upload that goes on for longer than a process has to stop. */
class LongUploadIT {
  private static final int LINES = 600;
  private static final String HEAD =
      """
      POST /api/v1/ingest HTTP/1.1\r
      Host: localhost\r
      Content-Type: application/x-ndjson\r
      Transfer-Encoding: chunked\r
      \r
      """;

  @TempDir private Path folder;

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  @Test
  void shouldBeToldHowFarItCameWhenTheProcessIsStopped() throws Exception {
    TestServers servers = TestServers.reset();
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            servers.postgresUrl(),
            "REDIS_URL",
            servers.redisUrl(),
            "LOGAGG_SHUTDOWN_TIMEOUT_MS",
            "6000");
    try (RunningLogagg logagg = RunningLogagg.start(folder, environment)) {
      URI uri = URI.create(logagg.base());
      try (Socket socket = new Socket(InetAddress.getByName(uri.getHost()), uri.getPort())) {
        socket.setSoTimeout(20_000);
        send(socket, HEAD);
        String lines =
            IntStream.range(0, LINES)
                .mapToObj(i -> Api.record("long", "line " + i) + "\n")
                .collect(Collectors.joining());
        send(socket, chunk(lines));
        Api api = new Api(logagg);
        Eventually.value("its beginning", () -> api.total("?app=long"), rows -> rows >= 500);
        logagg.process().destroy();
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
        JsonNode problem = Api.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertEquals(LINES, problem.path("enqueued").asInt(), answer);
        assertEquals(LINES, problem.path("resume_at").asInt(), answer);
      }
    }
  }
}
