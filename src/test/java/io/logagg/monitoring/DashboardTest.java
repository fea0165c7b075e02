package io.logagg.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.monitoring.Dashboard.Query;
import io.logagg.testing.Api;
import io.logagg.testing.MetricsPage;
import io.logagg.testing.MetricsPage.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the dashboard is one that Grafana 11 takes, and asks for what there is. */
final class DashboardTest {
  private static final List<String> ROWS =
      List.of(
          "Ingest",
          "Stream and workers",
          "PostgreSQL",
          "Queries and tail",
          "Dead letters",
          "Process");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

  private final JsonNode dashboard = Dashboard.read();

  @Test
  void shouldBeADashboardOfGrafana11() {
    // 39 is that of 11.0, 41 that of 11.6; Grafana brings older ones up to its own.
    int schema = dashboard.path("schemaVersion").intValue();
    assertTrue(schema >= 39 && schema <= 41, "schemaVersion " + schema);
    assertTrue(dashboard.path("id").isMissingNode(), "an id is given by the Grafana that has it");
    assertEquals("logagg", dashboard.path("uid").asText());
    List<String> variables = Api.texts(dashboard.path("templating").path("list"), "name");
    assertEquals(List.of("datasource", "job", "instance"), variables);
    List<String> rows = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      assertTrue(ids.add(panel.path("id").intValue()), "an id twice: " + panel.path("id"));
      if (panel.path("type").asText().equals("row")) {
        rows.add(panel.path("title").asText());
      }
    }
    assertEquals(ROWS, rows);
  }

  @Test
  void shouldExplainEachPanel() {
    Set<String> titles = new HashSet<>();
    for (JsonNode panel : Dashboard.panels()) {
      String title = panel.path("title").asText();
      assertTrue(titles.add(title), "a title twice: " + title);
      assertTrue(panel.path("description").asText().length() > 10, title);
      assertFalse(
          panel.path("fieldConfig").path("defaults").path("unit").asText().isBlank(), title);
      assertTrue(panel.path("targets").size() > 0, title);
      Set<String> targets = new HashSet<>();
      for (JsonNode target : panel.path("targets")) {
        assertTrue(targets.add(target.path("refId").asText()), title);
        assertEquals("${datasource}", target.path("datasource").path("uid").asText(), title);
        assertFalse(target.path("legendFormat").asText().isBlank(), title);
      }
    }
  }

  @Test
  void shouldLeaveNoPanelUponAnother() {
    Map<String, String> cells = new TreeMap<>();
    for (JsonNode panel : dashboard.path("panels")) {
      JsonNode at = panel.path("gridPos");
      int right = at.path("x").intValue() + at.path("w").intValue();
      int bottom = at.path("y").intValue() + at.path("h").intValue();
      assertTrue(right <= 24, panel.path("title").asText());
      for (int x = at.path("x").intValue(); x < right; x++) {
        for (int y = at.path("y").intValue(); y < bottom; y++) {
          String title = panel.path("title").asText();
          String other = cells.put(x + " " + y, title);
          assertTrue(other == null, title + " lies upon " + other);
        }
      }
    }
  }

  @Test
  void shouldNameOnlyMetricsThatThePageHas() {
    Map<String, Metric> page = MetricsPage.read();
    List<String> wrong = new ArrayList<>();
    for (Query query : Dashboard.queries()) {
      String where = query.panel() + ": ";
      assertTrue(query.expression().contains("{job=\"$job\", instance=~\"$instance\""), where);
      PromExpression expression = PromExpression.of(query.filledIn("logagg", "1m"));
      expression.unknown(page).forEach(what -> wrong.add(where + what));
      Matcher legend = LEGEND.matcher(query.legend());
      while (legend.find()) {
        if (!legend.group(1).equals("instance") && !expression.groups().contains(legend.group(1))) {
          wrong.add(where + "a legend of " + legend.group(1) + ", which the query does not keep");
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** Each query as a rule that keeps its result, since promtool checks files of rules. */
  @Test
  void shouldAskWhatPrometheusUnderstands(@TempDir Path folder) throws IOException {
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    List<Query> queries = Dashboard.queries();
    for (int i = 0; i < queries.size(); i++) {
      String expression = Api.quote(queries.get(i).filledIn("logagg", "1m"));
      rules.append("      - record: query:").append(i).append("\n        expr: ");
      rules.append(expression).append('\n');
    }
    Path file = folder.resolve("dashboard.yml");
    Files.writeString(file, rules);
    Promtool.succeed("check", "rules", file.toString());
  }
}
