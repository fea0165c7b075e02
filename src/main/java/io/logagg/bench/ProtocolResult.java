package io.logagg.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one protocol came to.
 *
 * @param committedPerSecond from the first request to the last commit
 * @param cpuSecondsPerMillion CPU time by process, for a million records
 * @param bytesPerRecord of a body
 * @param refusals requests that were answered 429 or 503 and sent again
 */
record ProtocolResult(
    String protocol,
    double acknowledgedPerSecond,
    double committedPerSecond,
    Map<String, Double> cpuSecondsPerMillion,
    double bytesPerRecord,
    long refusals) {

  /** One row a result; ratios are to the first. */
  static String table(List<ProtocolResult> results) {
    StringBuilder out = new StringBuilder();
    out.append(
        "| protocol | acknowledged/s | committed/s | of the first | CPU s per million records | bytes a record | refused |\n");
    out.append("|---|---|---|---|---|---|---|\n");
    double first = results.isEmpty() ? 1 : results.get(0).committedPerSecond();
    results.forEach(result -> out.append(result.row(first)));
    return out.toString();
  }

  private String row(double first) {
    return "| %s | %,.0f | %,.0f | %.2f | %s | %.0f | %d |%n"
        .formatted(
            protocol,
            acknowledgedPerSecond,
            committedPerSecond,
            committedPerSecond / first,
            cpuSecondsPerMillion.entrySet().stream()
                .map(entry -> "%s %.1f".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", ")),
            bytesPerRecord,
            refusals);
  }
}
