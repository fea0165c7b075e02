package io.logagg.cli.client;

import io.logagg.retry.Backoff;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Tries again what may work in a moment, for a while: what a server refuses because it has too much
 * to do, and, if wanted, a server that is away. Only for requests that may be sent twice.
 * Thread-safe.
 */
public final class Retry {
  private static final long MIN_MS = 200;
  private static final long MAX_MS = 10_000;

  private final long limitMs;
  private final boolean alsoWhenAway;
  private final LongSupplier nanos;
  private final Pause pause;
  private final RandomGenerator random;
  private final Consumer<String> tell;

  /** One request. */
  public interface Attempt<T> {
    T run() throws InterruptedException;
  }

  /** Waits. */
  public interface Pause {
    void ms(long millis) throws InterruptedException;
  }

  /**
   * How long to try, and how.
   *
   * @param limitMs beyond which it is given up
   * @param nanos such as {@link System#nanoTime}
   * @param tell is told each time why it is tried again
   */
  public Retry(
      long limitMs,
      boolean alsoWhenAway,
      LongSupplier nanos,
      Pause pause,
      RandomGenerator random,
      Consumer<String> tell) {
    this.limitMs = limitMs;
    this.alsoWhenAway = alsoWhenAway;
    this.nanos = nanos;
    this.pause = pause;
    this.random = random;
    this.tell = tell;
  }

  /** The same, also for a server that is away. */
  public Retry evenWhenAway() {
    return new Retry(limitMs, true, nanos, pause, random, tell);
  }

  /**
   * The first result there is.
   *
   * @throws ClientException the last one, where trying again is of no use or took too long
   */
  public <T> T call(Attempt<T> attempt) throws InterruptedException {
    long begin = nanos.getAsLong();
    Backoff backoff = new Backoff(MIN_MS, MAX_MS, random);
    while (true) {
      try {
        return attempt.run();
      } catch (ClientException e) {
        long waitMs = Math.max(backoff.nextMs(), asked(e));
        long spentMs = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begin);
        boolean again = e.isAway() ? alsoWhenAway : e.mayPass();
        if (!again || spentMs + waitMs > limitMs) {
          throw e;
        }
        tell.accept(e.text());
        pause.ms(waitMs);
      }
    }
  }

  private static long asked(ClientException e) {
    Refusal refusal = e.refusal();
    return refusal == null ? 0 : refusal.retryAfterMs().orElse(0);
  }
}
