package io.logagg.protocol;

import java.util.Arrays;

/**
 * Holds the start of a record whose end has not arrived, up to a limit; counts what goes beyond.
 */
final class SliceBuffer {
  private static final int FIRST_CAPACITY = 1024;

  private final int maxBytes;
  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;
  private long length;
  private byte last;

  SliceBuffer(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  void append(byte[] source, int from, int to) {
    if (from == to) {
      return;
    }
    length += to - from;
    last = source[to - 1];
    int taken = Math.min(to - from, maxBytes - size);
    if (size + taken > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(maxBytes, Math.max(bytes.length * 2, size + taken)));
    }
    System.arraycopy(source, from, bytes, size, taken);
    size += taken;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Hands on what is held and starts anew. */
  void flush(SliceSink sink, long line) {
    if (length > maxBytes) {
      sink.oversize(line, bytes, 0, size, length);
    } else {
      sink.slice(line, bytes, 0, size);
    }
    clear();
  }

  void clear() {
    size = 0;
    length = 0;
    if (bytes.length > 64 * FIRST_CAPACITY) {
      bytes = new byte[FIRST_CAPACITY];
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  long length() {
    return length;
  }

  /** The last byte that was appended, held or not; there must have been one. */
  byte last() {
    return last;
  }
}
