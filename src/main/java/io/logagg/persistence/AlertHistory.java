package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happened: transitions, and what became of notifications. Thread-safe. */
public final class AlertHistory {
  private static final String TRANSITIONS =
      """
      SELECT id, grp, label, at, phase, value FROM alert_transitions
      WHERE rule_id = $1 AND ($2::int8 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3""";

  private static final String DELIVERIES =
      """
      SELECT d.id, d.key, r.name, d.rule_id, d.rule_name, d.made_at, d.attempts, d.tried_at, d.next_at, d.error, d.done_at,
        d.given_up
      FROM alert_deliveries d JOIN alert_receivers r ON r.id = d.receiver_id
      WHERE ($1::int8 IS NULL OR d.id < $1)
        AND ($2 = '' OR $2 = CASE WHEN d.done_at IS NULL THEN 'waiting' WHEN d.given_up THEN 'given_up' ELSE 'delivered' END)
      ORDER BY d.id DESC LIMIT $3""";

  private final Database database;

  public AlertHistory(Database database) {
    this.database = database;
  }

  /**
   * A change of phase of a rule's group.
   *
   * @param atMicros in the time of the records, in microseconds since the epoch
   * @param phase the new one; {@code inactive} for none
   */
  public record Transition(
      long id, String group, String label, long atMicros, String phase, double value) {}

  /** What became of a notification. */
  public enum State {
    WAITING,
    DELIVERED,
    GIVEN_UP;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** How it is written outside the program. */
    public String code() {
      return code;
    }
  }

  /**
   * A notification for one receiver. Times in microseconds since the epoch.
   *
   * @param nextAtMicros when it is tried next, if it waits
   * @param error of the last attempt
   */
  public record Delivery(
      long id,
      String key,
      String receiver,
      int ruleId,
      String rule,
      State state,
      long madeAtMicros,
      int attempts,
      @Nullable Long triedAtMicros,
      long nextAtMicros,
      @Nullable String error,
      @Nullable Long doneAtMicros) {}

  /**
   * The newest first.
   *
   * @param before the id of the last one seen; null for the first page
   */
  public Future<List<Transition>> transitions(int ruleId, @Nullable Long before, int limit) {
    return database
        .read(
            connection ->
                connection.preparedQuery(TRANSITIONS).execute(Tuple.of(ruleId, before, limit)))
        .map(
            rows -> {
              List<Transition> all = new ArrayList<>(rows.size());
              rows.forEach(
                  row ->
                      all.add(
                          new Transition(
                              row.getLong(0),
                              row.getString(1),
                              row.getString(2),
                              Timestamps.micros(row.getOffsetDateTime(3)),
                              row.getString(4),
                              row.getDouble(5))));
              return all;
            });
  }

  /**
   * The newest first.
   *
   * @param before the id of the last one seen; null for the first page
   * @param state null for all
   */
  public Future<List<Delivery>> deliveries(
      @Nullable Long before, @Nullable State state, int limit) {
    return database
        .read(
            connection ->
                connection
                    .preparedQuery(DELIVERIES)
                    .execute(Tuple.of(before, state == null ? "" : state.code(), limit)))
        .map(
            rows -> {
              List<Delivery> all = new ArrayList<>(rows.size());
              rows.forEach(row -> all.add(delivery(row)));
              return all;
            });
  }

  private static Delivery delivery(Row row) {
    Long done = AlertRules.micros(row.getOffsetDateTime(10));
    return new Delivery(
        row.getLong(0),
        row.getUUID(1).toString(),
        row.getString(2),
        row.getInteger(3),
        row.getString(4),
        done == null ? State.WAITING : row.getBoolean(11) ? State.GIVEN_UP : State.DELIVERED,
        Timestamps.micros(row.getOffsetDateTime(5)),
        row.getInteger(6),
        AlertRules.micros(row.getOffsetDateTime(7)),
        Timestamps.micros(row.getOffsetDateTime(8)),
        row.getString(9),
        done);
  }
}
