package io.logagg.query;

import io.logagg.postgres.Database;
import io.logagg.query.DeadLetterSearch.Bounded;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how many dead letters the database has, and how many its bound has dropped. These are the
 * numbers of the database, so every process shows the same; while it is away, those of before. They
 * are not there until they are known for the first time: a counter that went from 0 to what it was
 * before a restart would look as if it had grown.
 */
public final class DeadLetterMeters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterMeters.class);
  private static final long PERIOD_MS = 5000;

  private final Database database;
  private final DeadLetterSearch search;
  private final Metrics metrics;
  private volatile Bounded last = new Bounded(0, 0, 0, 0);
  private volatile boolean reading;
  private boolean shown;

  private DeadLetterMeters(Database database, Metrics metrics) {
    this.database = database;
    this.search = new DeadLetterSearch(database);
    this.metrics = metrics;
  }

  /** Starts on the calling verticle's context, and ends with it. */
  public static void start(Vertx vertx, Database database, Metrics metrics) {
    DeadLetterMeters numbers = new DeadLetterMeters(database, metrics);
    vertx.setPeriodic(0, PERIOD_MS, id -> numbers.read());
  }

  private void read() {
    if (database.isReady() && !reading) {
      reading = true;
      search
          .bounded()
          .onComplete(done -> reading = false)
          .onSuccess(this::saw)
          .onFailure(e -> LOG.debug("counting the dead letters: {}", e.getMessage()));
    }
  }

  private void saw(Bounded bounded) {
    last = bounded;
    if (!shown) {
      shown = true;
      show();
    }
  }

  private void show() {
    metrics.gauge("logagg.dlq.letters", "Dead letters kept", () -> last.kept());
    metrics.gauge(
        "logagg.dlq.bytes", "Bytes of the payloads of the dead letters", () -> last.keptBytes());
    metrics.counter(
        "logagg.dlq.dropped.letters",
        "Dead letters dropped since there were more than dlq.maxRecords or dlq.maxBytes",
        () -> last.dropped());
    metrics.counter(
        "logagg.dlq.dropped.bytes",
        "Bytes of the payloads of those dropped",
        () -> last.droppedBytes());
  }
}
