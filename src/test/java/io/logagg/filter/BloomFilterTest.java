package io.logagg.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Stored filters depend on these figures: if one changes, all of them are useless. */
final class BloomFilterTest {
  @Test
  void shouldHashAsTheStoredFiltersWereHashed() {
    assertEquals(0xefd01f60ba992926L, BloomFilter.hash(""));
    assertEquals(0xe668f55d97f2d8a8L, BloomFilter.hash("4bf92f3577b34da6a3ce929d0e0e4736"));
    assertEquals(0x287da16a8c591e87L, BloomFilter.hash("ünï €"));
  }

  @Test
  void shouldMakeTheSameBitsAsTheStoredFilters() {
    BloomFilter bits = BloomFilter.of(new long[] {BloomFilter.hash("a"), BloomFilter.hash("b")});
    assertEquals(2, bits.values());
    assertEquals("105100a300060808", HexFormat.of().formatHex(bits.bytes()));
  }

  @Test
  void shouldCountEachValueOnceAndTakeTenBitsForIt() {
    long[] hashes = new long[1500];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = BloomFilter.hash("v" + i % 1000);
    }
    BloomFilter bits = BloomFilter.of(hashes);
    assertEquals(1000, bits.values());
    assertEquals(1250, bits.bytes().length);
  }
}
