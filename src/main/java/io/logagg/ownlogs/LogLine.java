package io.logagg.ownlogs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.logagg.record.LogRecord;
import io.logagg.record.Stamps;
import io.logagg.record.Text;
import io.logagg.record.Timestamps;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line as it waits to be stored. Immutable.
 *
 * @param stack with the causes, one frame per line; null if nothing was thrown
 */
record LogLine(
    long timestampMicros,
    String level,
    String logger,
    String thread,
    String message,
    @Nullable String stack) {

  static final int MAX_MESSAGE_CHARS = 8 << 10;
  static final int MAX_STACK_CHARS = 16 << 10;
  private static final int MAX_NAME_CHARS = 256;

  /** What is longer than its bound is cut. */
  static LogLine of(ILoggingEvent event) {
    Instant at = event.getInstant();
    IThrowableProxy thrown = event.getThrowableProxy();
    return new LogLine(
        Timestamps.micros(at == null ? Instant.ofEpochMilli(event.getTimeStamp()) : at),
        event.getLevel().toString(),
        text(event.getLoggerName(), MAX_NAME_CHARS),
        text(event.getThreadName(), MAX_NAME_CHARS),
        text(event.getFormattedMessage(), MAX_MESSAGE_CHARS),
        thrown == null ? null : text(ThrowableProxyUtil.asString(thrown), MAX_STACK_CHARS));
  }

  private static String text(@Nullable String given, int maxChars) {
    return given == null ? "" : Text.storable(Text.cut(given, maxChars));
  }

  /** About how much memory it takes, in characters. */
  int chars() {
    return 64 + logger.length() + message.length() + (stack == null ? 0 : stack.length());
  }

  LogRecord record(String app, String service, Stamps stamps) {
    JsonObject metadata = new JsonObject().put("logger", logger).put("thread", thread);
    if (stack != null) {
      metadata.put("stack", stack);
    }
    return new LogRecord(
        stamps.nextId(timestampMicros),
        timestampMicros,
        stamps.receivedAtMicros(),
        level,
        app,
        service,
        message,
        metadata.encode(),
        null,
        null);
  }
}
