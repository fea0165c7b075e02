package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StampsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456789Z");

  private static List<UUID> ids(Stamps stamps, int count) {
    return IntStream.range(0, count).mapToObj(i -> stamps.nextId(5)).toList();
  }

  @Test
  void shouldStampWithTheClockToTheMicrosecond() {
    Stamper stamper = new Stamper(() -> NOW, new Random(1));
    long expected = Timestamps.micros(Instant.parse("2026-03-01T12:00:00.123456Z"));

    assertEquals(expected, stamper.nowMicros());
    assertEquals(expected, stamper.now().receivedAtMicros());
  }

  @Test
  void shouldKeepTheTimeOfReceiptWhileTheClockGoesOn() {
    Instant[] clock = {NOW};
    Stamper stamper = new Stamper(() -> clock[0], new Random(1));
    Stamps early = stamper.now();
    clock[0] = NOW.plusSeconds(10);

    assertEquals(10_000_000, stamper.now().receivedAtMicros() - early.receivedAtMicros());
  }

  @Test
  void shouldNeverGiveAnIdTwiceWithinAProcess() {
    Stamper stamper = new Stamper(() -> NOW, new Random(1));
    Set<UUID> ids = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      ids.addAll(ids(stamper.now(), 10));
    }

    assertEquals(1_000, ids.size());
  }

  @Test
  void shouldGiveValidIdsWhenTheCounterOverflows() {
    // The random start is the last number there is.
    Stamper stamper = new Stamper(() -> NOW, () -> -1L);
    List<UUID> ids = ids(stamper.now(), 3);

    assertEquals(RecordIds.of(5, RecordIds.UNIQUE_MASK), ids.get(0));
    assertEquals(List.of(RecordIds.of(5, 0), RecordIds.of(5, 1)), ids.subList(1, 3));
  }

  @Test
  void shouldStartElsewhereInAnotherProcess() {
    UUID one = new Stamper(() -> NOW, new Random(1)).now().nextId(5);
    UUID other = new Stamper(() -> NOW, new Random(2)).now().nextId(5);

    assertNotEquals(one, other);
  }

  @Test
  void shouldPutTheRecordsOwnTimeIntoItsId() {
    UUID id = new Stamper(() -> NOW, new Random(1)).now().nextId(-77);

    assertEquals(-77, RecordIds.timestampMicros(id));
  }

  @Test
  void shouldDeriveTheSameIdsFromTheSameOrigin() {
    List<UUID> first = ids(new DerivedStamps("logs:stream 17-0", 9), 100);
    List<UUID> again = ids(new DerivedStamps("logs:stream 17-0", 9), 100);

    assertEquals(first, again);
    assertEquals(100, new HashSet<>(first).size());
  }

  @Test
  void shouldDeriveOtherIdsFromAnotherOrigin() {
    Set<UUID> ids = new HashSet<>(ids(new DerivedStamps("logs:stream 17-0", 9), 500));
    ids.addAll(ids(new DerivedStamps("logs:stream 17-1", 9), 500));
    ids.addAll(ids(new DerivedStamps("other:stream 17-0", 9), 500));

    assertEquals(1_500, ids.size());
  }

  @Test
  void shouldDeriveValidIdsWithTheRecordsOwnTime() {
    for (int i = 0; i < 200; i++) {
      DerivedStamps stamps = new DerivedStamps("origin " + i, 9);
      UUID id = stamps.nextId(i - 100);

      assertEquals(8, id.version());
      assertEquals(2, id.variant());
      assertEquals(i - 100, RecordIds.timestampMicros(id));
      assertEquals(9, stamps.receivedAtMicros());
    }
  }
}
