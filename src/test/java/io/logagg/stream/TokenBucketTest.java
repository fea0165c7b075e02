package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double EXACT = 1e-6;

  private final TokenBucket bucket = new TokenBucket(100, 0);

  @Test
  void shouldHoldWhatComesInOneSecondAndNoMore() {
    assertEquals(100, bucket.level(0), EXACT);
    assertEquals(100, bucket.level(5 * SECOND), EXACT);
    assertTrue(bucket.isFull(5 * SECOND));
  }

  @Test
  void shouldGoIntoDebtAndFillFromThere() {
    bucket.take(250, 0);
    assertEquals(-150, bucket.level(0), EXACT);
    assertEquals(0, bucket.level(SECOND * 3 / 2), EXACT);
    assertEquals(50, bucket.level(2 * SECOND), EXACT);
    assertFalse(bucket.isFull(2 * SECOND));
  }

  @Test
  void shouldGiveExactlyTheRateHoweverItIsAsked() {
    long taken = 0;
    for (long now = 0; now < 60 * SECOND; now += 7_777_777) {
      if (bucket.level(now) > 0) {
        bucket.take(13, now);
        taken += 13;
      }
    }
    assertEquals(100 * 60 + 100, (double) taken, 13);
  }

  @Test
  void shouldTakeBackNoMoreThanItHolds() {
    bucket.take(10, 0);
    bucket.take(-500, 0);
    assertEquals(100, bucket.level(0), EXACT);
  }

  @Test
  void shouldFillAtAnotherRateFromThenOn() {
    bucket.take(100, 0);
    bucket.fillAt(1000, SECOND / 2);
    assertEquals(50, bucket.level(SECOND / 2), EXACT);
    assertEquals(550, bucket.level(SECOND), EXACT);
    bucket.fillAt(10, SECOND);
    assertEquals(10, bucket.level(SECOND), EXACT);
  }

  @Test
  void shouldNotFillBackwards() {
    bucket.take(100, 2 * SECOND);
    assertEquals(0, bucket.level(SECOND), EXACT);
    assertEquals(50, bucket.level(2 * SECOND + SECOND / 2), EXACT);
  }
}
