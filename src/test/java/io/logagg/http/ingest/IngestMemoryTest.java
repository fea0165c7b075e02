package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IngestMemoryTest {
  private final IngestMemory memory = new IngestMemory(100, 50);
  private final List<String> wentOn = new ArrayList<>();

  @Test
  void shouldBeUsedUpAtItsLimit() {
    memory.use(99);
    assertFalse(memory.isUsedUp());
    memory.use(1);
    assertTrue(memory.isUsedUp());
    memory.free(1);
    assertFalse(memory.isUsedUp());
  }

  @Test
  void shouldWakeInTurnOnlyAsManyAsThereIsRoomFor() {
    memory.use(100);
    memory.await(
        () -> {
          wentOn.add("first");
          memory.use(50);
        });
    memory.await(() -> wentOn.add("second"));
    memory.free(50);
    assertEquals(List.of("first"), wentOn);
    memory.free(10);
    assertEquals(List.of("first", "second"), wentOn);
  }

  @Test
  void shouldWakeTheOthersWhenOneThatGoesOnNeedsNothing() {
    memory.use(100);
    memory.await(() -> wentOn.add("first"));
    memory.await(
        () -> {
          wentOn.add("second");
          memory.use(10);
          memory.free(10);
        });
    memory.await(() -> wentOn.add("third"));
    memory.free(100);
    assertEquals(List.of("first", "second", "third"), wentOn);
    assertEquals(0, memory.usedBytes());
  }

  @Test
  void shouldCountUnfinishedRecordsApart() {
    memory.holds(100);
    assertFalse(memory.hasTooManyUnfinished());
    memory.holds(1);
    assertTrue(memory.hasTooManyUnfinished());
    assertFalse(memory.isUsedUp());
    memory.holds(-101);
    assertEquals(0, memory.unfinishedBytes());
  }

  @Test
  void shouldCountWhatInflationsHoldApart() {
    memory.inflates(50);
    assertFalse(memory.inflatesTooMuch());
    memory.inflates(1);
    assertTrue(memory.inflatesTooMuch());
    assertFalse(memory.isUsedUp());
    assertFalse(memory.hasTooManyUnfinished());
    memory.inflates(-1);
    assertFalse(memory.inflatesTooMuch());
  }
}
