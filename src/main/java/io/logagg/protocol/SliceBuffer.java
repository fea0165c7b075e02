package io.logagg.protocol;

import java.util.Arrays;

/**
 * Holds the start of a record whose end has not arrived, up to a limit; counts what goes beyond.
 */
public final class SliceBuffer {
  private static final int FIRST_CAPACITY = 1024;

  private final int maxBytes;
  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;
  private long length;
  private byte last;

  public SliceBuffer(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  public void append(byte[] source, int from, int to) {
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

  public boolean isEmpty() {
    return length == 0;
  }

  /** Hands on what is held and starts anew. */
  public void flush(SliceSink sink, long line) {
    if (length > maxBytes) {
      sink.oversize(line, bytes, 0, size, length);
    } else {
      sink.slice(line, bytes, 0, size);
    }
    clear();
  }

  public void clear() {
    size = 0;
    length = 0;
    if (bytes.length > 64 * FIRST_CAPACITY) {
      bytes = new byte[FIRST_CAPACITY];
    }
  }

  public byte[] bytes() {
    return bytes;
  }

  public int size() {
    return size;
  }

  public long length() {
    return length;
  }

  /** The last byte that was appended, held or not; there must have been one. */
  byte last() {
    return last;
  }
}
