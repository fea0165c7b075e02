package io.logagg.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The alert rules in deploy/. */
final class AlertRules {
  static final Path FILE = Path.of("deploy/prometheus/logagg-alerts.yml");

  private AlertRules() {}

  /**
   * One rule.
   *
   * @param expression in PromQL
   */
  record Rule(
      String name, String expression, Map<String, String> labels, Map<String, String> annotations) {
    String annotation(String key) {
      return annotations.getOrDefault(key, "");
    }
  }

  /** All of them, in their order. */
  static List<Rule> read() {
    return maps(yaml(FILE).get("groups"))
        .flatMap(group -> maps(group.get("rules")))
        .map(
            rule ->
                new Rule(
                    String.valueOf(rule.get("alert")),
                    String.valueOf(rule.get("expr")),
                    texts(rule.get("labels")),
                    texts(rule.get("annotations"))))
        .toList();
  }

  /**
   * The file for an impatient Prometheus: what must hold for a while must hold for two seconds, and
   * rates are looked at over ten.
   */
  static String shortened() {
    return text(FILE)
        .replaceAll("(?m)^( +for:) \\w+$", "$1 2s")
        .replaceAll("\\[\\d+[mhd]]", "[10s]");
  }

  /** A YAML file whose root is a mapping. */
  static Map<?, ?> yaml(Path file) {
    return (Map<?, ?>) new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The mappings of a list. */
  static Stream<Map<?, ?>> maps(Object list) {
    return ((List<?>) list).stream().map(item -> (Map<?, ?>) item);
  }

  private static Map<String, String> texts(Object map) {
    return ((Map<?, ?>) map)
        .entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> String.valueOf(entry.getKey()),
                    entry -> String.valueOf(entry.getValue())));
  }
}
