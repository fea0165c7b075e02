package io.logagg.retry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  @Test
  void shouldWaitTwiceAsLongEachTimeUpToTheLimit() {
    Backoff backoff = new Backoff(100, 1000, new Random(1));
    for (long step : new long[] {100, 200, 400, 800, 1000, 1000, 1000}) {
      long waitMs = backoff.nextMs();
      assertTrue(waitMs >= step / 2 && waitMs <= step, () -> waitMs + " of " + step);
    }
  }

  @Test
  void shouldStartAnewAfterSuccess() {
    Backoff backoff = new Backoff(100, 100_000, new Random(1));
    for (int i = 0; i < 8; i++) {
      backoff.nextMs();
    }
    backoff.reset();
    assertTrue(backoff.nextMs() <= 100);
  }

  @Test
  void shouldNotWaitTheSameForTwoWhoComeTogether() {
    Backoff one = new Backoff(10_000, 10_000, new Random(1));
    Backoff other = new Backoff(10_000, 10_000, new Random(2));
    assertTrue(one.nextMs() != other.nextMs());
  }

  @Test
  void shouldWaitAtLeastAMillisecond() {
    assertEquals(1, new Backoff(1, 1, new Random(1)).nextMs());
  }

  @Test
  void shouldRefuseLimitsThatMakeNoSense() {
    assertThrows(IllegalArgumentException.class, () -> new Backoff(0, 1, new Random(1)));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(2, 1, new Random(1)));
  }
}
