package io.logagg.http.routing;

import io.logagg.access.KeyText;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts requests that are turned away, and warns now and then of keys that are no good, by their
 * ids alone. Belongs to one context.
 */
public final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Family<Counter> refused;
  private final LongSupplier nanoClock;
  private long quietUntilNanos;
  private long untold;

  /**
   * Counts none yet.
   *
   * @param nanoClock for the pauses between lines in the log
   */
  public Refusals(Metrics metrics, LongSupplier nanoClock) {
    this.refused =
        metrics.counters(
            "logagg.auth.refused.requests",
            "Requests turned away for their API key, or for want of one, by reason",
            "reason");
    this.nanoClock = nanoClock;
    this.quietUntilNanos = nanoClock.getAsLong();
  }

  /**
   * Notes one.
   *
   * @param client where it came from
   * @param keys what it presented
   */
  void note(Refusal refusal, String client, Set<String> keys) {
    refused.of(refusal.code()).increment();
    if (!refusal.isBadKey()) {
      return;
    }
    long now = nanoClock.getAsLong();
    if (now - quietUntilNanos < 0) {
      untold++;
      return;
    }
    quietUntilNanos = now + PAUSE_NANOS;
    LOG.warn(
        "a request from {} was refused: {} ({}){}",
        client,
        refusal.detail(),
        ids(keys),
        untold == 0 ? "" : "; so were " + untold + " more since the last such line");
    untold = 0;
  }

  private static String ids(Set<String> keys) {
    return keys.size() == 1
        ? KeyText.id(keys.iterator().next()).map(id -> "key " + id).orElse("not one of ours")
        : keys.size() + " keys";
  }
}
