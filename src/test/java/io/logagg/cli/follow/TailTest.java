package io.logagg.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.logagg.cli.StubServer;
import io.logagg.cli.client.Address;
import io.logagg.cli.client.ClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TailTest {
  private final List<String> positions = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int begun;

  private static String log(String position, String id) {
    return "id: %s\nevent: log\ndata: {\"id\":\"%s\"}\n\n".formatted(position, id);
  }

  private static void stream(HttpExchange request, String events) throws IOException {
    request.sendResponseHeaders(200, 0);
    request.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
  }

  /** Follows until the server refuses for good. */
  private ClientException follow(Set<String> known, StubServer.Answer... answers) {
    try (StubServer server =
        new StubServer(
            request -> {
              positions.add(String.valueOf(request.getRequestHeaders().getFirst("Last-Event-ID")));
              if (positions.size() <= answers.length) {
                answers[positions.size() - 1].to(request);
              } else {
                StubServer.reply(request, 401, "");
              }
            })) {
      Tail tail =
          new Tail(
              server.client(),
              new Address("/api/v1/logs/tail"),
              new Tail.Listener() {
                @Override
                public Set<String> begin() {
                  begun++;
                  return known;
                }

                @Override
                public void records(List<byte[]> records) {
                  records.forEach(r -> shown.add(new String(r, StandardCharsets.UTF_8)));
                }

                @Override
                public void note(String text) {
                  notes.add(text);
                }
              },
              ms -> {},
              new SplittableRandom(1));
      return assertThrows(ClientException.class, tail::run);
    }
  }

  @Test
  void shouldGoOnWhereItWasWhenTheConnectionBreaks() {
    follow(
        Set.of(),
        request ->
            stream(
                request,
                "id: p0\n\n"
                    + log("p1", "a")
                    + log("p2", "b")
                    + "id: p3\nevent: log\ndata: {\"id\""),
        request -> StubServer.reply(request, 503, ""),
        request -> stream(request, log("p3", "c") + ":\nid: p4\n\n"),
        request -> stream(request, log("p5", "d")));
    assertEquals(List.of("null", "p2", "p2", "p4", "p5"), positions);
    assertEquals(
        List.of("{\"id\":\"a\"}", "{\"id\":\"b\"}", "{\"id\":\"c\"}", "{\"id\":\"d\"}"), shown);
    assertEquals(1, begun);
    assertTrue(notes.get(0).endsWith("; trying again"), notes.toString());
    assertEquals("connected again", notes.get(1));
  }

  @Test
  void shouldNotShowAgainWhatWasShownBefore() {
    follow(
        Set.of("a", "x"),
        request -> stream(request, "id: p0\n\n" + log("p1", "a") + log("p2", "b")));
    assertEquals(List.of("{\"id\":\"b\"}"), shown);
  }

  @Test
  void shouldSayWhatWasMissed() {
    follow(
        Set.of(),
        request ->
            stream(
                request,
                "id: p0\n\nevent: missed\ndata: {\"missed\":7}\n\nevent: missed\ndata: {\"missed\":9,\"at_most\":true}\n\nevent: gap\ndata: {\"reason\":\"why\"}\n\n"));
    assertTrue(notes.get(0).startsWith("7 records were missed"), notes.toString());
    assertTrue(notes.get(1).startsWith("up to 9 records were missed"), notes.toString());
    assertEquals("records may be missing here: why", notes.get(2));
  }

  @Test
  void shouldFailAtOnceWhereItIsRefusedAtFirst() {
    assertTrue(follow(Set.of()).text().contains("API key"));
    assertEquals(0, begun);
  }
}
