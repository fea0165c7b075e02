package io.logagg.query;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows how alerts stand: {@link DatabaseNumbers}. */
public final class AlertNumbers {
  private static final long PERIOD_MS = 10_000;

  /** What is done can be seen to be so by its absence: nothing is counted of it. */
  private static final String READ =
      """
      SELECT r.rules, r.failing, r.due, s.firing, d.waiting, d.made_at
      FROM (SELECT count(*) AS rules, count(e.failing_since) AS failing,
          min(e.evaluated_at + r.interval_ms * interval '1 millisecond') AS due
        FROM alert_rules r JOIN alert_evaluations e ON e.rule_id = r.id WHERE r.enabled) AS r,
        (SELECT count(*) AS firing FROM alert_states WHERE phase = 'firing') AS s,
        (SELECT count(*) AS waiting, min(made_at) AS made_at FROM alert_deliveries WHERE done_at IS NULL) AS d""";

  private AlertNumbers() {}

  /**
   * As of now.
   *
   * @param dueMicros the first time that is to be evaluated next; null without rules
   * @param oldestWaitingMicros when the oldest notification that waits was made; null without one
   */
  private record Numbers(
      long rules,
      long failing,
      @Nullable Long dueMicros,
      long firing,
      long waiting,
      @Nullable Long oldestWaitingMicros) {

    private static Numbers of(Row row) {
      return new Numbers(
          row.getLong(0),
          row.getLong(1),
          micros(row.getOffsetDateTime(2)),
          row.getLong(3),
          row.getLong(4),
          micros(row.getOffsetDateTime(5)));
    }

    private static @Nullable Long micros(@Nullable OffsetDateTime time) {
      return time == null ? null : Timestamps.micros(time);
    }
  }

  /** Starts on the calling verticle's context, and ends with it. */
  public static void start(Vertx vertx, Database database, Metrics metrics, InstantSource clock) {
    DatabaseNumbers.start(
        vertx, database, PERIOD_MS, () -> read(database), last -> show(metrics, clock, last));
  }

  private static Future<Numbers> read(Database database) {
    return database
        .read(connection -> connection.query(READ).execute())
        .map(rows -> Numbers.of(rows.iterator().next()));
  }

  private static void show(Metrics metrics, InstantSource clock, Supplier<Numbers> last) {
    metrics.gauge("logagg.alerts.rules", "Alert rules that are enabled", () -> last.get().rules());
    metrics.gauge(
        "logagg.alerts.failing.rules",
        "Alert rules whose last evaluation failed",
        () -> last.get().failing());
    metrics.gauge(
        "logagg.alerts.firing", "Alerts that fire, by rule and group", () -> last.get().firing());
    metrics.gauge(
        "logagg.alerts.behind.seconds",
        "For how long the first rule that is to be evaluated next could have been",
        () -> ageSeconds(last.get().dueMicros(), clock));
    metrics.gauge(
        "logagg.alerts.waiting.deliveries",
        "Notifications that are not delivered yet",
        () -> last.get().waiting());
    metrics.gauge(
        "logagg.alerts.oldest.delivery.age.seconds",
        "How long ago the oldest of them was made",
        () -> ageSeconds(last.get().oldestWaitingMicros(), clock));
  }

  private static double ageSeconds(@Nullable Long micros, InstantSource clock) {
    return micros == null
        ? 0
        : Math.max(0, (Timestamps.micros(clock.instant()) - micros) / 1_000_000.0);
  }
}
