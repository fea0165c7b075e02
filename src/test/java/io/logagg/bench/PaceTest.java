package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void requestsOfTheOpenLoopAreDueAtTheirTimeWhateverHappens() {
    Pace pace = new Pace(5_000, 50);

    assertEquals(5_000, pace.dueNanos(0));
    assertEquals(20_005_000, pace.dueNanos(1));
    assertEquals(1_000_005_000, pace.dueNanos(50));
  }

  @Test
  void noneIsSentBeforeItIsDue() {
    Pace pace = new Pace(System.nanoTime(), 200);
    for (int i = 0; i < 5; i++) {
      long due = pace.await(i);
      assertEquals(pace.dueNanos(i), due);
      assertTrue(System.nanoTime() - due >= 0);
    }
  }

  @Test
  void recordsOfAFillFollowEachOther() {
    RecordTimes times = RecordTimes.spread(Instant.ofEpochSecond(10), 8_640_000, 1000);

    assertEquals(10_000_000, times.firstMicros(0));
    assertEquals(10_000_000 + 8_640_000, times.firstMicros(1));
    assertEquals(8_640_000, times.stepNanos());
  }
}
