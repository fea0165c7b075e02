package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class GrowthPointTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void ratesAreThoseAroundEachSize() {
    CommitCurve curve = new CommitCurve();
    for (long second = 0; second <= 20; second++) {
      curve.add(second * SECOND, second * 100_000); // Until two millions.
    }
    for (long second = 1; second <= 100; second++) {
      curve.add((20 + second) * SECOND, 2_000_000 + second * 80_000);
    }
    List<GrowthPoint> points = GrowthPoint.of(curve, List.of(1_000_000L, 8_000_000L));

    assertEquals(100_000, points.get(0).committedPerSecond(), 1);
    assertEquals(1.0, points.get(0).toFirst());
    assertEquals(80_000, points.get(1).committedPerSecond(), 1);
    assertEquals(0.8, points.get(1).toFirst(), 0.001);
  }

  @Test
  void theWindowIsNarrowWhereTheTableIsSmall() {
    assertEquals(500_000, GrowthPoint.halfWindow(1_000_000));
    assertEquals(2_000_000, GrowthPoint.halfWindow(50_000_000));
  }

  @Test
  void withoutSizesThereIsNoTable() {
    assertTrue(GrowthPoint.table(GrowthPoint.of(new CommitCurve(), List.of())).isEmpty());
    assertEquals(0, new CommitCurve().perSecond(0, 10));
  }
}
