package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is told to Redis, and what is believed of it. */
final class SharedBucketTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double EXACT = 1e-6;

  private final SharedBucket bucket = new SharedBucket(160, 0);

  @Test
  void shouldTellAllThatWasTakenOnce() {
    bucket.take(3, 0);
    bucket.take(4, 0);
    assertEquals(7, bucket.beginTelling(false, SECOND));
    bucket.told(100, SECOND);
    assertEquals(100, bucket.level(SECOND), EXACT);
    assertEquals(0, bucket.beginTelling(false, SECOND));
  }

  @Test
  void shouldCountWhatWasTakenWhileItWasBeingTold() {
    bucket.take(5, 0);
    bucket.beginTelling(false, 0);
    bucket.take(20, 0);
    bucket.told(50, 0);
    assertEquals(30, bucket.level(0), EXACT);
    assertEquals(20, bucket.beginTelling(false, 0));
  }

  @Test
  void shouldTellAgainWhatMayNotHaveBeenHeard() {
    bucket.take(5, 0);
    bucket.beginTelling(false, 0);
    bucket.take(1, 0);
    bucket.notTold();
    assertEquals(6, bucket.beginTelling(false, 0));
  }

  @Test
  void shouldSayOnceThatMuchWasTaken() {
    assertFalse(bucket.take(10, 0));
    assertTrue(bucket.take(1, 0));
    assertFalse(bucket.take(100, 0));
    bucket.beginTelling(false, 0);
    assertTrue(bucket.take(11, 0));
  }

  /** It was away for ten seconds, in which all that came in was taken. */
  @Test
  void shouldNotTellWhatHasComeInAgainWhileRedisWasAway() {
    bucket.take(160, 0);
    for (int second = 1; second <= 10; second++) {
      bucket.take(160, second * SECOND);
    }
    assertEquals(160, bucket.beginTelling(true, 10 * SECOND));
  }

  @Test
  void shouldTellTheDebtOfTheTimeWhenRedisWasAway() {
    bucket.take(1000, 0);
    assertEquals(1000 - 160, bucket.beginTelling(true, SECOND));
  }

  @Test
  void shouldBeForgottenOnlyWhenNothingIsLost() {
    bucket.take(320, 0);
    assertFalse(bucket.isIdle(20 * SECOND, SECOND), "not told yet");
    bucket.beginTelling(false, 0);
    assertFalse(bucket.isIdle(20 * SECOND, SECOND), "being told");
    bucket.told(-160, 0);
    assertFalse(bucket.isIdle(3 * SECOND / 2, SECOND), "in debt");
    assertTrue(bucket.isIdle(3 * SECOND, SECOND));
  }
}
