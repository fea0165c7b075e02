package io.logagg.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bloom filters over values of a field (Bloom 1970, with two hashes as in Kirsch and Mitzenmacher
 * 2006), in the form that stands in the database: a change of anything here makes stored filters
 * useless. See docs/adr/0003-field-filters.md.
 */
public final class BloomFilter {
  private static final int HASHES = 6;
  private static final int BITS_PER_VALUE = 10;

  /** In fewer bits, two hashes make too few different patterns. */
  private static final int MIN_BYTES = 8;

  private static final long FNV_OFFSET = 0xCBF2_9CE4_8422_2325L;
  private static final long FNV_PRIME = 0x0000_0100_0000_01B3L;

  private final int values;
  private final byte[] bytes;

  private BloomFilter(int values, byte[] bytes) {
    this.values = values;
    this.bytes = bytes;
  }

  /** The hash of a value: FNV-1a over its UTF-16 code units, and the finalizer of MurmurHash3. */
  public static long hash(String value) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < value.length(); i++) {
      hash = (hash ^ value.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
    hash = (hash ^ (hash >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
    return hash ^ (hash >>> 33);
  }

  /** For what cannot be told. */
  public static BloomFilter anything() {
    return new BloomFilter(1, new byte[] {(byte) 0xFF});
  }

  /** The filter of these hashes, of which there may be some twice. */
  public static BloomFilter of(long[] hashes) {
    long[] sorted = hashes.clone();
    Arrays.sort(sorted);
    int count = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[count++] = sorted[i];
      }
    }
    byte[] bits = new byte[Math.max(MIN_BYTES, (count * BITS_PER_VALUE + 7) / 8)];
    for (int i = 0; i < count; i++) {
      set(bits, sorted[i]);
    }
    return new BloomFilter(count, bits);
  }

  private static void set(byte[] bits, long hash) {
    long size = 8L * bits.length;
    for (int i = 0; i < HASHES; i++) {
      int bit = (int) ((first(hash) + i * second(hash)) % size);
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
            "get_bit(bits, ("
                + first
                + "::int8 + "
                + i
                + " * "
                + second
                + "::int8) % (8 * octet_length(bits))) = 1");
      }
      tests.add(String.join(" AND ", bits));
    }
    sql.add(" AND (" + String.join(" OR ", tests) + ")");
  }
}
