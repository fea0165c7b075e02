package io.logagg.monitoring;

import io.logagg.testing.MetricsPage.Metric;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an expression in PromQL names. Not a parser: Prometheus is one, and checks the rest.
 *
 * @param metrics names of series
 * @param conditions on their labels
 * @param groups labels that series are grouped or joined by
 */
record PromExpression(Set<String> metrics, List<Condition> conditions, Set<String> groups) {
  /** Labels that Prometheus gives to whatever it reads. */
  private static final Set<String> OF_TARGETS = Set.of("job", "instance");

  private static final List<String> OF_HISTOGRAMS = List.of("_bucket", "_count", "_sum", "_max");
  private static final Set<String> KEYWORDS = Set.of("or", "and", "unless", "bool", "offset");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|on|without|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)}");
  private static final Pattern CONDITION =
      Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Pattern WORD = Pattern.compile("([a-zA-Z_:][\\w:]*)(\\s*\\()?");

  /** One condition of a selector. */
  record Condition(String metric, String label, String value) {}

  static PromExpression of(String expression) {
    Set<String> metrics = new LinkedHashSet<>();
    List<Condition> conditions = new ArrayList<>();
    Set<String> groups = new LinkedHashSet<>();
    Matcher grouping = GROUPING.matcher(expression);
    while (grouping.find()) {
      for (String label : grouping.group(1).split(",", -1)) {
        if (!label.isBlank()) {
          groups.add(label.strip());
        }
      }
    }
    String rest = GROUPING.matcher(expression).replaceAll(" ");
    Matcher selector = SELECTOR.matcher(rest);
    while (selector.find()) {
      metrics.add(selector.group(1));
      Matcher condition = CONDITION.matcher(selector.group(2));
      while (condition.find()) {
        conditions.add(new Condition(selector.group(1), condition.group(1), condition.group(3)));
      }
    }
    rest = SELECTOR.matcher(rest).replaceAll(" ");
    rest = rest.replaceAll("\\[[^]]*]", " ").replaceAll("\\b\\d[\\w.]*", " ");
    Matcher word = WORD.matcher(rest);
    while (word.find()) {
      if (word.group(2) == null && !KEYWORDS.contains(word.group(1))) {
        metrics.add(word.group(1));
      }
    }
    return new PromExpression(metrics, conditions, groups);
  }

  /** What it names of logagg's own that the page does not have, in words. */
  List<String> unknown(Map<String, Metric> page) {
    List<String> wrong = new ArrayList<>();
    Set<String> labels = new HashSet<>(OF_TARGETS);
    for (String name : metrics) {
      if (isOurs(name)) {
        Metric metric = metric(page, name);
        if (metric == null) {
          wrong.add("the page has no " + name);
        } else {
          labels.addAll(metric.labels().keySet());
        }
      } else if (!name.matches("up|(jvm|process|vertx)_\\w+")) {
        wrong.add(name + " is not of logagg");
      }
    }
    conditions.forEach(
        condition -> wrong.addAll(unknown(condition, metric(page, condition.metric()))));
    if (metrics.stream().allMatch(PromExpression::isOurs)) {
      for (String label : groups) {
        boolean bucket =
            label.equals("le") && metrics.stream().allMatch(m -> m.endsWith("_bucket"));
        if (!labels.contains(label) && !bucket) {
          wrong.add("no label " + label + " in " + metrics);
        }
      }
    }
    return wrong;
  }

  private static boolean isOurs(String name) {
    return name.startsWith("logagg_");
  }

  private static List<String> unknown(Condition condition, @Nullable Metric metric) {
    List<String> wrong = new ArrayList<>();
    if (metric == null || OF_TARGETS.contains(condition.label())) {
      return wrong;
    }
    Set<String> values = metric.labels().get(condition.label());
    if (values == null) {
      wrong.add(metric.name() + " has no label " + condition.label());
    } else {
      for (String value : condition.value().split("\\|", -1)) {
        if (!values.contains(value)) {
          wrong.add(
              "the page has no " + metric.name() + "{" + condition.label() + "=" + value + "}");
        }
      }
    }
    return wrong;
  }

  /** That of a series, whose name may have a histogram's suffix. */
  private static @Nullable Metric metric(Map<String, Metric> page, String name) {
    Metric exact = page.get(name);
    int end = Math.max(0, name.lastIndexOf('_'));
    if (exact != null || !OF_HISTOGRAMS.contains(name.substring(end))) {
      return exact;
    }
    Metric histogram = page.get(name.substring(0, end));
    return histogram != null && histogram.type().equals("histogram") ? histogram : null;
  }
}
