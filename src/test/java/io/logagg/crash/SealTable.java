package io.logagg.crash;

import io.logagg.crash.SealMoment.Step;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Adds up the kills of a run, and prints them as Markdown. For one thread. */
final class SealTable {
  private final long seed;
  private final Map<Step, Map<SealKill, Integer>> kills = new EnumMap<>(Step.class);
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private long rounds;
  private long backMs;
  private long longestBackMs;

  SealTable(long seed) {
    this.seed = seed;
  }

  /**
   * @param backMs until the killed was started again and answered
   */
  void killed(SealKill kill, Step step, long backMs) {
    kills.computeIfAbsent(step, s -> new EnumMap<>(SealKill.class)).merge(kill, 1, Integer::sum);
    this.backMs += backMs;
    longestBackMs = Math.max(longestBackMs, backMs);
  }

  void round() {
    rounds++;
  }

  void add(Map<String, Long> more) {
    new TreeMap<>(more).forEach((what, n) -> counts.merge(what, n, Long::sum));
  }

  int kills() {
    return kills.values().stream().flatMap(by -> by.values().stream()).mapToInt(n -> n).sum();
  }

  String markdown(long seconds, int findings) {
    StringBuilder out = new StringBuilder();
    out.append(
        "Seed %d: %d kills in %d rounds, %d s, findings: %d.\n\n"
            .formatted(seed, kills(), rounds, seconds, findings));
    out.append("| under way |");
    for (SealKill kill : SealKill.values()) {
      out.append(" `").append(kill).append("` |");
    }
    out.append(" all |\n|---|").append("---|".repeat(SealKill.values().length + 1)).append('\n');
    for (Step step : Step.values()) {
      Map<SealKill, Integer> by = kills.getOrDefault(step, Map.of());
      out.append("| `").append(step).append("` |");
      for (SealKill kill : SealKill.values()) {
        out.append(' ').append(by.getOrDefault(kill, 0)).append(" |");
      }
      out.append(' ').append(by.values().stream().mapToInt(n -> n).sum()).append(" |\n");
    }
    out.append("\n| what | how many |\n|---|---|\n");
    counts.forEach((what, n) -> out.append("| %s | %d |\n".formatted(what, n)));
    out.append(
        "| until what was killed ran again, on average | %d ms |\n| at most | %d ms |\n"
            .formatted(kills() == 0 ? 0 : backMs / kills(), longestBackMs));
    return out.toString();
  }
}
