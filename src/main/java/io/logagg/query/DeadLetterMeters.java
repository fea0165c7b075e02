package io.logagg.query;

import io.logagg.postgres.Database;
import io.logagg.query.DeadLetterSearch.Bounded;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Shows how many dead letters there are, and how many their bound has dropped: {@link
 * DatabaseNumbers}.
 */
public final class DeadLetterMeters {
  private static final long PERIOD_MS = 5000;

  private DeadLetterMeters() {}

  /** Starts on the calling verticle's context, and ends with it. */
  public static void start(Vertx vertx, Database database, Metrics metrics) {
    DeadLetterSearch search = new DeadLetterSearch(database);
    DatabaseNumbers.start(vertx, database, PERIOD_MS, search::bounded, last -> show(metrics, last));
  }

  private static void show(Metrics metrics, Supplier<Bounded> last) {
    metrics.gauge("logagg.dlq.letters", "Dead letters kept", () -> last.get().kept());
    metrics.gauge(
        "logagg.dlq.bytes",
        "Bytes of the payloads of the dead letters",
        () -> last.get().keptBytes());
    metrics.counter(
        "logagg.dlq.dropped.letters",
        "Dead letters dropped since there were more than dlq.maxRecords or dlq.maxBytes",
        () -> last.get().dropped());
    metrics.counter(
        "logagg.dlq.dropped.bytes",
        "Bytes of the payloads of those dropped",
        () -> last.get().droppedBytes());
  }
}
