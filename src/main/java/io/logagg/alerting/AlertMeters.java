package io.logagg.alerting;

import io.logagg.alert.AlertMachine.Transition;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is counted and measured of alerts, in the process that evaluates them. Thread-safe. */
final class AlertMeters {
  /** From what an evaluation is answered. */
  enum Source {
    /** Rollups, read for several rules at once. */
    SHARED("shared"),
    /** A statement of its own. */
    OWN("own");

    private final String label;

    Source(String label) {
      this.label = label;
    }
  }

  private final Family<Counter> evaluations;
  private final Family<Timer> durations;
  private final Family<Counter> transitions;
  private final Family<Counter> deliveries;
  private final Family<Timer> attempts;
  private final Counter repeats;

  AlertMeters(Metrics metrics) {
    this.evaluations =
        metrics.counters(
            "logagg.alerts.evaluations", "Rules evaluated for one time, by outcome", "outcome");
    this.durations =
        metrics.durations(
            "logagg.alerts.evaluation.duration",
            "Finding what rules ask for: one rule, or all that are answered together",
            "source");
    this.transitions =
        metrics.counters("logagg.alerts.transitions", "Changes of phase, by the new one", "phase");
    this.deliveries =
        metrics.counters(
            "logagg.alerts.deliveries", "Attempts to deliver a notification", "outcome");
    this.attempts =
        metrics.durations(
            "logagg.alerts.delivery.duration", "Attempts to deliver a notification", "outcome");
    this.repeats =
        metrics.counter(
            "logagg.alerts.repeats", "Times that an Alertmanager was told again what fires");
    // Prometheus sees how much a series has grown only if it was there before.
    List.of("done", "failed", "skipped").forEach(evaluations::of);
    List.of("inactive", "pending", "firing", "resolved").forEach(transitions::of);
    List.of("delivered", "failed", "given_up").forEach(deliveries::of);
    List.of(Source.values()).forEach(source -> durations.of(source.label));
    List.of("delivered", "failed").forEach(attempts::of);
  }

  void evaluated(boolean failed, int skipped) {
    evaluations.of(failed ? "failed" : "done").increment();
    evaluations.of("skipped").increment(skipped);
  }

  void found(Source source, long nanos) {
    durations.of(source.label).record(nanos, TimeUnit.NANOSECONDS);
  }

  void changed(List<Transition> all) {
    all.forEach(transition -> transitions.of(transition.code()).increment());
  }

  void tried(boolean taken, boolean givenUp, long nanos) {
    deliveries.of(taken ? "delivered" : givenUp ? "given_up" : "failed").increment();
    attempts.of(taken ? "delivered" : "failed").record(nanos, TimeUnit.NANOSECONDS);
  }

  void repeated() {
    repeats.increment();
  }
}
