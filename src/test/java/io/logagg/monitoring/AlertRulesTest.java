package io.logagg.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.monitoring.AlertRules.Rule;
import io.logagg.testing.MetricsPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whether the alert rules can be loaded, work on made-up series, and say what to do. */
final class AlertRulesTest {
  private static final Path TESTS = AlertRules.FILE.resolveSibling("tests.yml");
  private static final Path EXAMPLE = AlertRules.FILE.resolveSibling("prometheus.yml");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern EXPECTED = Pattern.compile("alertname=\"(\\w+)\"");

  private final List<Rule> rules = AlertRules.read();

  @Test
  void shouldBeLoadedByPrometheus() {
    Promtool.succeed("check", "rules", AlertRules.FILE.toString());
    Promtool.succeed("check", "config", EXAMPLE.toString());
  }

  @Test
  void shouldFireAndResolveOnMadeUpSeries() {
    Promtool.succeed("test", "rules", TESTS.toString());
  }

  @Test
  void shouldEachHaveATestThatSeesItComeAndGo() {
    Set<String> seen = new HashSet<>();
    AlertRules.maps(AlertRules.yaml(TESTS).get("tests"))
        .map(test -> AlertRules.maps(test.get("promql_expr_test")).toList())
        .forEach(
            steps -> {
              Set<String> firing = new HashSet<>();
              for (Map<?, ?> step : steps) {
                Set<String> now = expected(step);
                firing.stream().filter(name -> !now.contains(name)).forEach(seen::add);
                firing.addAll(now);
              }
            });
    assertEquals(names(), seen);
  }

  private static Set<String> expected(Map<?, ?> step) {
    Matcher name = EXPECTED.matcher(String.valueOf(step.get("exp_samples")));
    Set<String> names = new HashSet<>();
    while (name.find()) {
      names.add(name.group(1));
    }
    return names;
  }

  private Set<String> names() {
    Set<String> names = rules.stream().map(Rule::name).collect(Collectors.toSet());
    assertEquals(rules.size(), names.size(), "each name once");
    return names;
  }

  @Test
  void shouldSayHowBadItIsAndWhatToDo() {
    Set<String> anchors = anchors(AlertRules.text(Path.of("docs/operations.md")));
    for (Rule rule : rules) {
      assertTrue(rule.name().matches("Logagg[A-Z]\\w+"), rule.name());
      assertTrue(
          Set.of("critical", "warning", "info").contains(rule.labels().get("severity")),
          rule.name());
      assertFalse(rule.annotation("summary").isBlank(), rule.name());
      assertTrue(rule.annotation("description").length() > 40, rule.name());
      String anchor = rule.name().toLowerCase(Locale.ROOT);
      assertEquals("docs/operations.md#" + anchor, rule.annotation("runbook_url"));
      assertTrue(anchors.contains(anchor), "docs/operations.md has no heading " + rule.name());
    }
  }

  @Test
  void shouldNotExplainAlertsThatThereAreNot() {
    Set<String> explained = new HashSet<>();
    Matcher heading = HEADING.matcher(AlertRules.text(Path.of("docs/operations.md")));
    while (heading.find()) {
      if (heading.group(1).matches("Logagg\\w+")) {
        explained.add(heading.group(1));
      }
    }
    assertEquals(names(), explained);
  }

  /** Of headings, as they are made from Markdown. */
  private static Set<String> anchors(String markdown) {
    Set<String> anchors = new HashSet<>();
    Matcher heading = HEADING.matcher(markdown);
    while (heading.find()) {
      anchors.add(
          heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-'));
    }
    return anchors;
  }

  @Test
  void shouldNameOnlyMetricsThatThePageHas() {
    List<String> wrong = new ArrayList<>();
    for (Rule rule : rules) {
      PromExpression.of(rule.expression())
          .unknown(MetricsPage.read())
          .forEach(what -> wrong.add(rule.name() + ": " + what));
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void shouldBecomeImpatientForTestsOnly() {
    String impatient = AlertRules.shortened();
    assertFalse(impatient.matches("(?s).*\\[\\d+[mhd]].*"), impatient);
    assertEquals(
        AlertRules.text(AlertRules.FILE).lines().filter(line -> line.contains(" for: ")).count(),
        impatient.lines().filter(line -> line.endsWith(" for: 2s")).count());
  }
}
