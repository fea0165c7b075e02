package io.logagg.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The metrics of this process, for Prometheus: makes meters for the roles, each of which has a
 * class for its own. Names have dots here and underscores there; {@code _total} and {@code
 * _seconds} are added. docs/metrics.md has all of them, and a test keeps it so. Thread-safe.
 */
public final class Metrics {
  private static final String RETRIES = "logagg.retries";
  private static final String RETRIES_HELP = "What was tried again, by who did and why";

  private static final Duration[] BUCKETS =
      Stream.of(5, 20, 100, 250, 500, 1000, 2500, 10_000, 30_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, List<LongSupplier>> summands = new ConcurrentHashMap<>();

  public Metrics() {
    RuntimeMeters.prepare(registry);
  }

  /** What makes Vert.x report its own metrics here. */
  public VertxMetricsFactory vertxFactory() {
    return new MicrometerMetricsFactory(registry);
  }

  /**
   * The options that go with {@link #vertxFactory}: few labels, so that no client can multiply the
   * series.
   */
  public static MicrometerMetricsOptions vertxOptions() {
    return new MicrometerMetricsOptions()
        .setEnabled(true)
        .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true))
        .setLabels(EnumSet.of(Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME))
        .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
        .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT);
  }

  /**
   * Shows the JVM and the process, and which build this is; to be called once.
   *
   * @param version of logagg
   */
  public void showRuntime(String version) {
    RuntimeMeters.bind(registry);
    gauge(
        "logagg.build.info",
        "Which version runs, and on which Java",
        () -> 1,
        "version",
        version,
        "java",
        Runtime.version().toString());
  }

  /** A counter without labels. */
  public Counter counter(String name, String help) {
    return Counter.builder(name).description(help).register(registry);
  }

  /** Counters with labels. */
  public Family<Counter> counters(String name, String help, String... labels) {
    return new Family<>(
        values ->
            Counter.builder(name).description(help).tags(tags(labels, values)).register(registry));
  }

  /** Records that came in, however they came. */
  public Family<Counter> ingestRecords() {
    return counters(
        "logagg.ingest.records",
        "Records that came in, by what became of them",
        "protocol",
        "outcome");
  }

  /** Bytes that records came in. */
  public Family<Counter> ingestBytes() {
    return counters(
        "logagg.ingest.bytes",
        "Inflated bytes of ingest bodies, by what became of their requests",
        "protocol",
        "outcome");
  }

  /** How long it took to hand over batches, whoever did. */
  public Family<Timer> handovers() {
    return durations(
        "logagg.ingest.handover.duration",
        "Handing a batch to Redis, or to PostgreSQL in its place",
        "backend",
        "outcome");
  }

  /** What was tried again, by role and kind. */
  public Family<Counter> retries() {
    return counters(RETRIES, RETRIES_HELP, "role", "kind");
  }

  /** The same of a role that counts by itself. */
  public void retries(String role, String kind, Supplier<Number> value) {
    counter(RETRIES, RETRIES_HELP, value, "role", role, "kind", kind);
  }

  /** Histograms of how long something took, with labels. */
  public Family<Timer> durations(String name, String help, String... labels) {
    return new Family<>(
        values ->
            Timer.builder(name)
                .description(help)
                .tags(tags(labels, values))
                .serviceLevelObjectives(BUCKETS)
                .register(registry));
  }

  /**
   * A histogram of numbers.
   *
   * @param buckets their upper bounds
   */
  public DistributionSummary sizes(String name, String help, double... buckets) {
    return DistributionSummary.builder(name)
        .description(help)
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  private static List<Tag> tags(String[] labels, List<String> values) {
    if (labels.length != values.size()) {
      throw new IllegalArgumentException(
          "labels " + List.of(labels) + " do not fit the values " + values);
    }
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      tags.add(Tag.of(labels[i], values.get(i)));
    }
    return tags;
  }

  /**
   * Shows a value that is asked for when the metrics are read, and so must be at hand.
   *
   * @param labels names and values in turn
   */
  public void gauge(String name, String help, Supplier<Number> value, String... labels) {
    Gauge.builder(name, value).description(help).tags(labels).register(registry);
  }

  /** Shows the sum of the values that are given under that name, one by each instance of a role. */
  public void sum(String name, String help, LongSupplier value) {
    summands
        .computeIfAbsent(
            name,
            first -> {
              List<LongSupplier> values = new CopyOnWriteArrayList<>();
              gauge(name, help, () -> values.stream().mapToLong(LongSupplier::getAsLong).sum());
              return values;
            })
        .add(value);
  }

  /** The same as a gauge of a value that only grows, and whose counting is done elsewhere. */
  public void counter(String name, String help, Supplier<Number> value, String... labels) {
    // The registry holds the object of a counter weakly, and what is only a lambda would be lost.
    FunctionCounter.builder(name, this, own -> value.get().doubleValue())
        .description(help)
        .tags(Tags.of(labels))
        .register(registry);
  }

  /** All metrics in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }
}
