package io.logagg.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.query.Comparison.Change;
import io.logagg.query.Comparison.Kind;
import io.logagg.query.Comparison.Side;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private static Side whole(Map<String, Long> counts) {
    return new Side(counts, true);
  }

  @Test
  void shouldPutFirstWhatChanceExplainsLeast() {
    List<Change> changes =
        Comparison.of(
            whole(Map.of("steady", 10_050L, "fresh", 30L, "half", 50L, "same", 7L)),
            whole(Map.of("steady", 10_000L, "half", 100L, "same", 7L, "gone", 4L)),
            1);

    assertEquals(
        List.of("fresh", "half", "gone", "steady", "same"),
        changes.stream().map(Change::value).toList());
    assertEquals(
        List.of(Kind.NEW, Kind.SHRANK, Kind.GONE, Kind.GREW, Kind.SAME),
        changes.stream().map(Change::kind).toList());
    assertEquals(Math.sqrt(30), changes.get(0).score(), 1e-9);
    assertEquals(-50 / Math.sqrt(150), changes.get(1).score(), 1e-9);
    assertEquals(-2, changes.get(2).score(), 1e-9);
  }

  @Test
  void shouldExpectMoreOfALongerTime() {
    List<Change> changes = Comparison.of(whole(Map.of("a", 20L)), whole(Map.of("a", 10L)), 2);
    assertEquals(new Change("a", Kind.SAME, 20, 10, 20, 0), changes.get(0));
  }

  @Test
  void shouldSayNothingOfWhatMayBeHiddenOnTheOtherSide() {
    Side part = new Side(Map.of("a", 5L), false);
    List<Change> changes = Comparison.of(whole(Map.of("a", 6L, "b", 9L)), part, 1);
    assertEquals(List.of("a"), changes.stream().map(Change::value).toList());
    List<Change> back = Comparison.of(part, whole(Map.of("a", 6L, "b", 9L)), 1);
    assertEquals(List.of("a"), back.stream().map(Change::value).toList());
  }

  @Test
  void shouldFindNothingInNothing() {
    assertTrue(Comparison.of(whole(Map.of()), whole(Map.of()), 1).isEmpty());
  }
}
