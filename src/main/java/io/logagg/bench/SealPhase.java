package io.logagg.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A stretch of time in which records are sealed, or stored, or both.
 *
 * @param name what is done
 * @param sealed records that became blocks in it
 * @param ingested records that were acknowledged in it
 * @param cpuSeconds used, by process
 */
record SealPhase(
    String name, double seconds, long sealed, long ingested, Map<String, Double> cpuSeconds) {

  /** Records sealed for each second of CPU that the server and PostgreSQL used together. */
  private double sealedPerCore() {
    double used = cpuSeconds.getOrDefault("jvm", 0.0) + cpuSeconds.getOrDefault("postgresql", 0.0);
    return used == 0 ? 0 : sealed / used;
  }

  static String table(List<SealPhase> phases) {
    return "| | seconds | sealed/s | sealed per core second | ingested/s | CPU seconds |\n|---|---|---|---|---|---|\n"
        + phases.stream().map(SealPhase::row).collect(Collectors.joining());
  }

  private String row() {
    String cpu =
        cpuSeconds.entrySet().stream()
            .map(entry -> "%s %.1f".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return "| %s | %.1f | %,.0f | %s | %,.0f | %s |%n"
        .formatted(
            name,
            seconds,
            sealed / seconds,
            ingested > 0 || sealed == 0 ? "" : "%,.0f".formatted(sealedPerCore()),
            ingested / seconds,
            cpu);
  }
}
