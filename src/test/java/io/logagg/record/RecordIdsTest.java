package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordIdsTest {
  private static final long ALL_ONES = -1L;

  @ParameterizedTest
  @ValueSource(
      longs = {
        Timestamps.MIN_MICROS,
        Timestamps.MIN_MICROS + 1,
        -1,
        0,
        1,
        4095,
        4096,
        1_764_000_000_123_456L,
        Timestamps.MAX_MICROS
      })
  void shouldGiveTheTimeBack(long micros) {
    for (long unique : new long[] {0, 1, RecordIds.UNIQUE_MASK, ALL_ONES, Long.MIN_VALUE}) {
      UUID id = RecordIds.of(micros, unique);

      assertEquals(micros, RecordIds.timestampMicros(id));
      assertEquals(8, id.version());
      assertEquals(2, id.variant());
      assertEquals(
          unique & RecordIds.UNIQUE_MASK, id.getLeastSignificantBits() & RecordIds.UNIQUE_MASK);
      assertTrue(RecordIds.isRecordId(id));
      assertEquals(id, UUID.fromString(id.toString()));
    }
  }

  @Test
  void shouldSortByTimeWhateverTheUniqueNumber() {
    for (long seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      long earlier = random.nextLong(Timestamps.MIN_MICROS, Timestamps.MAX_MICROS);
      long gap = 1 + (random.nextLong(1L << 57) >>> random.nextInt(57));
      long later = Math.min(Timestamps.MAX_MICROS, earlier + gap);
      UUID first = RecordIds.of(earlier, random.nextLong());
      UUID second = RecordIds.of(later, random.nextLong());

      assertTrue(first.compareTo(second) < 0, "seed=" + seed);
      assertTrue(first.toString().compareTo(second.toString()) < 0, "seed=" + seed);
    }
  }

  @Test
  void shouldSortAcross1970() {
    UUID before = RecordIds.of(-1, ALL_ONES);
    UUID at = RecordIds.of(0, 0);

    assertTrue(before.compareTo(at) < 0);
    assertTrue(before.toString().compareTo(at.toString()) < 0);
  }

  @Test
  void shouldSortByTheUniqueNumberWithinAMicrosecond() {
    UUID first = RecordIds.of(0, 1);
    UUID second = RecordIds.of(0, RecordIds.UNIQUE_MASK);

    assertTrue(first.compareTo(second) < 0);
    assertTrue(first.toString().compareTo(second.toString()) < 0);
  }

  @Test
  void shouldDifferWhereTheUniqueNumberDoes() {
    assertNotEquals(RecordIds.of(7, 1), RecordIds.of(7, 2));
  }

  @Test
  void shouldTellOtherUuidsApart() {
    UUID id = RecordIds.of(0, 0);
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();

    assertFalse(RecordIds.isRecordId(UUID.fromString("0b9b2f0e-5a3d-4a7e-9a53-0d9d4f3f1f10")));
    assertFalse(RecordIds.isRecordId(new UUID(0, 0)));
    assertFalse(RecordIds.isRecordId(new UUID(high, low & ~Long.MIN_VALUE)));
    assertFalse(RecordIds.isRecordId(new UUID(high ^ 0x1000, low)));
    assertFalse(RecordIds.isRecordId(RecordIds.of(Timestamps.MAX_MICROS + 1, 0)));
    assertFalse(RecordIds.isRecordId(new UUID(0xFFFFFFFFFFFF8FFFL, low)));
  }

  @Test
  void shouldReadWhatItWrote() {
    UUID id = RecordIds.of(1_764_000_000_123_456L, ALL_ONES);

    assertEquals(id, RecordIds.parse(id.toString()));
    assertEquals(RecordIds.UNIQUE_MASK, RecordIds.seq(id));
    assertEquals(77, RecordIds.seq(RecordIds.of(0, 77)));
  }

  /** The third is one that Java's own parser takes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "019abc",
        "1-1-8000-8000-1",
        "zzzzzzzz-0000-8000-8000-000000000000",
        "00000000-0000-4000-8000-000000000000",
        "00000000-0000-8000-0000-000000000000",
        "ffffffff-ffff-8fff-bfff-ffffffffffff"
      })
  void shouldReadNoOther(String text) {
    assertNull(RecordIds.parse(text));
  }
}
