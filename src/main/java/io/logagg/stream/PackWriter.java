package io.logagg.stream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the body of a packed entry, see {@link PackCodec}. Grows as needed. */
final class PackWriter {
  private final Map<String, Integer> words = new HashMap<>();
  private byte[] bytes;
  private int size;

  /** Writes into these bytes for as long as they suffice. */
  PackWriter(byte[] bytes) {
    this.bytes = bytes;
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  /** An unsigned number in groups of seven bits, the lowest first (LEB128). */
  void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void int64(long value) {
    ensure(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  void uuid(UUID value) {
    int64(value.getMostSignificantBits());
    int64(value.getLeastSignificantBits());
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    varint(utf8.length);
    ensure(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
  }

  /** A text that is likely to come again: 0 for null, 1 and the text at first, then 2 and up. */
  void word(@Nullable String value) {
    if (value == null) {
      varint(0);
      return;
    }
    Integer known = words.putIfAbsent(value, words.size() + 2);
    if (known != null) {
      varint(known);
    } else {
      varint(1);
      text(value);
    }
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }
}
