package io.logagg.ownlogs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LineBoundsTest {
  private static final String ANY = "logagg.audit";
  private static final String STORING = "io.logagg.stream.GroupConsumer";

  private final AtomicLong nanos = new AtomicLong(-5);
  private final LineBounds bounds = new LineBounds(nanos::get);

  private int passed(String logger, String kind, int offered) {
    int passed = 0;
    for (int i = 0; i < offered; i++) {
      passed += bounds.pass(logger, kind) ? 1 : 0;
    }
    return passed;
  }

  @Test
  void shouldLetABurstThroughAndThenARate() {
    assertEquals(LineBounds.BURST, passed(ANY, "k", 5000));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertEquals(2 * LineBounds.PER_SECOND, passed(ANY, "k", 5000));
    nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertEquals(LineBounds.BURST, passed(ANY, "k", 5000));
  }

  @Test
  void shouldLetAFewOfEachKindThroughOfThoseWhoStore() {
    assertEquals(LineBounds.BURST_OF_KIND, passed(STORING, "a batch of {} waits", 500));
    assertEquals(LineBounds.BURST_OF_KIND, passed(STORING, "Redis is away", 500));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(LineBounds.SECONDS_PER_LINE_OF_KIND));
    assertEquals(1, passed(STORING, "Redis is away", 500));
    assertEquals(900, passed(ANY, "another", 900));
  }

  @Test
  void shouldBoundThemTooIfThereAreManyKinds() {
    int passed = 0;
    for (int i = 0; i < 1000; i++) {
      passed += passed(STORING, "kind " + i, 1);
    }
    // Those beyond the ones that are told apart count as one.
    assertEquals(LineBounds.MAX_KINDS + LineBounds.BURST_OF_KIND, passed);
  }
}
