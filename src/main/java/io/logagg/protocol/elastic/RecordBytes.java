package io.logagg.protocol.elastic;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.logagg.record.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A JSON object that is put together of pieces of others. Not thread-safe. */
final class RecordBytes {
  private byte[] bytes = new byte[1024];
  private int size;

  void clear() {
    size = 0;
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** ASCII, as it stands. */
  RecordBytes ascii(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
    return this;
  }

  RecordBytes copy(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, bytes, size, to - from);
    size += to - from;
    return this;
  }

  RecordBytes copy(byte[] source) {
    return copy(source, 0, source.length);
  }

  /** The comma before all fields but the first. */
  RecordBytes next() {
    return bytes[size - 1] == '{' ? this : ascii(",");
  }

  /** A text as JSON, with its quotes. */
  static byte[] quoted(String text) {
    byte[] inner = JsonStringEncoder.getInstance().quoteAsUTF8(Text.storable(text));
    String quoted = '"' + new String(inner, StandardCharsets.UTF_8) + '"';
    return quoted.getBytes(StandardCharsets.UTF_8);
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }
}
