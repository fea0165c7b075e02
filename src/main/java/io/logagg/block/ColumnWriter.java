package io.logagg.block;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes what a column holds before compression. Grows as needed. */
final class ColumnWriter {
  private byte[] bytes;
  private int size;

  ColumnWriter(int capacity) {
    bytes = new byte[capacity];
  }

  private void ensure(int more) {
    if (more > bytes.length - size) {
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

  /** A signed number, small ones of either sign in few bytes. */
  void zigzag(long value) {
    varint(value << 1 ^ value >> 63);
  }

  void bytes(byte[] from) {
    ensure(from.length);
    System.arraycopy(from, 0, bytes, size, from.length);
    size += from.length;
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    varint(utf8.length);
    bytes(utf8);
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }
}
