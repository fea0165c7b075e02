package io.logagg.persistence;

import io.logagg.bus.BusException;
import io.logagg.bus.ReplayCounts;
import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.WriteOutcome;
import io.logagg.record.RefusalKind;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What is counted and measured where records are stored. Thread-safe. */
final class StoreMeters {
  private final Metrics metrics;
  private final Counter stored;
  private final Counter repeated;
  private final Counter refused;
  private final DistributionSummary batchRecords;
  private final Family<Counter> turnedAway;
  private final Family<Timer> commits;
  private final Family<Counter> retries;
  private final Family<Counter> letters;
  private final Family<Counter> replayed;

  StoreMeters(Metrics metrics) {
    this.metrics = metrics;
    Family<Counter> records =
        metrics.counters(
            "logagg.store.records",
            "Records of committed batches, by what became of them; repeated ones were there already",
            "outcome");
    this.stored = records.of("stored");
    this.repeated = records.of("repeated");
    this.refused = records.of("refused");
    this.batchRecords =
        metrics.sizes(
            "logagg.store.batch.records",
            "Records of one committed batch",
            1,
            10,
            100,
            500,
            1000,
            2000,
            5000);
    this.turnedAway =
        metrics.counters(
            "logagg.store.turned.away.batches",
            "Batches that were not written at all, since too many wait for PostgreSQL",
            "reason");
    turnedAway.of("full");
    turnedAway.of("late");
    this.commits =
        metrics.durations(
            "logagg.store.commit.duration",
            "One batch, from its first statement to its commit or its failure",
            "outcome");
    this.retries = metrics.retries();
    this.letters =
        metrics.counters("logagg.dlq.added.letters", "New dead letters in PostgreSQL", "kind");
    // Prometheus sees how much a series has grown only if it was there before.
    for (RefusalKind kind : RefusalKind.values()) {
      letters.of(kind.code());
    }
    this.replayed =
        metrics.counters(
            "logagg.dlq.replayed.letters",
            "Dead letters that were tried again, by what came of it",
            "outcome");
  }

  /** Shows how many batches an instance has. */
  void show(LongSupplier inFlight, LongSupplier waiting) {
    metrics.sum("logagg.store.inflight.batches", "Batches that are being written", inFlight);
    metrics.sum("logagg.store.waiting.batches", "Batches that wait for their turn", waiting);
  }

  /** A batch was committed, or failed. */
  void wrote(int records, AsyncResult<WriteOutcome> result, long nanos) {
    commits.of(outcome(result)).record(nanos, TimeUnit.NANOSECONDS);
    if (result.succeeded()) {
      WriteOutcome outcome = result.result();
      batchRecords.record(records);
      stored.increment(outcome.stored());
      repeated.increment(outcome.repeated());
      refused.increment(outcome.refused().size());
      // In the same transaction as the others, and so new.
      outcome.refused().forEach(letter -> addedLetter(letter.kind()));
    }
  }

  /** A batch was not written at all: too many wait ({@code full}), or it waited too long. */
  void turnedAway(String reason) {
    turnedAway.of(reason).increment();
  }

  private static String outcome(AsyncResult<WriteOutcome> result) {
    if (result.succeeded()) {
      return "committed";
    }
    return result.cause() instanceof BusException bus
        ? bus.failure().name().toLowerCase(Locale.ROOT)
        : "internal";
  }

  /** A batch, or a part of one, is written anew. */
  void retried(String kind) {
    retries.of("persistence", kind).increment();
  }

  void addedLetters(List<RefusalKind> kinds) {
    kinds.forEach(this::addedLetter);
  }

  private void addedLetter(RefusalKind kind) {
    letters.of(kind.code()).increment();
  }

  void replayed(ReplayOutcome outcome) {
    switch (outcome.kind()) {
      case STORED -> replayed(new ReplayCounts(1, 0));
      case REFUSED -> replayed(new ReplayCounts(0, 1));
      case GONE -> {}
    }
  }

  void replayed(ReplayCounts counts) {
    replayed.of("stored").increment(counts.replayed());
    replayed.of("failed").increment(counts.failed());
  }
}
