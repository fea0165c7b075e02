package io.logagg.cli.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.cli.StubServer;
import io.logagg.cli.client.Address;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Retry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PagesTest {
  private final List<String> asked = new ArrayList<>();

  private static Retry retry() {
    return new Retry(10_000, false, System::nanoTime, ms -> {}, new SplittableRandom(1), why -> {});
  }

  private List<String> all(StubServer.Answer answer, long limit) throws InterruptedException {
    try (StubServer server =
        new StubServer(
            request -> {
              asked.add(request.getRequestURI().toString());
              answer.to(request);
            })) {
      Pages pages = new Pages(server.client(), retry(), new Address("/l?q=a"), limit);
      List<String> all = new ArrayList<>();
      for (List<byte[]> page = pages.next(); !page.isEmpty(); page = pages.next()) {
        page.forEach(record -> all.add(new String(record, StandardCharsets.UTF_8)));
      }
      return all;
    }
  }

  @Test
  void shouldFollowLinksToTheEnd() throws InterruptedException {
    List<String> all =
        all(
            request -> {
              if (asked.size() == 1) {
                request
                    .getResponseHeaders()
                    .add("Link", "<http://inner:1/l?q=a&cursor=7>; rel=\"next\"");
              }
              StubServer.reply(
                  request, 200, "[{\"n\":%d} , {\"s\":\"a]b\"}]".formatted(asked.size()));
            },
            10);
    assertEquals(List.of("{\"n\":1}", "{\"s\":\"a]b\"}", "{\"n\":2}", "{\"s\":\"a]b\"}"), all);
    assertEquals(List.of("/l?q=a&limit=10", "/l?q=a&cursor=7"), asked);
  }

  @Test
  void shouldStopAtTheLimit() throws InterruptedException {
    List<String> all =
        all(
            request -> {
              request.getResponseHeaders().add("Link", "</l?cursor=7>; rel=\"next\"");
              StubServer.reply(request, 200, "[1,2]");
            },
            3);
    assertEquals(List.of("1", "2", "1"), all);
    assertEquals(2, asked.size());
  }

  @Test
  void shouldAskAgainWhileTheServerIsBusy() throws InterruptedException {
    List<String> all =
        all(request -> StubServer.reply(request, asked.size() < 3 ? 503 : 200, "[1]"), 3);
    assertEquals(List.of("1"), all);
    assertEquals(3, asked.size());
  }

  @Test
  void shouldNotTakeALisThatBreaksOffForOne() {
    assertThrows(
        ClientException.class, () -> all(request -> StubServer.reply(request, 200, "[1,"), 3));
  }
}
