package io.logagg.query;

import io.logagg.postgres.Database;
import io.logagg.query.DeadLetterSearch.Bounded;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how many dead letters the database has, and how many its bound has dropped. These are the
 * numbers of the database, so every process shows the same; while it is away, those of before.
 */
public final class DeadLetterMeters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterMeters.class);
  private static final long PERIOD_MS = 5000;

  private final Database database;
  private final DeadLetterSearch search;
  private volatile Bounded last = new Bounded(0, 0, 0, 0);

  private DeadLetterMeters(Database database) {
    this.database = database;
    this.search = new DeadLetterSearch(database);
  }

  /** Starts on the calling verticle's context, and ends with it. */
  public static void start(Vertx vertx, Database database, Metrics metrics) {
    DeadLetterMeters numbers = new DeadLetterMeters(database);
    metrics.gauge("logagg.dlq.letters", "Dead letters kept", () -> numbers.last.kept());
    metrics.gauge(
        "logagg.dlq.bytes",
        "Bytes of the payloads of the dead letters",
        () -> numbers.last.keptBytes());
    metrics.counter(
        "logagg.dlq.dropped.letters",
        "Dead letters dropped since there were more than dlq.maxRecords or dlq.maxBytes",
        () -> numbers.last.dropped());
    metrics.counter(
        "logagg.dlq.dropped.bytes",
        "Bytes of the payloads of those dropped",
        () -> numbers.last.droppedBytes());
    vertx.setPeriodic(0, PERIOD_MS, id -> numbers.read());
  }

  private void read() {
    if (database.isReady()) {
      search
          .bounded()
          .onSuccess(bounded -> last = bounded)
          .onFailure(e -> LOG.debug("counting the dead letters: {}", e.getMessage()));
    }
  }
}
