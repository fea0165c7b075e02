package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeWindowTest {
  private static final long DAY = 86_400_000_000L;
  private static final long NOW = Timestamps.micros(Instant.parse("2026-03-10T00:00:00Z"));

  @Test
  void shouldTakeTheLastMicrosecondOfTheFuture() {
    TimeWindow window = new TimeWindow(0, 2);

    assertNull(window.refusal(NOW, NOW));
    assertNull(window.refusal(NOW + 2 * DAY, NOW));
    assertEquals(
        "timestamp 2026-03-12T00:00:00.000001Z is more than retention.maxFutureDays=2 days ahead",
        window.refusal(NOW + 2 * DAY + 1, NOW));
  }

  @Test
  void shouldTakeTheLastMicrosecondOfThePast() {
    TimeWindow window = new TimeWindow(7, 2);

    assertNull(window.refusal(NOW - 7 * DAY, NOW));
    assertEquals(
        "timestamp 2026-03-02T23:59:59.999999Z is older than retention.maxAgeDays=7 days",
        window.refusal(NOW - 7 * DAY - 1, NOW));
  }

  @Test
  void shouldTakeAnyPastWithoutARetention() {
    assertNull(new TimeWindow(0, 2).refusal(Timestamps.MIN_MICROS, NOW));
  }

  @Test
  void shouldTakeNoFutureAtAllWithZeroDays() {
    TimeWindow window = new TimeWindow(0, 0);

    assertNull(window.refusal(NOW, NOW));
    assertEquals(
        "timestamp 2026-03-10T00:00:00.000001Z is more than retention.maxFutureDays=0 days ahead",
        window.refusal(NOW + 1, NOW));
  }

  @ParameterizedTest
  @ValueSource(ints = {3_700_000, 4_000_000, 4_000_001, 200_000_000, Integer.MAX_VALUE})
  void shouldTakeEverythingWithLargeLimits(int days) {
    TimeWindow window = new TimeWindow(days, days);

    assertNull(window.refusal(Timestamps.MIN_MICROS, NOW));
    assertNull(window.refusal(Timestamps.MAX_MICROS, NOW));
    assertNull(window.refusal(Timestamps.MIN_MICROS, Timestamps.MAX_MICROS));
    assertNull(window.refusal(Timestamps.MAX_MICROS, Timestamps.MIN_MICROS));
  }
}
