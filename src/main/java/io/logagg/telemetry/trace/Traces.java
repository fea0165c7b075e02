package io.logagg.telemetry.trace;

import io.logagg.telemetry.Metrics;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.Future;
import io.vertx.core.spi.VertxTracerFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The traces of this process, or none. Spans wait in a queue with a bound for a thread that exports
 * them; beyond it they are dropped, and nothing ever waits for the receiver. Thread-safe.
 */
public final class Traces {
  /** No traces; costs nothing. */
  public static final Traces OFF = new Traces(null, null);

  private static final int MAX_WAITING_SPANS = 2048;
  private static final Duration EXPORT_LIMIT = Duration.ofSeconds(5);
  private static final Duration EXPORT_PERIOD = Duration.ofSeconds(1);

  /** Its own words about failures would come besides ours; kept, since loggers can be collected. */
  private static final Logger EXPORTERS_OWN = Logger.getLogger("io.opentelemetry");

  private final @Nullable SdkTracerProvider provider;
  private final @Nullable SpanTracer tracer;

  private Traces(@Nullable SdkTracerProvider provider, @Nullable SpanTracer tracer) {
    this.provider = provider;
    this.tracer = tracer;
  }

  /** Starts what exports; it goes on until {@link #close}. */
  public static Traces open(TraceSettings settings, Metrics metrics) {
    EXPORTERS_OWN.setLevel(Level.OFF);
    CountingExporter exporter = new CountingExporter(exporter(settings), System::nanoTime);
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(resource(settings))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.sampleRatio())))
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter)
                    .setMaxQueueSize(MAX_WAITING_SPANS)
                    .setMaxExportBatchSize(MAX_WAITING_SPANS / 4)
                    .setScheduleDelay(EXPORT_PERIOD)
                    .setExporterTimeout(EXPORT_LIMIT)
                    .build())
            .build();
    metrics.counter(
        "logagg.traces.export.failures",
        "Exports of spans that telemetry.otlpEndpoint did not take",
        exporter::failures);
    metrics.counter(
        "logagg.traces.spans.exported",
        "Spans that telemetry.otlpEndpoint has taken",
        exporter::exportedSpans);
    return new Traces(provider, new SpanTracer(provider.get("io.logagg"), RouteTemplates.ofApi()));
  }

  private static OtlpHttpSpanExporter exporter(TraceSettings settings) {
    OtlpHttpSpanExporterBuilder builder =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(settings.url())
            .setCompression("gzip")
            .setConnectTimeout(EXPORT_LIMIT)
            .setTimeout(EXPORT_LIMIT)
            // Newer spans are worth more than a second try.
            .setRetryPolicy(null);
    settings.headers().forEach(builder::addHeader);
    return builder.build();
  }

  private static Resource resource(TraceSettings settings) {
    return Resource.create(
        Attributes.of(
            AttributeKey.stringKey("service.name"),
            "logagg",
            AttributeKey.stringKey("service.version"),
            settings.version(),
            AttributeKey.stringKey("service.instance.id"),
            settings.instance()));
  }

  public boolean isOn() {
    return tracer != null;
  }

  /** What makes Vert.x tell of its work; null if nobody wants to know. */
  public @Nullable VertxTracerFactory vertxFactory() {
    SpanTracer own = tracer;
    return own == null ? null : options -> own;
  }

  /**
   * Does the work of one batch, as a trace of its own if it is sampled.
   *
   * @param source what it was read from
   * @param entries how many it is made of
   */
  public <T> Future<T> batch(String name, String source, int entries, Supplier<Future<T>> work) {
    SpanTracer own = tracer;
    return own == null ? work.get() : own.batch(name, source, entries, work);
  }

  /**
   * Exports what waits and ends.
   *
   * @param limitMs how long that may take; what remains is lost
   */
  public void close(long limitMs) {
    if (provider != null) {
      provider.shutdown().join(Math.max(0, limitMs), TimeUnit.MILLISECONDS);
    }
  }
}
