package io.logagg.ownlogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.logagg.record.LogRecord;
import io.logagg.record.Stamper;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

final class QueueAppenderTest {
  private final LoggerContext context = new LoggerContext();
  private final LineQueue queue = new LineQueue();
  private final LongAdder dropped = new LongAdder();
  private final Logger log = logger();

  private Logger logger() {
    QueueAppender appender =
        new QueueAppender(
            Level.WARN, Set.of("own-app", "own logs"), new LineBounds(() -> 0), queue, dropped);
    appender.setContext(context);
    appender.start();
    Logger logger = context.getLogger("some.Logger");
    logger.addAppender(appender);
    return logger;
  }

  private List<String> messages() {
    return queue.take(1000, 1 << 20).stream().map(LogLine::message).toList();
  }

  @Test
  void shouldTakeLinesOfItsLevelAndAbove() {
    log.info("no");
    log.warn("a {}", 1);
    log.error("b");
    assertEquals(List.of("a 1", "b"), messages());
    assertEquals(0, dropped.sum());
  }

  @Test
  void shouldNotTakeWhatIsSaidOfItsOwnRecords() {
    log.warn("PostgreSQL refuses record {} of {}: {}", "id", "own-app", "why");
    log.warn("Redis is away ({}): {}", "own logs", "why");
    log.warn("Redis is away ({}): {}", "append", "why");
    assertEquals(List.of("Redis is away (append): why"), messages());
    assertEquals(2, dropped.sum());
  }

  @Test
  void shouldCountWhatFindsNoRoom() {
    for (int i = 0; i < LineBounds.BURST + 10; i++) {
      log.error("m");
    }
    assertEquals(LineBounds.BURST, queue.size());
    assertEquals(10, dropped.sum());
  }

  @Test
  void shouldMakeARecordThatCanBeStoredOfAnything() {
    Exception thrown = new IllegalStateException("e\0", new RuntimeException("cause"));
    log.error("nul \0, lone \ud800, long " + "x".repeat(100_000), thrown);
    LogLine line = queue.take(1, 1).get(0);
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    LogRecord record =
        line.record("own-app", "all/x:1", new Stamper(() -> now, new Random(1)).now());
    assertTrue(record.message().startsWith("nul \ufffd, lone \ufffd, long xxx"));
    assertEquals(LogLine.MAX_MESSAGE_CHARS, record.message().length());
    assertEquals("ERROR", record.level());
    JsonObject metadata = new JsonObject(record.metadata());
    assertEquals("some.Logger", metadata.getString("logger"));
    assertEquals(Thread.currentThread().getName(), metadata.getString("thread"));
    String stack = metadata.getString("stack");
    assertTrue(stack.startsWith("java.lang.IllegalStateException: e\ufffd"), stack);
    assertTrue(stack.contains("Caused by: java.lang.RuntimeException: cause"), stack);
    assertTrue(stack.length() <= LogLine.MAX_STACK_CHARS);
  }
}
