package io.logagg.telemetry.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what becomes of exports; a failure is told once a minute at most. Thread-safe. */
final class CountingExporter implements SpanExporter {
  static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final Logger LOG = LoggerFactory.getLogger(CountingExporter.class);

  private final SpanExporter exporter;
  private final LongSupplier nanoClock;
  private final LongAdder failures = new LongAdder();
  private final LongAdder exported = new LongAdder();
  private final AtomicLong toldNanos;

  CountingExporter(SpanExporter exporter, LongSupplier nanoClock) {
    this.exporter = exporter;
    this.nanoClock = nanoClock;
    this.toldNanos = new AtomicLong(nanoClock.getAsLong() - AGAIN_NANOS);
  }

  long failures() {
    return failures.sum();
  }

  long exportedSpans() {
    return exported.sum();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size();
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(
        () -> {
          if (result.isSuccess()) {
            exported.add(count);
          } else {
            failures.increment();
            tell(count, result.getFailureThrowable());
          }
        });
  }

  private void tell(int spans, @Nullable Throwable why) {
    long now = nanoClock.getAsLong();
    long last = toldNanos.get();
    if (now - last >= AGAIN_NANOS && toldNanos.compareAndSet(last, now)) {
      LOG.warn("{} spans could not be exported to telemetry.otlpEndpoint: {}", spans, cause(why));
    }
  }

  /** The exporter's own exception only wraps that of the connection. */
  private static String cause(@Nullable Throwable why) {
    if (why == null) {
      return "no answer in time";
    }
    return String.valueOf(why.getCause() == null ? why.getMessage() : why.getCause());
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
