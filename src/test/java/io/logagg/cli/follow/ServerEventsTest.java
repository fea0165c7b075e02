package io.logagg.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.logagg.cli.follow.ServerEvents.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ServerEventsTest {
  private static final String STREAM =
      "retry: 2000\nid: p0\n\n:\nid: p1\n\nid: p2\nevent: log\ndata: {\"m\":\"größe: x\"}\n\nevent: missed\ndata: {}\n\nid: p3\nevent: log\ndata: cut";

  /** A few bytes at a time. */
  private static ServerEvents of(int bytesAtOnce) {
    InputStream all = new ByteArrayInputStream(STREAM.getBytes(StandardCharsets.UTF_8));
    return new ServerEvents(
        new InputStream() {
          @Override
          public int read() throws IOException {
            return all.read();
          }

          @Override
          public int read(byte[] bytes, int from, int count) throws IOException {
            return all.read(bytes, from, Math.min(count, bytesAtOnce));
          }
        });
  }

  @Test
  void shouldReadEventsHoweverTheyCome() throws IOException {
    for (int atOnce : new int[] {1, 3, 1000}) {
      ServerEvents events = of(atOnce);
      assertEquals(new Event("p0", "", ""), events.next());
      assertEquals(new Event("p1", "", ""), events.next());
      assertEquals(new Event("p2", "log", "{\"m\":\"größe: x\"}"), events.next());
      assertEquals(new Event("", "missed", "{}"), events.next());
      assertNull(events.next());
    }
  }
}
