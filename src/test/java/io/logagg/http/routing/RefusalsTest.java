package io.logagg.http.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.logagg.telemetry.Metrics;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says of requests that were turned away. */
final class RefusalsTest {
  private static final String ID = "0123456789abcdef";
  private static final String KEY = "logagg_" + ID + "_" + "f".repeat(64);

  private final Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final Refusals refusals = new Refusals(new Metrics(), nanos::get);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
  }

  private List<String> lines() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void shouldNameAKeyByItsIdAlone() {
    refusals.note(Refusal.REVOKED, "10.0.0.1", Set.of(KEY));
    assertEquals(
        List.of("a request from 10.0.0.1 was refused: this API key was revoked (key " + ID + ")"),
        lines());
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    refusals.note(Refusal.MALFORMED, "10.0.0.1", Set.of("hunter2"));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    refusals.note(Refusal.SEVERAL, "10.0.0.1", Set.of(KEY, "hunter2"));
    assertEquals(3, lines().size());
    assertFalse(lines().toString().contains("hunter2"));
    assertFalse(lines().toString().contains("ffff"));
  }

  @Test
  void shouldWarnOnceInAWhileAndCountTheRest() {
    for (int i = 0; i < 1000; i++) {
      refusals.note(Refusal.UNKNOWN, "10.0.0.1", Set.of(KEY));
    }
    assertEquals(1, lines().size());
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    refusals.note(Refusal.UNKNOWN, "10.0.0.2", Set.of(KEY));
    assertEquals(2, lines().size());
    assertTrue(lines().get(1).contains("999 more"), lines().get(1));
  }

  @Test
  void shouldSayNothingOfRequestsWithoutAKeyOrWithTooWeakAOne() {
    refusals.note(Refusal.MISSING, "10.0.0.1", Set.of());
    refusals.note(Refusal.SCOPE, "10.0.0.1", Set.of());
    refusals.note(Refusal.UNDECIDED, "10.0.0.1", Set.of(KEY));
    assertEquals(List.of(), lines());
  }
}
