package io.logagg.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Which triples of characters stand in texts, as a set of bits: a text that has all of those of
 * another may contain it, one that lacks one cannot. Upper and lower case are the same here, every
 * character by itself, so that no search that folds fewer of them finds what the set denies. Not
 * thread-safe.
 */
public final class Trigrams {
  /** Of a set; a power of two. */
  public static final int BITS = 1 << 15;

  private static final int LENGTH = 3;

  private final long[] words = new long[BITS / Long.SIZE];

  /** Adds all of a text. */
  public void add(String text) {
    int end = text.length();
    if (end < LENGTH) {
      return;
    }
    int first = fold(text.charAt(0));
    int second = fold(text.charAt(1));
    for (int i = 2; i < end; i++) {
      int third = fold(text.charAt(i));
      int bit = bit(first, second, third);
      words[bit >>> 6] |= 1L << bit;
      first = second;
      second = third;
    }
  }

  public boolean has(int bit) {
    return (words[bit >>> 6] & 1L << bit) != 0;
  }

  /** The set as it is kept: bit {@code n} is bit {@code n % 8} of byte {@code n / 8}. */
  public byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BITS / Byte.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(words);
    return bytes.array();
  }

  /** How many bits are set. */
  public int count() {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /**
   * The bits that a set has if one of its texts contains this one, in whatever case; none for a
   * short one. Halves of a pair say nothing: in a set they are not folded, and a letter beyond the
   * basic plane may be there in the other case.
   */
  public static List<Integer> bits(String text) {
    List<Integer> bits = new ArrayList<>();
    for (int i = LENGTH - 1; i < text.length(); i++) {
      if (hasHalf(text, i)) {
        continue;
      }
      int bit = bit(fold(text.charAt(i - 2)), fold(text.charAt(i - 1)), fold(text.charAt(i)));
      if (!bits.contains(bit)) {
        bits.add(bit);
      }
    }
    return bits;
  }

  /** Whether one of three that end here is half of a pair. */
  private static boolean hasHalf(String text, int last) {
    return Character.isSurrogate(text.charAt(last - 2))
        || Character.isSurrogate(text.charAt(last - 1))
        || Character.isSurrogate(text.charAt(last));
  }

  /** Of UTF-16: the halves of a pair are not letters. */
  private static int fold(char c) {
    if (c < 0x80) {
      return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }
    return Character.toLowerCase(c);
  }

  /** Fibonacci hashing (Knuth, TAOCP 6.4) of the three together. */
  private static int bit(int first, int second, int third) {
    long all = (long) first << 32 | (long) second << 16 | third;
    return (int) ((all * 0x9E37_79B9_7F4A_7C15L) >>> 49);
  }
}
