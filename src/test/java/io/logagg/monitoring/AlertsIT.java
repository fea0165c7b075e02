package io.logagg.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.monitoring.AlertRules.Rule;
import io.logagg.monitoring.Dashboard.Query;
import io.logagg.monitoring.Faults.Fault;
import io.logagg.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether each alert fires on the fault that it is for, and is gone once that is mended: with a
 * real Prometheus and the jar on real servers. Takes some minutes.
 */
@Tag("soak")
class AlertsIT {
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(4);

  /** Panels that show nothing while all is well, or without embedded servers and TLS. */
  private static final Set<String> MAY_BE_EMPTY =
      Set.of(
          "Refused, by limit",
          "Connections closed",
          "Retries",
          "Queries that failed",
          "Tried again",
          "Garbage collection",
          "Disk of the embedded servers",
          "Certificate");

  private final StringBuilder table =
      new StringBuilder("| alert | seconds to fire | seconds to resolve |\n|---|---:|---:|\n");

  @Test
  void shouldFireOnRealFaultsAndResolve(@TempDir Path folder) throws Exception {
    Optional<Path> program = Promtool.find("prometheus");
    assumeTrue(program.isPresent(), "prometheus is not installed");
    try (Scene scene = Scene.start(folder);
        Traffic traffic = Traffic.start(scene.api.base());
        Faults breaking = new Faults(scene, traffic)) {
      scene.alsoScrape("");
      List<Fault> faults = breaking.all();
      assertEquals(
          AlertRules.read().stream().map(Rule::name).collect(Collectors.toSet()),
          faults.stream().flatMap(fault -> fault.alerts().stream()).collect(Collectors.toSet()),
          "a fault for each rule");
      try (PrometheusServer prometheus =
          PrometheusServer.start(program.orElseThrow(), folder, scene.scrapeConfigs())) {
        Eventually.value("the targets", prometheus::targets, List.of("up", "up", "up")::equals);
        dashboardShowsSomething(prometheus);
        traffic.becomeFlawless();
        for (Fault fault : faults) {
          strike(prometheus, fault);
        }
      }
    }
    System.out.println(table);
    Files.writeString(Path.of("target", "alerts.md"), table);
  }

  private static void dashboardShowsSomething(PrometheusServer prometheus) {
    Set<String> empty =
        Eventually.value(
            "data in the panels",
            LIMIT_NANOS,
            () -> emptyPanels(prometheus),
            panels -> MAY_BE_EMPTY.containsAll(panels));
    System.out.println("alerts: panels without data: " + empty);
  }

  /** Of those that have a query without a result. */
  private static Set<String> emptyPanels(PrometheusServer prometheus) {
    Set<String> empty = new TreeSet<>();
    for (Query query : Dashboard.queries()) {
      if (prometheus.query(query.filledIn("logagg", "10s")).isEmpty()) {
        empty.add(query.panel());
      }
    }
    return empty;
  }

  private void strike(PrometheusServer prometheus, Fault fault) throws Exception {
    await(prometheus, fault, false);
    long struck = System.nanoTime();
    fault.make().run();
    Map<String, Long> fired = await(prometheus, fault, true);
    long mended = System.nanoTime();
    fault.mend().run();
    Map<String, Long> resolved = await(prometheus, fault, false);
    for (String alert : fault.alerts()) {
      String row =
          "| `%s` | %.1f | %.1f |%n"
              .formatted(
                  alert, (fired.get(alert) - struck) / 1e9, (resolved.get(alert) - mended) / 1e9);
      System.out.print(row);
      table.append(row);
    }
  }

  /** Waits until all alerts of the fault are so; when each of them was first. */
  private static Map<String, Long> await(PrometheusServer prometheus, Fault fault, boolean fire) {
    Map<String, Long> since = new HashMap<>();
    Eventually.value(
        (fire ? "the alerts " : "the end of ") + fault.alerts(),
        LIMIT_NANOS,
        () -> {
          Map<String, JsonNode> firing = prometheus.firing();
          for (String alert : fault.alerts()) {
            if (firing.containsKey(alert) == fire) {
              since.putIfAbsent(alert, System.nanoTime());
            } else if (!fire) {
              since.remove(alert);
            }
          }
          if (fire) {
            firing.values().forEach(AlertsIT::isFilledIn);
          }
          return fault.alerts().stream().filter(alert -> !since.containsKey(alert)).toList();
        },
        List::isEmpty);
    return since;
  }

  /** Templates that go wrong say so in the text. */
  private static void isFilledIn(JsonNode alert) {
    JsonNode texts = alert.path("annotations");
    for (String key : List.of("summary", "description", "runbook_url")) {
      String text = texts.path(key).asText();
      assertFalse(text.isBlank(), alert::toString);
      assertFalse(
          text.contains("<no value>") || text.contains("error expanding") || text.contains("{{"),
          alert::toString);
      assertTrue(text.equals(text.strip()), alert::toString);
    }
  }
}
