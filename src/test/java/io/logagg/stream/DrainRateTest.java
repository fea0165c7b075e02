package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class DrainRateTest {
  private static final long SECOND = 1_000_000_000L;

  private final DrainRate rate = new DrainRate();

  @Test
  void shouldTellTheTimeThatTheExcessTakes() {
    for (int i = 0; i < 100; i++) {
      rate.look(100_000 - i * 100L, 0, i * SECOND);
    }

    assertEquals(5, rate.secondsUntil(90_100 - 500));
  }

  @Test
  void shouldCountWhatWasAppendedMeanwhileAsDrained() {
    for (int i = 0; i < 100; i++) {
      rate.look(10_000, 1000, i * SECOND);
    }

    assertEquals(10, rate.secondsUntil(0));
  }

  @Test
  void shouldNameTheLongestTimeWhenNothingMoves() {
    rate.look(10_000, 0, 0);
    rate.look(10_000, 0, SECOND);

    assertEquals(60, rate.secondsUntil(9_000));
  }

  @Test
  void shouldNameTheShortestTimeWhenThereIsRoomAgain() {
    rate.look(10_000, 0, 0);
    rate.look(1_000, 0, SECOND);

    assertEquals(1, rate.secondsUntil(9_000));
  }
}
