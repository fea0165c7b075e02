package io.logagg.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * Bloom filters over values of a field (Bloom 1970, with two hashes as in Kirsch and Mitzenmacher
 * 2006), in the form that stands in the database: a change of anything here makes stored filters
 * useless. See docs/adr/0003-field-filters.md.
 */
public final class BloomFilter {
  private static final int HASHES = 6;

  /** May change: a filter's length tells how many bits it has. */
  private static final int BITS_PER_VALUE = 12;

  /** In fewer bits, two hashes make too few different patterns. */
  private static final int MIN_BYTES = 8;

  private final int values;
  private final byte[] bytes;

  private BloomFilter(int values, byte[] bytes) {
    this.values = values;
    this.bytes = bytes;
  }

  public static long hash(String value) {
    return hash(value, 0, value.length());
  }

  /**
   * The hash of a value that stands in a text: {@link String#hashCode}, which is specified and
   * quick, and the finalizer of MurmurHash3.
   */
  public static long hash(String text, int from, int to) {
    int code = 0;
    for (int i = from; i < to; i++) {
      code = 31 * code + text.charAt(i);
    }
    long hash = code & 0xFFFF_FFFFL;
    hash = (hash ^ (hash >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
    hash = (hash ^ (hash >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
    return hash ^ (hash >>> 33);
  }

  /** For what cannot be told. */
  public static BloomFilter anything() {
    return new BloomFilter(1, new byte[] {(byte) 0xFF});
  }

  /**
   * The filter of the first of these hashes, of which there may be some twice.
   *
   * @param hashes are put in another order
   */
  public static BloomFilter of(long[] hashes, int count) {
    int different = withoutRepeats(hashes, count);
    byte[] bits = new byte[Math.max(MIN_BYTES, (different * BITS_PER_VALUE + 7) / 8)];
    for (int i = 0; i < different; i++) {
      set(bits, hashes[i]);
    }
    return new BloomFilter(different, bits);
  }

  /** Moves one of each to the front; answers how many. Sorting them would take longer. */
  private static int withoutRepeats(long[] hashes, int count) {
    int mask = Integer.highestOneBit(Math.max(1, count)) * 4 - 1;
    // Places in the array, plus one.
    int[] table = new int[mask + 1];
    int different = 0;
    for (int i = 0; i < count; i++) {
      long hash = hashes[i];
      int at = (int) hash & mask;
      while (table[at] != 0 && hashes[table[at] - 1] != hash) {
        at = (at + 1) & mask;
      }
      if (table[at] == 0) {
        hashes[different++] = hash;
        table[at] = different;
      }
    }
    return different;
  }

  private static void set(byte[] bits, long hash) {
    long size = 8L * bits.length;
    for (int i = 0; i < HASHES; i++) {
      int bit = (int) ((((first(hash) + i * second(hash)) & 0xFFFF_FFFFL) * size) >>> 32);
      bits[bit >>> 3] |= (byte) (1 << (bit & 7));
    }
  }

  /** How many values are in it. */
  public int values() {
    return values;
  }

  /** The bits as they are stored, from the low end of each byte. */
  public byte[] bytes() {
    return bytes.clone();
  }

  private static long first(long hash) {
    return hash >>> 32;
  }

  private static long second(long hash) {
    return (hash & 0xFFFF_FFFFL) | 1;
  }

  /**
   * Adds the condition that a filter in the column {@code bits} may hold one of these values, which
   * are few.
   */
  public static void addCondition(Sql sql, List<String> values) {
    List<String> tests = new ArrayList<>();
    for (String value : values) {
      long hash = hash(value);
      String first = sql.parameter(first(hash));
      String second = sql.parameter(second(hash));
      List<String> bits = new ArrayList<>();
      for (int i = 0; i < HASHES; i++) {
        // PostgreSQL counts bits from the low end of a byte, as set() does.
        bits.add(
            "get_bit(bits, (("
                + first
                + "::int8 + "
                + i
                + " * "
                + second
                + "::int8) & 4294967295) * (8 * octet_length(bits)) >> 32) = 1");
      }
      tests.add(String.join(" AND ", bits));
    }
    sql.add(" AND (" + String.join(" OR ", tests) + ")");
  }
}
