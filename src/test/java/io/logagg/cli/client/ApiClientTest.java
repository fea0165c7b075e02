package io.logagg.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.cli.StubServer;
import io.logagg.testing.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiClientTest {
  private static final Address LOGS = new Address("/api/v1/logs");

  private static ClientException fails(ApiClient client) {
    return assertThrows(ClientException.class, () -> client.get(LOGS, Map.of()).close());
  }

  private static ClientException refused(int status, String body) {
    try (StubServer server = new StubServer(request -> StubServer.reply(request, status, body))) {
      return fails(server.client());
    }
  }

  @Test
  void shouldWriteParametersSoThatTheyArriveAsTheyAre() {
    assertEquals(
        "/p?q=a%20b%2Bc%26d%3D%C3%A9&app=x&app=y%2Cz",
        new Address("/p")
            .with("q", "a b+c&d=é")
            .with("none", (String) null)
            .with("app", List.of("x", "y,z"))
            .text());
  }

  @Test
  void shouldTakeUrlsAsPeopleWriteThem() {
    assertEquals("http://logs:8000", ServerAccess.base("logs:8000/"));
    assertEquals("https://logs.example/logagg", ServerAccess.base("https://logs.example/logagg//"));
    for (String wrong : List.of("ftp://x", "http://", "http://u:p@h", "http://h?x=1", "::", "")) {
      ClientException e =
          assertThrows(ClientException.class, () -> ServerAccess.base(wrong), wrong);
      assertEquals(ClientException.USAGE, e.status());
    }
    assertTrue(new ServerAccess("http://localhost:1", null, null, 1).isLocal());
    assertTrue(!new ServerAccess("http://logs:1", null, null, 1).isLocal());
  }

  @Test
  void shouldSayWhereAQueryIsWrong() {
    ClientException e =
        refused(400, "{\"detail\":\"q, column 3: expected a value\\n  a:\\n    ^\",\"column\":3}");
    assertEquals("q, column 3: expected a value", e.text());
    assertEquals(ClientException.USAGE, e.status());
  }

  @Test
  void shouldSayWhatToDoAboutKeys() {
    assertTrue(refused(401, "").text().contains("LOGAGG_API_KEY"));
    assertTrue(refused(403, "{\"detail\":\"no scope\"}").text().contains("no scope"));
  }

  @Test
  void shouldSayThatNobodyIsThere() {
    String base = "http://127.0.0.1:" + FreePorts.next();
    ClientException e = fails(new ApiClient(new ServerAccess(base, null, null, 1000)));
    assertTrue(e.isAway());
    assertTrue(e.text().startsWith("cannot connect to " + base + ": connection refused"), e.text());
  }

  @Test
  void shouldSendTheKeyInAHeader() throws Exception {
    try (StubServer server =
            new StubServer(
                request ->
                    StubServer.reply(
                        request, 200, request.getRequestHeaders().getFirst("Authorization")));
        Reply reply =
            new ApiClient(new ServerAccess(server.base(), "logagg_1", null, 5000))
                .get(LOGS, Map.of())) {
      assertEquals("Bearer logagg_1", new String(reply.bytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void shouldNoticeABodyThatBreaksOff() throws Exception {
    try (StubServer server =
            new StubServer(
                request -> {
                  request.sendResponseHeaders(200, 100);
                  request.getResponseBody().write(new byte[10]);
                  request.getResponseBody().flush();
                });
        Reply reply = server.client().get(LOGS, Map.of())) {
      assertThrows(IOException.class, reply::bytes);
    }
  }

  private static void awaitEnd(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The server is closed.
    }
  }

  @Test
  void shouldGiveUpABodyThatIsSilent() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (StubServer server =
            new StubServer(
                request -> {
                  request.sendResponseHeaders(200, 0);
                  request.getResponseBody().write(new byte[10]);
                  request.getResponseBody().flush();
                  awaitEnd(never);
                });
        Reply reply = server.client(300).get(LOGS, Map.of())) {
      IOException e = assertThrows(IOException.class, reply::bytes);
      assertTrue(String.valueOf(e.getMessage()).contains("nothing came"), e.toString());
    }
  }

  @Test
  void shouldRefuseAFileWithoutCertificates(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), "no certificate\n");
    ClientException e =
        assertThrows(
            ClientException.class,
            () -> new ApiClient(new ServerAccess("https://x", null, file, 1000)));
    assertTrue(e.text().contains("--ca"), e.text());
  }
}
