package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages and streams that are larger than a chunk, and larger than the heap of 256 MB. */
final class LargeReadsIT {
  private static final int BIG_RECORDS = 160;
  private static final int BIG_CHARS = 900_000;
  private static final int MAX_LARGE_REPLIES = 2;

  @TempDir static Path folder;
  private static RunningLogagg server;
  private static Api api;

  @BeforeAll
  static void start() {
    server =
        RunningLogagg.start(
            folder, Map.of("LOGAGG_HTTP_MAX_LARGE_REPLIES", Integer.toString(MAX_LARGE_REPLIES)));
    api = new Api(server);
    for (int i = 0; i < BIG_RECORDS; i++) {
      String text = (char) ('a' + i % 26) + "x".repeat(BIG_CHARS);
      api.ingestLines(List.of(Api.record("big", text)));
    }
    api.ingestLines(IntStream.range(0, 6000).mapToObj(i -> Api.record("small", "m" + i)).toList());
    api.awaitTotal("?app=big", BIG_RECORDS);
    api.awaitTotal("?app=small", 6000);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldShowAPageOfManyChunksWithItsLink() {
    HttpResponse<String> page = server.get("/api/v1/logs?app=small&limit=5000");
    List<String> ids = new ArrayList<>(Api.texts(Api.expect(200, page), "id"));
    assertEquals(5000, ids.size());
    HttpResponse<String> rest = server.get(Api.next(page).orElseThrow());
    ids.addAll(Api.texts(Api.expect(200, rest), "id"));
    assertTrue(Api.next(rest).isEmpty());
    assertEquals(6000, new HashSet<>(ids).size());
    assertEquals(ids.stream().sorted(Comparator.reverseOrder()).toList(), ids);
  }

  @Test
  void shouldShowLargeRecordsPageByPage() {
    List<JsonNode> rows = api.pages("/api/v1/logs?app=big&limit=60");
    assertEquals(BIG_RECORDS, new HashSet<>(Api.texts(rows, "id")).size());
    rows.forEach(row -> assertEquals(BIG_CHARS + 1, row.path("message").textValue().length()));
  }

  @Test
  void shouldTurnAwayWhatIsBeyondTheLimitAndServeAgainOnceAReaderHasGone() throws IOException {
    List<Socket> readers = new ArrayList<>();
    try {
      for (int i = 0; i < MAX_LARGE_REPLIES; i++) {
        readers.add(stalledReader());
      }
      HttpResponse<String> refused =
          server.get("/api/v1/logs?app=small&limit=6000", "Accept", "application/x-ndjson");
      Api.problem(503, refused);
      assertFalse(Api.header(refused, "Retry-After").isEmpty());
      assertEquals(3, api.array("/api/v1/logs?app=small&limit=3").size(), "small ones are served");
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
    Eventually.value(
        "a stream",
        () -> server.get("/api/v1/logs?app=small", "Accept", "application/x-ndjson"),
        answer -> answer.statusCode() == 200 && answer.body().lines().count() == 6000);
  }

  /** Has read the head of a stream that is larger than all buffers on the way, and no more. */
  private static Socket stalledReader() throws IOException {
    URI base = URI.create(server.base());
    Socket socket = new Socket(base.getHost(), base.getPort());
    String request =
        "GET /api/v1/logs?app=big HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 64);
    assertEquals("HTTP/1.1 200 OK", reader.readLine());
    return socket;
  }

  @Test
  void shouldFilterByNamesWithCommasAndDeleteThem() {
    api.ingestLines(List.of(Api.record("a,b", "1"), Api.record("a", "2")));
    api.awaitTotal("?app=" + Api.encode("\"a,b\",a"), 2);
    assertEquals(1, api.total("?app=" + Api.encode("\"a,b\"")));
    HttpResponse<String> deleted = server.delete("/api/v1/logs?app=" + Api.encode("\"a,b\""));
    assertEquals(1, Api.expect(200, deleted).path("deleted").intValue());
    assertEquals(1, api.total("?app=a"));
  }

  @Test
  void shouldListAppsPageByPage() {
    List<String> names = Api.texts(api.pages("/api/v1/apps?limit=1"), "name");
    assertTrue(names.containsAll(List.of("big", "small")));
    assertEquals(names.stream().distinct().toList(), names);
  }
}
