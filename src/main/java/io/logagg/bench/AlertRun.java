package io.logagg.bench;

import io.logagg.bench.LoadGenerator.Load;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends records at a steady pace and looks at the evaluation of rules beside it. Blocks. */
final class AlertRun {
  private static final long WARM_UP_SECONDS = 60;
  private static final long LOOK_SECONDS = 5;
  private static final long NUMBERS_APART = 1L << 40;
  private static final String EVALUATIONS = "logagg_alerts_evaluations_total";
  private static final String READING = "logagg_alerts_evaluation_duration_seconds_sum";
  private static final String BEHIND = "logagg_alerts_behind_seconds";
  private static final List<String> OUTCOMES = List.of("done", "failed", "skipped");
  private static final String[] WINDOWS = {"1m", "5m", "10m", "30m", "1h"};
  private static final String[] GROUPS = {"none", "app", "service"};
  private static final String[] QUERIES = {"", "level:>=WARN", "level:ERROR", "NOT service:none"};

  private final ServerUnderTest server;
  private final Load load;
  private final double recordsPerSecond;
  private final ReadClient client;
  private long phases;

  AlertRun(ServerUnderTest server, Load load, double recordsPerSecond) {
    this.server = server;
    this.load = load;
    this.recordsPerSecond = recordsPerSecond;
    this.client = new ReadClient(server.port());
  }

  private LoadGenerator begin() {
    LoadGenerator generator =
        new LoadGenerator(load, RecordTimes.present(), NUMBERS_APART * phases++);
    generator.start(Long.MAX_VALUE, recordsPerSecond / load.batch());
    return generator;
  }

  /** Compiles what is going to be measured. */
  void warmUp() throws InterruptedException {
    LoadGenerator generator = begin();
    generator.await(TimeUnit.SECONDS.toMillis(WARM_UP_SECONDS));
    generator.stop();
  }

  /** Rules that are evaluated each minute; every tenth fires all the time. */
  void makeRules(int names, int texts) throws IOException, InterruptedException {
    for (int i = 0; i < names; i++) {
      long threshold = i % 10 == 0 ? 0 : 1_000_000_000;
      make(
          "\"name\":\"rule %d\",\"threshold\":%d,\"window\":\"%s\",\"group_by\":\"%s\",\"q\":\"%s\""
              .formatted(
                  i,
                  threshold,
                  WINDOWS[i % WINDOWS.length],
                  GROUPS[i % GROUPS.length],
                  QUERIES[i % QUERIES.length]));
    }
    for (int i = 0; i < texts; i++) {
      make(
          "\"name\":\"text %d\",\"threshold\":1000000000,\"window\":\"1m\",\"q\":\"timeout %d\""
              .formatted(i, i));
    }
  }

  private void make(String rule) throws IOException, InterruptedException {
    client.create("/api/v1/alerts", "{" + rule + "}");
  }

  AlertPhase phase(String name, int seconds) throws IOException, InterruptedException {
    LoadGenerator generator = begin();
    String before = client.text("/metrics");
    Map<String, Double> cpuBefore = server.cpuSeconds();
    long start = System.nanoTime();
    double behind = 0;
    while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
      generator.await(TimeUnit.SECONDS.toMillis(LOOK_SECONDS));
      behind = Math.max(behind, value(client.text("/metrics"), BEHIND, ""));
      System.err.printf("\r%s: %,d   ", name, generator.acknowledged());
    }
    System.err.println();
    double took = (System.nanoTime() - start) / 1e9;
    long ingested = generator.acknowledged();
    Map<String, Double> cpu = new LinkedHashMap<>();
    server
        .cpuSeconds()
        .forEach((process, now) -> cpu.put(process, now - cpuBefore.getOrDefault(process, 0.0)));
    String after = client.text("/metrics");
    generator.stop();
    Map<String, Double> evaluations = new LinkedHashMap<>();
    for (String outcome : OUTCOMES) {
      String label = "outcome=\"" + outcome + "\"";
      evaluations.put(
          outcome, value(after, EVALUATIONS, label) - value(before, EVALUATIONS, label));
    }
    String shared = "source=\"shared\"";
    return new AlertPhase(
        name,
        took,
        ingested,
        Percentiles.of(generator.latencyMicros()),
        evaluations,
        value(after, READING, shared) - value(before, READING, shared),
        behind,
        cpu);
  }

  /** Of the series with this label; 0 if there is none. */
  static double value(String metrics, String name, String label) {
    String labels = label.isEmpty() ? "" : "\\{[^}]*" + Pattern.quote(label) + "[^}]*}";
    Matcher line =
        Pattern.compile("^" + name + labels + " (\\S+)$", Pattern.MULTILINE).matcher(metrics);
    return line.find() ? Double.parseDouble(line.group(1)) : 0;
  }
}
