package io.logagg.block;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Looks for a text of ASCII in all texts of a column at once, upper and lower case of ASCII being
 * the same: Horspool's algorithm (1980) over the bytes. Made once for a text; thread-safe.
 */
public final class TextSearch {
  private final byte[] wanted;
  private final int[] shifts = new int[256];

  /**
   * @param text of ASCII, not empty
   */
  public TextSearch(String text) {
    if (text.isEmpty() || text.chars().anyMatch(c -> c >= 0x80)) {
      throw new IllegalArgumentException("not some ASCII: " + text);
    }
    wanted = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = fold(wanted[i]);
    }
    int last = wanted.length - 1;
    Arrays.fill(shifts, wanted.length);
    for (int i = 0; i < last; i++) {
      shifts[wanted[i]] = last - i;
      shifts[Character.toUpperCase(wanted[i])] = last - i;
    }
  }

  private static byte fold(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
  }

  /** Gives each text that has it, once, in order. */
  public void find(Texts texts, IntConsumer found) {
    byte[] bytes = texts.bytes();
    int row = 0;
    int count = texts.count();
    int last = wanted.length - 1;
    int end = count == 0 ? 0 : texts.end(count - 1);
    int at = count == 0 ? 0 : texts.start(0);
    while (at + last < end) {
      if (isAt(bytes, at)) {
        while (texts.end(row) <= at) {
          row++;
        }
        if (at + last < texts.end(row)) {
          found.accept(row);
          at = texts.end(row);
          continue;
        }
      }
      at += shifts[bytes[at + last] & 0xFF];
    }
  }

  private boolean isAt(byte[] bytes, int at) {
    for (int i = wanted.length - 1; i >= 0; i--) {
      if (fold(bytes[at + i]) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
