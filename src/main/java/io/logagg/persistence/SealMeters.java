package io.logagg.persistence;

import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What is counted and measured where records are moved to blocks and back. Thread-safe. */
final class SealMeters {
  private final Family<Counter> records;
  private final Family<Timer> steps;

  /** What a step does. */
  enum Step {
    SEAL,
    SWAP,
    UNSEAL,
    JOIN,
    DROP;

    private final String label = name().toLowerCase(Locale.ROOT);
  }

  SealMeters(Metrics metrics) {
    this.records =
        metrics.counters(
            "logagg.seal.records", "Records moved from rows to blocks, and back", "step");
    this.steps =
        metrics.durations(
            "logagg.seal.step.duration",
            "One transaction that makes blocks of rows, puts them into their place, makes rows of a block, one block of two, or drops what is empty",
            "step",
            "outcome");
    // Prometheus sees how much a series has grown only if it was there before.
    records.of(Step.SEAL.label);
    records.of(Step.UNSEAL.label);
    for (Step step : Step.values()) {
      steps.of(step.label, "done");
      steps.of(step.label, "failed");
    }
  }

  void moved(Step step, long count) {
    records.of(step.label).increment((double) count);
  }

  void took(Step step, boolean succeeded, long nanos) {
    steps.of(step.label, succeeded ? "done" : "failed").record(nanos, TimeUnit.NANOSECONDS);
  }
}
