package io.logagg.record;

import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Stamps what this process receives. One per process, thread-safe: ids are unique within it by a
 * counter, and across processes by the counter's random start.
 */
public final class Stamper {
  private final InstantSource clock;
  private final AtomicLong unique;

  public Stamper(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.unique = new AtomicLong(random.nextLong() & RecordIds.UNIQUE_MASK);
  }

  public long nowMicros() {
    return Timestamps.micros(clock.instant());
  }

  /**
   * Stamps with the present time as the time of receipt; for what was read from a socket in one go.
   */
  public Stamps now() {
    return new Now(nowMicros(), unique);
  }

  private record Now(long receivedAtMicros, AtomicLong unique) implements Stamps {
    @Override
    public UUID nextId(long timestampMicros) {
      return RecordIds.of(timestampMicros, unique.getAndIncrement());
    }
  }
}
