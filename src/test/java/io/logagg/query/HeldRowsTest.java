package io.logagg.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeldRowsTest {
  private final List<Integer> taken = new ArrayList<>();
  private final HeldRows<Integer> rows = new HeldRows<>(taken::add);

  @Test
  void shouldHandOnWhatCameBeforeAndThenWhatComes() {
    rows.accept(1);
    rows.accept(2);
    assertEquals(List.of(), taken);
    assertEquals(List.of(1, 2), rows.rows());
    rows.open();
    assertEquals(List.of(1, 2), taken);
    rows.accept(3);
    assertEquals(List.of(1, 2, 3), taken);
    assertEquals(List.of(), rows.rows());
  }

  @Test
  void shouldHandOnAtOnceIfItIsKnownBefore() {
    rows.open();
    rows.accept(1);
    assertEquals(List.of(1), taken);
  }

  @Test
  void shouldHandOnNothingTwice() {
    rows.accept(1);
    rows.open();
    rows.open();
    assertEquals(List.of(1), taken);
  }
}
