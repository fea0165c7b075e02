package io.logagg.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Stored filters depend on these figures: if one changes, all of them are useless. */
final class BloomFilterTest {
  @Test
  void shouldHashAsTheStoredFiltersWereHashed() {
    assertEquals(0x0000000000000000L, BloomFilter.hash(""));
    assertEquals(0x1c4aaac76bd60e94L, BloomFilter.hash("4bf92f3577b34da6a3ce929d0e0e4736"));
    assertEquals(0xccd4db69b9ba56b7L, BloomFilter.hash("ünï €"));
  }

  @Test
  void shouldMakeTheSameBitsAsTheStoredFilters() {
    long[] hashes = {BloomFilter.hash("a"), BloomFilter.hash("b"), BloomFilter.hash("a")};
    BloomFilter bits = BloomFilter.of(hashes, 3);
    assertEquals(2, bits.values());
    assertEquals("28110804210800a1", HexFormat.of().formatHex(bits.bytes()));
  }

  @Test
  void shouldCountEachValueOnceAndTakeTwelveBitsForIt() {
    long[] hashes = new long[1500];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = BloomFilter.hash("v" + i % 1000);
    }
    BloomFilter bits = BloomFilter.of(hashes, hashes.length);
    assertEquals(1000, bits.values());
    assertEquals(1500, bits.bytes().length);
  }
}
