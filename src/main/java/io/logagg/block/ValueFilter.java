package io.logagg.block;

import java.util.Arrays;

/**
 * A set of hashes that answers "perhaps" or "no": a Bloom filter in lines of 64 bytes (Putze,
 * Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007), where all bits of
 * a hash are in one line, so that asking takes one piece of it. Its form stands in
 * docs/block-format.md.
 */
public final class ValueFilter {
  /** Of a line. */
  public static final int LINE_BYTES = 64;

  /** Bits of a hash. */
  private static final int HASHES = 6;

  private static final int LINE_BITS = LINE_BYTES * Byte.SIZE;
  private static final int BITS_PER_VALUE = 12;

  /** Of a block with very many values, which then says "perhaps" too often. */
  private static final int MAX_LINES = 1024;

  /** Says "perhaps" to everything. */
  private static final byte[] ANYTHING = new byte[0];

  private ValueFilter() {}

  /** For a block with a value that cannot be told. */
  public static byte[] anything() {
    return ANYTHING.clone();
  }

  /**
   * The set of the first of these hashes.
   *
   * @param hashes are put in order
   */
  public static byte[] of(long[] hashes, int count) {
    Arrays.sort(hashes, 0, count);
    long different = Arrays.stream(hashes, 0, count).distinct().count();
    long lines = (different * BITS_PER_VALUE + LINE_BITS - 1) / LINE_BITS;
    byte[] set = new byte[LINE_BYTES * (int) Math.max(1, Math.min(MAX_LINES, lines))];
    for (int i = 0; i < count; i++) {
      int start = LINE_BYTES * line(hashes[i], set.length / LINE_BYTES);
      for (int bit : bits(hashes[i])) {
        set[start + (bit >>> 3)] |= (byte) (1 << (bit & 7));
      }
    }
    return set;
  }

  /** Whether it has a length that a set can have. */
  public static boolean isWhole(byte[] set) {
    return set.length % LINE_BYTES == 0 && set.length <= MAX_LINES * LINE_BYTES;
  }

  /** Whether it may be in the set. */
  public static boolean mayHave(byte[] set, long hash) {
    if (set.length == 0) {
      return true;
    }
    int start = LINE_BYTES * line(hash, set.length / LINE_BYTES);
    return Arrays.stream(bits(hash))
        .allMatch(bit -> (set[start + (bit >>> 3)] & (1 << (bit & 7))) != 0);
  }

  private static int line(long hash, int lines) {
    return (int) ((fraction(hash) * lines) >>> 32);
  }

  /** Which line, as a part of all: in 2⁻³² of their number. */
  public static long fraction(long hash) {
    return hash >>> 32;
  }

  /** The bits of its line that are set for a hash. */
  public static int[] bits(long hash) {
    // The finalizer of SplitMix64 (Steele, Lea and Flood 2014): the line has used the high bits.
    long mixed = hash + 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
    mixed ^= mixed >>> 31;
    int[] bits = new int[HASHES];
    for (int i = 0; i < HASHES; i++) {
      bits[i] = (int) (mixed >>> (9 * i)) & (LINE_BITS - 1);
    }
    return bits;
  }
}
