package io.logagg.persistence;

import io.logagg.alert.AlertRule;
import io.logagg.alert.Notice;
import io.logagg.alert.Notification;
import io.logagg.alert.Receiver;
import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is to be sent, for the process that sends, which is the one that evaluates. */
public final class AlertOutbox {
  /** So many that are done can be seen. */
  private static final int KEPT = 10_000;

  /** The first that waits for each receiver, since they go one after the other. */
  private static final String NEXT =
      "SELECT r.id, "
          + AlertReceivers.COLUMNS
          + """
          , d.id, d.key, d.notification::text, d.attempts
          FROM alert_receivers r CROSS JOIN LATERAL (
            SELECT * FROM alert_deliveries WHERE receiver_id = r.id AND done_at IS NULL ORDER BY id LIMIT 1) AS d
          WHERE d.next_at <= clock_timestamp()""";

  private static final String BEGIN =
      """
      UPDATE alert_deliveries SET attempts = attempts + 1, tried_at = clock_timestamp(),
        next_at = clock_timestamp() + $3 * interval '1 millisecond'
      WHERE id = $1 AND attempts = $2 AND done_at IS NULL""";

  private static final String END =
      """
      UPDATE alert_deliveries SET error = $3, next_at = clock_timestamp() + $4 * interval '1 millisecond',
        given_up = $3::text IS NOT NULL AND ($5 OR made_at < now() - $6 * interval '1 hour'),
        done_at = CASE WHEN $3::text IS NULL OR $5 OR made_at < now() - $6 * interval '1 hour' THEN clock_timestamp() END
      WHERE id = $1 AND attempts = $2 RETURNING given_up""";

  private static final String FORGET =
      """
      DELETE FROM alert_deliveries WHERE done_at IS NOT NULL AND (done_at < now() - interval '30 days' OR id <=
        (SELECT id FROM alert_deliveries WHERE done_at IS NOT NULL ORDER BY id DESC OFFSET $1 LIMIT 1))""";

  private static final String FIRING =
      """
      SELECT u.id, u.definition::text, s.grp, s.label, s.phase, s.since, s.fired_at, s.resolved_at, s.clear_since, s.value,
        s.told
      FROM alert_states s JOIN alert_rules u ON u.id = s.rule_id
      WHERE s.phase = 'firing' AND s.told AND u.enabled AND (u.definition -> 'receivers')::jsonb ? $1 ORDER BY u.id, s.grp""";

  private final Database database;
  private final Lease lease;

  /**
   * For one who sends.
   *
   * @param lease of the evaluation
   */
  public AlertOutbox(Database database, Lease lease) {
    this.database = database;
    this.lease = lease;
  }

  /**
   * One that is due.
   *
   * @param key the same with every attempt
   * @param attempts so far
   */
  public record Delivery(
      long id,
      UUID key,
      int receiverId,
      Receiver receiver,
      Notification notification,
      int attempts) {}

  /** A receiver and its number. */
  public record Numbered(int id, Receiver receiver) {}

  /** Of each receiver the first that is not done, if its time has come. */
  public Future<List<Delivery>> next() {
    return database
        .read(connection -> connection.query(NEXT).execute())
        .map(
            rows -> {
              List<Delivery> next = new ArrayList<>();
              rows.forEach(row -> next.add(delivery(row)));
              return next;
            });
  }

  private static Delivery delivery(Row row) {
    return new Delivery(
        row.getLong(5),
        row.getUUID(6),
        row.getInteger(0),
        AlertReceivers.receiver(row, 1),
        Notification.of(row.getString(7)),
        row.getInteger(8));
  }

  /**
   * Notes that an attempt is made, before it is; false if somebody else has made one.
   *
   * @param claimMs for so long nobody else makes one
   */
  public Future<Boolean> begin(Delivery delivery, long claimMs) {
    return database.write(
        connection ->
            lease
                .guard(connection)
                .compose(
                    ours ->
                        connection
                            .preparedQuery(BEGIN)
                            .execute(Tuple.of(delivery.id(), delivery.attempts(), claimMs)))
                .map(rows -> rows.rowCount() == 1));
  }

  /**
   * Notes what came of the attempt that was begun, whoever has the lease now: what was taken was
   * taken.
   *
   * @param error null if it was taken
   * @param pauseMs how long until it is tried again
   * @param isFinal whether there is no use in that
   * @param giveUpHours how long after it was made there is no use either
   * @return whether it was given up
   */
  public Future<Boolean> end(
      Delivery delivery, @Nullable String error, long pauseMs, boolean isFinal, int giveUpHours) {
    return database.write(
        connection ->
            connection
                .preparedQuery(END)
                .execute(
                    Tuple.of(
                        delivery.id(),
                        delivery.attempts() + 1,
                        error,
                        pauseMs,
                        isFinal,
                        giveUpHours))
                .map(rows -> rows.size() == 1 && rows.iterator().next().getBoolean(0)));
  }

  /** Removes the oldest that are done. */
  public Future<Integer> forget() {
    return database.write(
        connection ->
            lease
                .guard(connection)
                .compose(ours -> connection.preparedQuery(FORGET).execute(Tuple.of(KEPT)))
                .map(rows -> rows.rowCount()));
  }

  /** Those that want to be told again and again what fires. */
  public Future<List<Numbered>> repeated() {
    return database
        .read(
            connection ->
                connection
                    .query(
                        "SELECT r.id, "
                            + AlertReceivers.COLUMNS
                            + " FROM alert_receivers r WHERE r.kind = 'alertmanager'")
                    .execute())
        .map(
            rows -> {
              List<Numbered> all = new ArrayList<>();
              rows.forEach(
                  row -> all.add(new Numbered(row.getInteger(0), AlertReceivers.receiver(row, 1))));
              return all;
            });
  }

  /** What fires now and was told to this receiver, by rule; empty if nothing does. */
  public Future<Optional<Map<Integer, List<Notice>>>> firing(String receiver) {
    return database
        .read(connection -> connection.preparedQuery(FIRING).execute(Tuple.of(receiver)))
        .map(
            rows -> {
              Map<Integer, List<Notice>> firing = new TreeMap<>();
              for (Row row : rows) {
                AlertRule rule = AlertRules.rule(row.getString(1));
                firing
                    .computeIfAbsent(row.getInteger(0), id -> new ArrayList<>())
                    .add(Notice.of(rule, AlertStates.state(row, 2)));
              }
              return firing.isEmpty() ? Optional.empty() : Optional.of(firing);
            });
  }
}
