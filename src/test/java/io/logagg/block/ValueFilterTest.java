package io.logagg.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValueFilterTest {
  private final SplittableRandom random = new SplittableRandom(1);

  private long[] hashes(int count) {
    return random.longs(count).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 42, 1000, 24_000})
  void shouldDenyNothingThatIsInIt(int count) {
    long[] hashes = hashes(count);
    byte[] set = ValueFilter.of(hashes.clone(), count);
    assertTrue(Arrays.stream(hashes).allMatch(hash -> ValueFilter.mayHave(set, hash)));
    assertEquals(0, set.length % ValueFilter.LINE_BYTES);
  }

  @Test
  void shouldDenyNearlyAllElse() {
    long[] hashes = hashes(12_000);
    byte[] set = ValueFilter.of(hashes, hashes.length);
    long wrong = random.longs(100_000).filter(hash -> ValueFilter.mayHave(set, hash)).count();
    assertTrue(wrong < 1000, () -> wrong + " of 100000");
  }

  @Test
  void shouldTakeOneOfEachAndOnlyTheFirst() {
    long[] hashes = new long[10_000];
    Arrays.fill(hashes, 0, 5000, 7);
    Arrays.fill(hashes, 5000, 10_000, -7);
    byte[] set = ValueFilter.of(hashes, 5000);
    assertEquals(ValueFilter.LINE_BYTES, set.length);
    assertTrue(ValueFilter.mayHave(set, 7));
    assertFalse(ValueFilter.mayHave(set, -7));
  }

  @Test
  void shouldHaveABoundAndStillDenyNothing() {
    long[] hashes = hashes(200_000);
    byte[] set = ValueFilter.of(hashes, hashes.length);
    assertEquals(1024 * ValueFilter.LINE_BYTES, set.length);
    assertTrue(Arrays.stream(hashes).allMatch(hash -> ValueFilter.mayHave(set, hash)));
  }

  @Test
  void shouldHaveWhateverCannotBeTold() {
    assertTrue(ValueFilter.mayHave(ValueFilter.anything(), 1));
  }
}
