package io.logagg.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A stretch of time in which records came in.
 *
 * @param name what else was done
 * @param ingested records that were acknowledged in it
 * @param ack when they were acknowledged, after they were due
 * @param evaluations by what came of them
 * @param sharedSeconds how long it took to find what rules on names ask for, in all
 * @param behindSeconds how long ago the window had ended that was to be evaluated next, at most
 * @param cpuSeconds used, by process
 */
record AlertPhase(
    String name,
    double seconds,
    long ingested,
    Percentiles ack,
    Map<String, Double> evaluations,
    double sharedSeconds,
    double behindSeconds,
    Map<String, Double> cpuSeconds) {

  static String table(List<AlertPhase> phases) {
    return "| | seconds | records/s | ack p50 / p99 ms | evaluated (failed, skipped) | reading for rules on names, s | most behind, s | CPU seconds |\n|---|---|---|---|---|---|---|---|\n"
        + phases.stream().map(AlertPhase::row).collect(Collectors.joining());
  }

  private double evaluated(String outcome) {
    return evaluations.getOrDefault(outcome, 0.0);
  }

  private String row() {
    String cpu =
        cpuSeconds.entrySet().stream()
            .map(entry -> "%s %.1f".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return "| %s | %.0f | %,.0f | %.0f / %.0f | %,.0f (%,.0f, %,.0f) | %.2f | %.0f | %s |%n"
        .formatted(
            name,
            seconds,
            ingested / seconds,
            ack.p50(),
            ack.p99(),
            evaluated("done"),
            evaluated("failed"),
            evaluated("skipped"),
            sharedSeconds,
            behindSeconds,
            cpu);
  }
}
