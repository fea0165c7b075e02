package io.logagg.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Starts of one kind.
 *
 * @param readyMs from the launch of the process to its ready line
 */
record StartResult(String kind, List<Double> readyMs) {

  @JsonProperty
  double medianMs() {
    List<Double> sorted = readyMs.stream().sorted().toList();
    int size = sorted.size();
    return size == 0 ? 0 : (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
  }

  static String table(List<StartResult> results) {
    StringBuilder out =
        new StringBuilder("| start | ready after ms | median ms |\n|---|---|---|\n");
    results.forEach(
        result ->
            out.append(
                "| %s | %s | %,.0f |%n"
                    .formatted(
                        result.kind,
                        result.readyMs.stream()
                            .map("%,.0f"::formatted)
                            .collect(Collectors.joining(", ")),
                        result.medianMs())));
    return out.toString();
  }
}
