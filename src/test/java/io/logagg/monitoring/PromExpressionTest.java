package io.logagg.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.testing.MetricsPage.Metric;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether names that the page does not have are found in expressions. */
final class PromExpressionTest {
  private static final Map<String, Metric> PAGE =
      Map.of(
          "logagg_a_total",
          new Metric("logagg_a_total", "counter", "", Map.of("kind", Set.of("x", "y"))),
          "logagg_b_seconds",
          new Metric("logagg_b_seconds", "histogram", "", Map.of()));

  private static List<String> unknown(String expression) {
    return PromExpression.of(expression).unknown(PAGE);
  }

  @Test
  void shouldTakeWhatThePageHas() {
    assertEquals(
        List.of(), unknown("sum by (job, kind) (rate(logagg_a_total{kind=~\"x|y\"}[5m])) > 0.05"));
    assertEquals(
        List.of(),
        unknown("histogram_quantile(0.9, sum by (le) (rate(logagg_b_seconds_bucket[1h])))"));
    assertEquals(
        List.of(), unknown("up == 0 or absent(up{job=\"z\"}) or time() - process_x > 1e3"));
    assertEquals(
        List.of(), unknown("logagg_a_total / on (job) group_left () logagg_b_seconds_sum"));
  }

  @Test
  void shouldFindWhatItHasNot() {
    assertEquals(List.of("the page has no logagg_c"), unknown("max(logagg_c)"));
    assertEquals(List.of("the page has no logagg_a_total_sum"), unknown("logagg_a_total_sum"));
    assertEquals(List.of("node_x is not of logagg"), unknown("rate(node_x[1m])"));
    assertEquals(
        List.of("logagg_a_total has no label sort"), unknown("logagg_a_total{sort=\"x\"}"));
    assertEquals(
        List.of("the page has no logagg_a_total{kind=z}"), unknown("logagg_a_total{kind!=\"z\"}"));
    assertEquals(
        List.of("no label role in [logagg_a_total]"), unknown("sum by (role) (logagg_a_total)"));
    assertEquals(
        List.of("no label le in [logagg_a_total]"), unknown("sum by (le) (logagg_a_total)"));
  }
}
