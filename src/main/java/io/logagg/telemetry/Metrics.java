package io.logagg.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The metrics of this process, for Prometheus. Thread-safe. */
public final class Metrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, List<LongSupplier>> summands = new ConcurrentHashMap<>();
  private final Counter accepted = records("accepted");
  private final Counter rejected = records("rejected");
  private final Counter bytes =
      Counter.builder("logagg.ingest.bytes")
          .description("Inflated bytes of ingest bodies")
          .register(registry);

  private final Counter stored = storedRecords("stored");
  private final Counter repeated = storedRecords("repeated");
  private final Counter refused = storedRecords("refused");
  private final Counter repeatedRequests =
      Counter.builder("logagg.ingest.repeated.requests")
          .description("Requests answered as the first one with their Idempotency-Key was")
          .register(registry);

  private Counter records(String outcome) {
    return Counter.builder("logagg.ingest.records")
        .description("Records of ingest requests, by what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  private Counter storedRecords(String outcome) {
    return Counter.builder("logagg.stored.records")
        .description(
            "Records given to PostgreSQL, by what became of them; repeated ones were there already")
        .tag("outcome", outcome)
        .register(registry);
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
        .setJvmMetricsEnabled(true)
        .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true))
        .setLabels(EnumSet.of(Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME))
        .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
        .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT);
  }

  /** Counts the records of a request that was answered. */
  public void ingested(long acceptedRecords, long rejectedRecords, long inflatedBytes) {
    accepted.increment((double) acceptedRecords);
    rejected.increment((double) rejectedRecords);
    bytes.increment((double) inflatedBytes);
  }

  /** Counts a connection that was closed because of what its client did, by the limit it met. */
  public void connectionClosed(String reason) {
    Counter.builder("logagg.http.connections.closed")
        .description("Connections that were closed at a limit, by limit")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  /** Counts a request that was refused, or broken off, since its key is at a limit. */
  public void rateLimited(String kind) {
    Counter.builder("logagg.ratelimit.refused.requests")
        .description("Requests refused or broken off at a limit of their API key, by limit")
        .tag("kind", kind)
        .register(registry)
        .increment();
  }

  /** Counts a request that was turned away for want of a good key, or of what the key may do. */
  public void requestRefused(String reason) {
    Counter.builder("logagg.auth.refused.requests")
        .description("Requests turned away for their API key, or for want of one, by reason")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  /** Counts the records of a batch that was committed. */
  public void stored(long newRecords, long repeatedRecords, long refusedRecords) {
    stored.increment((double) newRecords);
    repeated.increment((double) repeatedRecords);
    refused.increment((double) refusedRecords);
  }

  /** Counts a request that was answered as an earlier one was. */
  public void repeatedRequest() {
    repeatedRequests.increment();
  }

  /** Shows a value that is asked for when the metrics are read. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Shows the sum of the values that are given under that name, one by each instance of a role. */
  public void sum(String name, String description, LongSupplier value) {
    summands
        .computeIfAbsent(
            name,
            first -> {
              List<LongSupplier> values = new CopyOnWriteArrayList<>();
              gauge(
                  name,
                  description,
                  () -> values.stream().mapToLong(LongSupplier::getAsLong).sum());
              return values;
            })
        .add(value);
  }

  /** The same of a value that only grows, and whose counting is done elsewhere. */
  public void counter(String name, String description, Supplier<Number> value) {
    // The registry holds the object of a counter weakly, and what is only a lambda would be lost.
    FunctionCounter.builder(name, this, own -> value.get().doubleValue())
        .description(description)
        .register(registry);
  }

  /** The same, as one of several that differ in what the tag says. */
  public void counter(
      String name, String description, String tag, String tagValue, Supplier<Number> value) {
    FunctionCounter.builder(name, this, own -> value.get().doubleValue())
        .description(description)
        .tag(tag, tagValue)
        .register(registry);
  }

  /** All metrics in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }
}
