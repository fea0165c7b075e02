package io.logagg.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The dashboard in deploy/. */
final class Dashboard {
  private static final Path FILE = Path.of("deploy/grafana/logagg.json");

  private Dashboard() {}

  /** One query of a panel. */
  record Query(String panel, String expression, String legend) {
    /** As Grafana sends it to Prometheus. */
    String filledIn(String job, String interval) {
      return expression
          .replace("$__rate_interval", interval)
          .replace("$job", job)
          .replace("$instance", ".*");
    }
  }

  static JsonNode read() {
    return Api.parse(AlertRules.text(FILE));
  }

  /** All panels but the rows that hold them together. */
  static List<JsonNode> panels() {
    List<JsonNode> panels = new ArrayList<>();
    read()
        .path("panels")
        .forEach(
            panel -> {
              if (!panel.path("type").asText().equals("row")) {
                panels.add(panel);
              }
            });
    return panels;
  }

  static List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : panels()) {
      panel
          .path("targets")
          .forEach(
              target ->
                  queries.add(
                      new Query(
                          panel.path("title").asText(),
                          target.path("expr").asText(),
                          target.path("legendFormat").asText())));
    }
    return queries;
  }
}
