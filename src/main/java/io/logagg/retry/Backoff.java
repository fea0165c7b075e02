package io.logagg.retry;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: twice as long each time, up to a limit, and never quite the
 * same, so that many who wait for one server do not come back at once. Not thread-safe.
 */
public final class Backoff {
  private final long minMs;
  private final long maxMs;
  private final RandomGenerator random;
  private long nextMs;

  public Backoff(long minMs, long maxMs, RandomGenerator random) {
    if (minMs < 1 || maxMs < minMs) {
      throw new IllegalArgumentException("minMs=" + minMs + ", maxMs=" + maxMs);
    }
    this.minMs = minMs;
    this.maxMs = maxMs;
    this.random = random;
    this.nextMs = minMs;
  }

  /** Milliseconds to wait now, at least 1: between half and all of the present step. */
  public long nextMs() {
    long step = nextMs;
    nextMs = Math.min(maxMs, step * 2);
    return Math.max(1, step / 2 + random.nextLong(step / 2 + 1));
  }

  /** Whether nothing was waited for yet. */
  public boolean isFresh() {
    return nextMs == minMs;
  }

  /** It worked: the next wait is the shortest again. */
  public void reset() {
    nextMs = minMs;
  }
}
