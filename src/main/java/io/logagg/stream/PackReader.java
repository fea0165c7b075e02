package io.logagg.stream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link PackWriter} wrote. Anything that cannot be is an {@link
 * IllegalArgumentException}.
 */
final class PackReader {
  private final byte[] bytes;
  private final int end;
  private final List<String> words = new ArrayList<>();
  private int at;

  /** Reads {@code [from, end)}. */
  PackReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  private void require(int count) {
    if (count < 0 || count > end - at) {
      throw new IllegalArgumentException(
          "cut off: needs " + count + " bytes at " + at + " of " + end);
    }
  }

  int uint8() {
    require(1);
    return bytes[at++] & 0xFF;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = uint8();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is longer than 64 bits");
  }

  int count() {
    long value = varint();
    if (value < 0 || value > end) {
      throw new IllegalArgumentException("a count of " + value + " in " + end + " bytes");
    }
    return (int) value;
  }

  long int64() {
    require(Long.BYTES);
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | (bytes[at++] & 0xFF);
    }
    return value;
  }

  UUID uuid() {
    return new UUID(int64(), int64());
  }

  String text() {
    int length = count();
    require(length);
    String value = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return value;
  }

  @Nullable String word() {
    long reference = varint();
    if (reference == 0) {
      return null;
    }
    if (reference == 1) {
      String value = text();
      words.add(value);
      return value;
    }
    long index = reference - 2;
    if (index < 0 || index >= words.size()) {
      throw new IllegalArgumentException("word " + index + " of " + words.size());
    }
    return words.get((int) index);
  }

  String requiredWord() {
    String word = word();
    if (word == null) {
      throw new IllegalArgumentException("a required text is missing");
    }
    return word;
  }

  int position() {
    return at;
  }

  int end() {
    return end;
  }
}
