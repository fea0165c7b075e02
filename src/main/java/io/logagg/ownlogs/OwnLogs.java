package io.logagg.ownlogs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.Stamper;
import io.logagg.record.Stamps;
import io.logagg.telemetry.Metrics;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Collects the log lines of this process from the moment it is attached, for {@link
 * OwnLogsVerticle}. Thread-safe.
 */
public final class OwnLogs {
  /** Names the connection for these lines, so that what is said of it can be told. */
  static final String PURPOSE = "own logs";

  /** Of a batch, in characters. */
  private static final int MAX_BATCH_CHARS = 256 << 10;

  private final String app;
  private final String service;
  private final LineQueue queue = new LineQueue();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder stored = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final QueueAppender appender;

  private OwnLogs(String app, String level, String service) {
    this.app = app;
    this.service = service;
    this.appender =
        new QueueAppender(
            Level.toLevel(level),
            Set.of(app, PURPOSE),
            new LineBounds(System::nanoTime),
            queue,
            dropped);
  }

  /**
   * Collects from now on.
   *
   * @param app what the lines are stored as
   * @param level the lowest level that is stored
   * @param service names this process among those of the app
   */
  public static OwnLogs attach(String app, String level, String service, Metrics metrics) {
    OwnLogs own = new OwnLogs(app, level, service);
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    own.appender.setContext(context);
    own.appender.setName("OWN");
    own.appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(own.appender);
    metrics.counter(
        "logagg.own.logs.stored", "Log lines of this process that were stored", own.stored::sum);
    metrics.counter(
        "logagg.own.logs.dropped",
        "Log lines of this process that are not stored: too many, or about their own storing",
        own.dropped::sum);
    metrics.counter(
        "logagg.own.logs.failures",
        "Attempts to store log lines of this process that failed and are made again",
        own.failures::sum);
    return own;
  }

  /** Collects no more. */
  void detach() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
    appender.stop();
  }

  /** The oldest lines that wait, as a batch, stamped once; null if there are none. */
  @Nullable RecordBatch next(int maxRecords, Stamper stamper, UnaryOperator<LogRecord> rules) {
    List<LogLine> lines = queue.take(maxRecords, MAX_BATCH_CHARS);
    if (lines.isEmpty()) {
      return null;
    }
    Stamps stamps = stamper.now();
    return RecordBatch.of(
        lines.stream().map(line -> rules.apply(line.record(app, service, stamps))).toList());
  }

  void stored(int records) {
    stored.add(records);
  }

  void failed() {
    failures.increment();
  }

  /** Lines that will not be stored any more. */
  void lost(int records) {
    dropped.add(records);
  }
}
