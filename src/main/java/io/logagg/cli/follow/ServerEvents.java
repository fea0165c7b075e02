package io.logagg.cli.follow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads Server-Sent Events (HTML, section 9.2) as our server writes them. Belongs to one thread.
 */
final class ServerEvents {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;

  ServerEvents(InputStream in) {
    this.in = in;
  }

  /**
   * An event.
   *
   * @param id the position behind it; empty if it names none
   * @param name what it is; empty if it only brings an id
   * @param data the last line of it, of which ours have one
   */
  record Event(String id, String name, String data) {
    byte[] bytes() {
      return data.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** The next one; null at the end. */
  @Nullable Event next() throws IOException {
    String id = "";
    String name = "";
    String data = "";
    boolean begun = false;
    String line = line();
    while (line != null) {
      if (line.isEmpty() && begun) {
        return new Event(id, name, data);
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        String value = line.substring(colon + (line.startsWith(": ", colon) ? 2 : 1));
        switch (line.substring(0, colon)) {
          case "id" -> id = value;
          case "event" -> name = value;
          case "data" -> data = value;
          default -> {} // When to come back, which the client decides for itself.
        }
        begun = true;
      }
      line = line();
    }
    return null; // What is not ended by a blank line does not count.
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      for (int i = at; i < end; i++) {
        if (buffer[i] == '\n') {
          line.write(buffer, at, i - at);
          at = i + 1;
          return line.toString(StandardCharsets.UTF_8);
        }
      }
      line.write(buffer, at, end - at);
      at = 0;
      end = in.read(buffer);
      if (end < 0) {
        end = 0;
        return null;
      }
    }
  }

  /** Whether nothing that was read waits to be told. */
  boolean isDrained() {
    return at == end;
  }
}
