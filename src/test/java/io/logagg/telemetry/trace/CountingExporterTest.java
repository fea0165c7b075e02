package io.logagg.telemetry.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.ConnectException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class CountingExporterTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Logger log = (Logger) LoggerFactory.getLogger(CountingExporter.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private CompletableResultCode next = CompletableResultCode.ofSuccess();
  private final CountingExporter exporter = new CountingExporter(new Scripted(), nanos::get);

  private final class Scripted implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return next;
    }

    @Override
    public CompletableResultCode flush() {
      return next;
    }

    @Override
    public CompletableResultCode shutdown() {
      return next;
    }
  }

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void stop() {
    log.detachAppender(lines);
  }

  @Test
  void shouldTellAFailureOnceAMinuteAndCountEach() {
    next =
        CompletableResultCode.ofExceptionalFailure(
            new IllegalStateException("failed", new ConnectException("refused")));
    for (int i = 0; i < 100; i++) {
      exporter.export(List.of());
    }
    assertEquals(100, exporter.failures());
    assertEquals(
        List.of(
            "0 spans could not be exported to telemetry.otlpEndpoint:"
                + " java.net.ConnectException: refused"),
        lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    nanos.addAndGet(CountingExporter.AGAIN_NANOS - 1);
    exporter.export(List.of());
    assertEquals(1, lines.list.size());
    nanos.incrementAndGet();
    exporter.export(List.of());
    assertEquals(2, lines.list.size());
  }

  @Test
  void shouldSayNothingOfASuccess() {
    exporter.export(List.of());
    assertEquals(0, exporter.failures());
    assertEquals(List.of(), lines.list);
  }
}
