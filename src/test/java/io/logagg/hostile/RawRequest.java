package io.logagg.hostile;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes for a socket.
 *
 * @param methods those of the requests in it, as far as it has such
 * @param whole whether a server can see where it ends, so that it must answer by itself
 * @param oddVersion whether it claims another HTTP version, so that 501 and 505 are right
 * @param asked by which its answers are judged, if it is one of agents; null for none
 */
record RawRequest(
    Buffer bytes,
    List<String> methods,
    boolean whole,
    boolean oddVersion,
    @Nullable Operation asked) {

  RawRequest(Buffer bytes, List<String> methods, boolean whole, boolean oddVersion) {
    this(bytes, methods, whole, oddVersion, null);
  }

  /** The same, which asks for that. */
  RawRequest asking(Operation operation) {
    return new RawRequest(bytes, methods, whole, oddVersion, operation);
  }

  static RawRequest whole(String head, byte[] body, String method) {
    return new RawRequest(joined(head, body), List.of(method), true, false);
  }

  static Buffer joined(String head, byte[] body) {
    return Buffer.buffer(head.getBytes(StandardCharsets.ISO_8859_1)).appendBytes(body);
  }

  /** Its start, printable. */
  String excerpt() {
    String text = bytes.getString(0, Math.min(300, bytes.length()), "ISO-8859-1");
    return text.replace("\r", "\\r").replace("\n", "\\n").replaceAll("[^ -~]", "?");
  }
}
