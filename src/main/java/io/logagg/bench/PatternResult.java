package io.logagg.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;

/**
 * How well, and how fast, templates are found in one kind of log.
 *
 * @param accuracy with the messages in the order of the file
 * @param shuffledMin the least with them in other orders
 * @param splitPerSecond messages a second that are only split at blanks, for comparison
 */
record PatternResult(
    String name,
    int messages,
    GroupingAccuracy accuracy,
    double shuffledMin,
    double shuffledMean,
    double messagesPerSecond,
    double splitPerSecond) {

  @JsonProperty
  double shareOfSplit() {
    return messagesPerSecond / splitPerSecond;
  }

  static String table(List<PatternResult> results) {
    StringBuilder out =
        new StringBuilder(
            """
            | log | messages | accuracy | shuffled: least, mean | patterns (true) | messages/s | split at blanks/s | ratio |
            |---|---|---|---|---|---|---|---|
            """);
    results.forEach(result -> out.append(result.row()));
    if (results.size() > 1) {
      out.append(
          String.format(
              Locale.ROOT,
              "| mean | | %.4f | %.4f, %.4f | | | | |%n",
              mean(results.stream().map(r -> r.accuracy.accuracy()).toList()),
              mean(results.stream().map(r -> r.shuffledMin).toList()),
              mean(results.stream().map(r -> r.shuffledMean).toList())));
    }
    return out.toString();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %.4f | %.4f, %.4f | %d (%d) | %,.0f | %,.0f | %.2f |%n",
        name,
        messages,
        accuracy.accuracy(),
        shuffledMin,
        shuffledMean,
        accuracy.groups(),
        accuracy.truth(),
        messagesPerSecond,
        splitPerSecond,
        shareOfSplit());
  }
}
