package io.logagg.http.inflate;

import java.util.Arrays;

/**
 * One block of <a href="https://github.com/google/snappy/blob/main/format_description.txt">Snappy
 * </a>, without a frame, as Loki's clients send it. Holds as much of the output as copies may refer
 * to, whatever length the block declares.
 */
public final class SnappyInflation implements Inflation {
  /** The encoders that exist work on parts of at most 4 MiB, most of them on 64 KiB. */
  private static final int WINDOW_BYTES = 4 << 20;

  /** A tag and the longest number behind it. */
  private static final int MAX_ELEMENT_BYTES = 5;

  private static final int FIRST_CAPACITY = 1 << 10;

  /** Of literal bytes that are taken at a time. */
  private static final int STEP_BYTES = 64 << 10;

  private byte[] in = new byte[0];
  private int at;

  private byte[] window = new byte[0];
  private int produced;
  private int handed;

  /** How much is still to come; -1 until that is known. */
  private long left = -1;

  private long literal;

  @Override
  public void input(byte[] chunk) {
    if (at == in.length) {
      in = chunk;
    } else {
      // The beginning of an element, at most.
      byte[] joined = Arrays.copyOfRange(in, at, in.length + chunk.length);
      System.arraycopy(chunk, 0, joined, in.length - at, chunk.length);
      in = joined;
    }
    at = 0;
  }

  @Override
  public int read(byte[] out) throws CorruptBodyException {
    boolean more = true;
    while (more && produced - handed < out.length) {
      more = step();
    }
    int count = Math.min(out.length, produced - handed);
    System.arraycopy(window, handed, out, 0, count);
    handed += count;
    return count;
  }

  /** Goes on by one element, or a part of it; false if more input is needed. */
  private boolean step() throws CorruptBodyException {
    if (left < 0) {
      return header();
    }
    if (literal > 0) {
      return literal();
    }
    if (at == in.length) {
      return false;
    }
    if (left == 0) {
      throw new CorruptBodyException("the snappy block goes on behind its declared length");
    }
    int tag = in[at] & 0xFF;
    int type = tag & 3;
    int more = type == 0 ? Math.max(0, (tag >> 2) - 59) : type == 3 ? 4 : type;
    if (in.length - at <= more) {
      return false;
    }
    long number = 0;
    for (int i = 0; i < more; i++) {
      number |= (in[at + 1 + i] & 0xFFL) << (8 * i);
    }
    at += 1 + more;
    if (type == 0) {
      literal = take((more == 0 ? tag >> 2 : number) + 1);
    } else if (type == 1) {
      copy(number | ((tag & 0xE0L) << 3), 4 + ((tag >> 2) & 7));
    } else {
      copy(number, 1 + (tag >> 2));
    }
    return true;
  }

  /** The length of the whole, which comes first. */
  private boolean header() throws CorruptBodyException {
    long length = 0;
    for (int i = 0; i < MAX_ELEMENT_BYTES; i++) {
      if (at + i == in.length) {
        return false;
      }
      byte b = in[at + i];
      length |= (b & 0x7FL) << (7 * i);
      if (b >= 0) {
        if (length > 0xFFFF_FFFFL) {
          break;
        }
        at += i + 1;
        left = length;
        return true;
      }
    }
    throw new CorruptBodyException("the snappy block has no length");
  }

  private long take(long count) throws CorruptBodyException {
    if (count > left) {
      throw new CorruptBodyException("the snappy block is longer than it declares");
    }
    left -= count;
    return count;
  }

  private boolean literal() {
    int count = (int) Math.min(Math.min(literal, in.length - at), STEP_BYTES);
    makeRoom(count);
    System.arraycopy(in, at, window, produced, count);
    at += count;
    produced += count;
    literal -= count;
    return count > 0;
  }

  private void copy(long offset, int length) throws CorruptBodyException {
    take(length);
    if (offset <= 0 || offset > produced) {
      throw new CorruptBodyException(
          "the snappy block refers to what is %d bytes back, of %d".formatted(offset, produced));
    }
    makeRoom(length);
    int from = produced - (int) offset;
    // Byte by byte where it reads what it writes: that repeats it.
    if (offset >= length) {
      System.arraycopy(window, from, window, produced, length);
    } else {
      for (int i = 0; i < length; i++) {
        window[produced + i] = window[from + i];
      }
    }
    produced += length;
  }

  private void makeRoom(int count) {
    if (produced + count <= window.length) {
      return;
    }
    int capacity = Math.max(FIRST_CAPACITY, window.length);
    while (capacity < produced + count && capacity < 2 * WINDOW_BYTES) {
      capacity *= 2;
    }
    if (capacity > window.length) {
      window = Arrays.copyOf(window, capacity);
    }
    if (produced + count > window.length) {
      int gone = Math.min(handed, produced - WINDOW_BYTES);
      System.arraycopy(window, gone, window, 0, produced - gone);
      produced -= gone;
      handed -= gone;
    }
  }

  @Override
  public void end() throws CorruptBodyException {
    if (left != 0 || literal > 0 || at < in.length) {
      throw new CorruptBodyException("the snappy block is cut off, or not one");
    }
  }

  @Override
  public int heldBytes() {
    return window.length;
  }

  @Override
  public void close() {}
}
