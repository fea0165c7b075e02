package io.logagg.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/metrics.md says of each metric. */
public final class MetricsPage {
  private static final Path PAGE = Path.of("docs/metrics.md");
  private static final Pattern LABEL = Pattern.compile("^`(\\w+)`:(.*)$");
  private static final Pattern VALUE = Pattern.compile("`([^`]+)`");

  private MetricsPage() {}

  /**
   * A row of its tables.
   *
   * @param labels each with its values; none if it may have any, which must be said in words
   */
  public record Metric(String name, String type, String unit, Map<String, Set<String>> labels) {}

  /** All of them by name. */
  public static Map<String, Metric> read() {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(PAGE)) {
        if (line.startsWith("| `logagg_")) {
          String[] cells = line.split(" *\\| *", -1);
          Metric metric =
              new Metric(cells[1].replace("`", ""), cells[2], cells[3], labels(cells[4]));
          if (cells.length != 7 || metrics.put(metric.name(), metric) != null) {
            throw new AssertionError("five cells, and each name once: " + line);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return metrics;
  }

  /** The values of a label. */
  public static Set<String> values(String metric, String label) {
    return read().get(metric).labels().get(label);
  }

  /** What stands in parentheses explains a value, and {@code of `x`:} says whose they are. */
  private static Map<String, Set<String>> labels(String cell) {
    Map<String, Set<String>> labels = new LinkedHashMap<>();
    Set<String> values = Set.of();
    for (String part : cell.replaceAll("\\([^)]*\\)", "").split(";", -1)) {
      String rest = part.strip();
      Matcher label = LABEL.matcher(rest);
      if (label.matches()) {
        values = new LinkedHashSet<>();
        labels.put(label.group(1), values);
        rest = label.group(2);
      }
      Matcher value = VALUE.matcher(rest.replaceAll("of `\\w+`:", ""));
      while (value.find()) {
        values.add(value.group(1));
      }
    }
    return labels;
  }
}
