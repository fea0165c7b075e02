package io.logagg.ownlogs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Puts the lines of the log into the queue, on the thread of whoever logs: it neither waits nor
 * fails. Thread-safe.
 */
final class QueueAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private final Level level;
  private final Set<String> own;
  private final LineBounds bounds;
  private final LineQueue queue;
  private final LongAdder dropped;

  /**
   * For lines of that level and above.
   *
   * @param own values that mark a line as being about the storing of these lines themselves
   * @param dropped counts the lines that are not stored
   */
  QueueAppender(
      Level level, Set<String> own, LineBounds bounds, LineQueue queue, LongAdder dropped) {
    this.level = level;
    this.own = Set.copyOf(own);
    this.bounds = bounds;
    this.queue = queue;
    this.dropped = dropped;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (!event.getLevel().isGreaterOrEqual(level)) {
      return;
    }
    String kind = String.valueOf(event.getMessage());
    boolean taken =
        !isOwn(event.getArgumentArray())
            && bounds.pass(event.getLoggerName(), kind)
            && queue.offer(LogLine.of(event));
    if (!taken) {
      dropped.increment();
    }
  }

  private boolean isOwn(@Nullable Object @Nullable [] arguments) {
    if (arguments == null) {
      return false;
    }
    for (Object argument : arguments) {
      if (argument instanceof String text && own.contains(text)) {
        return true;
      }
    }
    return false;
  }
}
