package io.logagg.ownlogs;

import io.logagg.bus.Bus;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.Stamper;
import io.logagg.retry.Backoff;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.SafeKeeping;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamNames;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stores the lines that {@link OwnLogs} collects, one batch at a time. A batch that cannot be
 * stored is tried again, as the same batch, for as long as it takes, and the others wait; a failure
 * is counted and never logged. Deployed before all other roles and stopped after them.
 */
public final class OwnLogsVerticle extends VerticleBase {
  private static final long PERIOD_MS = 250;
  private static final long LAST_LINES_MS = 1000;

  private final OwnLogs logs;
  private final Options options;
  private final Backoff backoff;
  private @Nullable StreamAppender appender;
  private @Nullable SafeKeeping keeping;
  private @Nullable RecordBatch failed;
  private Future<Void> underWay = Future.succeededFuture();
  private boolean waits;
  private boolean stopping;

  /**
   * Where the lines go.
   *
   * @param rules makes of each record the one that is kept
   * @param maxRecords of a stream entry
   * @param writeTimeoutMs how long persistence may take over a batch
   */
  public record Options(
      RedisSettings redis,
      StreamNames names,
      Stamper stamper,
      UnaryOperator<LogRecord> rules,
      int maxRecords,
      long writeTimeoutMs) {}

  public OwnLogsVerticle(OwnLogs logs, Options options) {
    this.logs = logs;
    this.options = options;
    this.backoff = new Backoff(500, 10_000, options.redis().random());
  }

  @Override
  public Future<?> start() {
    StreamAppender opened =
        StreamAppender.open(vertx, options.redis(), options.names(), OwnLogs.PURPOSE);
    appender = opened;
    keeping =
        new SafeKeeping(
            opened,
            Bus.of(vertx, options.writeTimeoutMs()),
            options.maxRecords() == 1,
            SafeKeeping.Watch.NONE);
    vertx.setPeriodic(PERIOD_MS, id -> ship());
    return Future.succeededFuture();
  }

  private void ship() {
    if (waits || stopping || !underWay.isComplete()) {
      return;
    }
    underWay =
        Future.succeededFuture()
            .compose(go -> keepNext()) // What it throws is a failure, too: Vert.x would log it.
            .map(
                more -> {
                  if (more) {
                    vertx.runOnContext(next -> ship());
                  }
                  return (Void) null;
                })
            .otherwise(e -> rest());
  }

  /** Whether there was anything to keep. */
  private Future<Boolean> keepNext() {
    SafeKeeping way = keeping;
    RecordBatch batch =
        failed != null
            ? failed
            : logs.next(options.maxRecords(), options.stamper(), options.rules());
    if (way == null || batch == null) {
      return Future.succeededFuture(false);
    }
    failed = batch;
    return way.keep(batch)
        .map(
            kept -> {
              failed = null;
              backoff.reset();
              logs.stored(batch.records().size() - kept.refused());
              logs.lost(kept.refused());
              return true;
            });
  }

  private @Nullable Void rest() {
    logs.failed();
    waits = true;
    vertx.setTimer(backoff.nextMs(), id -> waits = false);
    return null;
  }

  /** What waits is stored, if that works at once; on the stream it outlives this process. */
  @Override
  public Future<?> stop() {
    stopping = true;
    logs.detach();
    return underWay
        .compose(done -> keepRest())
        .timeout(LAST_LINES_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .eventually(() -> appender == null ? Future.succeededFuture() : appender.close());
  }

  private Future<Void> keepRest() {
    return keepNext().compose(more -> more ? keepRest() : Future.succeededFuture());
  }
}
