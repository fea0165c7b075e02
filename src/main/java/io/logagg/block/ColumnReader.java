package io.logagg.block;

import java.nio.charset.StandardCharsets;

/** Reads what {@link ColumnWriter} wrote; throws {@link CorruptBlockException} at all else. */
final class ColumnReader {
  private final byte[] bytes;
  private final int end;
  private int at;

  /** Reads {@code [from, end)}. */
  ColumnReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  int at() {
    return at;
  }

  private int uint8() {
    if (at >= end) {
      throw new CorruptBlockException("cut off at byte " + at);
    }
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
    throw new CorruptBlockException("a number of more than 64 bits");
  }

  long zigzag() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** A number that must not be larger. */
  int upTo(int max) {
    long value = varint();
    if (value < 0 || value > max) {
      throw new CorruptBlockException(
          "%s where at most %d may stand".formatted(Long.toUnsignedString(value), max));
    }
    return (int) value;
  }

  /** Goes on behind so many bytes; answers where they begin. */
  int skip(int count) {
    if (count > end - at) {
      throw new CorruptBlockException("cut off: %d bytes of %d".formatted(end - at, count));
    }
    int from = at;
    at += count;
    return from;
  }

  String text() {
    int length = upTo(end - at);
    return new String(bytes, skip(length), length, StandardCharsets.UTF_8);
  }

  void mustEnd() {
    if (at != end) {
      throw new CorruptBlockException((end - at) + " bytes too many");
    }
  }
}
