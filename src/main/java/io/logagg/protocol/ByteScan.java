package io.logagg.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds bytes eight at a time. A byte of a word is matched by whether subtracting from it borrows;
 * a borrow can only make matches of higher bytes wrong, so the lowest match is always right (H. S.
 * Warren, Hacker's Delight, 2nd edition, §6-1).
 */
final class ByteScan {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;

  private ByteScan() {}

  /** Where the first byte of that value stands in {@code [from, to)}; {@code to} if nowhere. */
  static int indexOf(byte[] bytes, int from, int to, byte wanted) {
    long pattern = ONES * (wanted & 0xFF);
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long found = zeros((long) WORDS.get(bytes, at) ^ pattern);
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  /**
   * Where the run of bytes ends that a JSON string holds as they are and that are ASCII: at a
   * quote, a backslash, a control character, a byte from 0x80 on, or {@code to}.
   */
  static int endOfPlainText(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long word = (long) WORDS.get(bytes, at);
      long found =
          zeros(word ^ (ONES * '"'))
              | zeros(word ^ (ONES * '\\'))
              | ((word - ONES * ' ') & ~word & TOPS)
              | (word & TOPS);
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (at < to && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  /** The top bit of the lowest byte that is zero, and perhaps of higher ones; 0 if none is. */
  private static long zeros(long word) {
    return (word - ONES) & ~word & TOPS;
  }
}
