package io.logagg.persistence;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.alert.AlertRule;
import io.logagg.alert.AlertState;
import io.logagg.alert.RuleJson;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The rules of alerts, as people make and see them. Thread-safe. */
public final class AlertRules {
  /** More are not kept. */
  public static final int MAX = 2000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String READ =
      """
      SELECT r.id, r.definition::text, r.version, r.created_at, r.changed_at, e.evaluated_at, e.value, e.took_ms,
        e.left_out, e.skipped, e.error, e.failing_since
      FROM alert_rules r JOIN alert_evaluations e ON e.rule_id = r.id
      """;

  private static final String CREATE =
      """
      WITH rule AS (
        INSERT INTO alert_rules (name, definition, enabled, interval_ms)
        SELECT $1, $2::text::json, $3, $4 WHERE (SELECT count(*) FROM alert_rules) < $6 RETURNING id)
      INSERT INTO alert_evaluations (rule_id, evaluated_at) SELECT id, $5 FROM rule RETURNING rule_id""";

  private static final String UPDATE =
      """
      UPDATE alert_rules SET name = $2, definition = $3::text::json, enabled = $4, interval_ms = $5,
        version = version + 1, changed_at = now() WHERE id = $1""";

  /** Errors of before are not those of what it is now. */
  private static final String BEGIN_ANEW =
      """
      UPDATE alert_evaluations SET evaluated_at = $2, value = NULL, error = NULL, failing_since = NULL
      WHERE rule_id = $1""";

  private final Database database;
  private final InstantSource clock;

  public AlertRules(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * A rule and where it stands. Times in microseconds since the epoch.
   *
   * @param evaluatedAtMicros the last time that it was evaluated for, in the time of the records
   * @param value the largest of its groups; null where there was none
   * @param leftOut groups that met the condition and found no room
   * @param skipped times that were not evaluated, ever
   * @param error why the last evaluation failed; null if it did not
   * @param failingSinceMicros since when evaluations fail
   */
  public record View(
      int id,
      AlertRule rule,
      long version,
      long createdAtMicros,
      long changedAtMicros,
      long evaluatedAtMicros,
      @Nullable Double value,
      int tookMs,
      int leftOut,
      long skipped,
      @Nullable String error,
      @Nullable Long failingSinceMicros,
      List<AlertState> states) {
    public View {
      states = List.copyOf(states);
    }
  }

  /** What came of a change. */
  public sealed interface Outcome {}

  /** The rule as it is now. */
  public record Kept(View view) implements Outcome {}

  /** There is no rule with this id. */
  public record Missing() implements Outcome {}

  /** There are too many rules. */
  public record Full() implements Outcome {}

  /** There are no such receivers. */
  public record NoReceiver(String name) implements Outcome {}

  /**
   * By name.
   *
   * @param after the name of the last one seen; null for the first page
   */
  public Future<List<View>> list(@Nullable String after, int limit) {
    return database.read(
        connection ->
            connection
                .preparedQuery(
                    READ + "WHERE $1::text IS NULL OR r.name > $1 ORDER BY r.name LIMIT $2")
                .execute(Tuple.of(after, limit))
                .compose(rows -> withStates(connection, rows)));
  }

  public Future<Optional<View>> find(int id) {
    return database.read(connection -> find(connection, id));
  }

  private static Future<Optional<View>> find(SqlConnection connection, int id) {
    return connection
        .preparedQuery(READ + "WHERE r.id = $1")
        .execute(Tuple.of(id))
        .compose(rows -> withStates(connection, rows))
        .map(views -> views.stream().findFirst());
  }

  private static Future<List<View>> withStates(SqlConnection connection, RowSet<Row> rows) {
    List<Integer> ids = new ArrayList<>();
    rows.forEach(row -> ids.add(row.getInteger(0)));
    return AlertStates.read(connection, ids)
        .map(
            states -> {
              List<View> views = new ArrayList<>();
              rows.forEach(
                  row -> views.add(view(row, states.getOrDefault(row.getInteger(0), List.of()))));
              return views;
            });
  }

  private static View view(Row row, List<AlertState> states) {
    return new View(
        row.getInteger(0),
        rule(row.getString(1)),
        row.getLong(2),
        Timestamps.micros(row.getOffsetDateTime(3)),
        Timestamps.micros(row.getOffsetDateTime(4)),
        Timestamps.micros(row.getOffsetDateTime(5)),
        row.getDouble(6),
        row.getInteger(7),
        row.getInteger(8),
        row.getLong(9),
        row.getString(10),
        micros(row.getOffsetDateTime(11)),
        states);
  }

  static @Nullable Long micros(@Nullable OffsetDateTime time) {
    return time == null ? null : Timestamps.micros(time);
  }

  /**
   * A rule as it is kept. It was right when it was made: what another version of this program takes
   * for wrong in it has the default here, so that no rule keeps the others from being read.
   */
  static AlertRule rule(String definition) {
    try {
      return RuleJson.read((ObjectNode) JSON.readTree(definition), new HashMap<>());
    } catch (IOException e) {
      throw new UncheckedIOException("a rule that was kept cannot be read", e);
    }
  }

  private static String definition(AlertRule rule) {
    try {
      return JSON.writeValueAsString(RuleJson.write(rule));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /** Keeps a new rule. A duplicate name fails as PostgreSQL's unique violation. */
  public Future<Outcome> create(AlertRule rule) {
    return database.write(
        connection ->
            connection
                // So that no two see room for one.
                .query("LOCK TABLE alert_rules IN SHARE ROW EXCLUSIVE MODE")
                .execute()
                .compose(locked -> missingReceiver(connection, rule))
                .compose(
                    missing ->
                        missing.isPresent()
                            ? Future.succeededFuture(new NoReceiver(missing.get()))
                            : insert(connection, rule)));
  }

  private Future<Outcome> insert(SqlConnection connection, AlertRule rule) {
    return connection
        .preparedQuery(CREATE)
        .execute(
            Tuple.tuple()
                .addString(rule.name())
                .addString(definition(rule))
                .addBoolean(rule.enabled())
                .addLong(rule.times().interval() / 1000)
                .addOffsetDateTime(lastTime(rule))
                .addInteger(MAX))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(new Full())
                    : find(connection, rows.iterator().next().getInteger(0))
                        .map(view -> new Kept(view.orElseThrow())));
  }

  private OffsetDateTime lastTime(AlertRule rule) {
    return Timestamps.utc(rule.lastTime(Timestamps.micros(clock.instant())));
  }

  /** Of those that a rule tells, one that there is not; the others stay while this one runs. */
  private static Future<Optional<String>> missingReceiver(
      SqlConnection connection, AlertRule rule) {
    String[] names = rule.telling().receivers().toArray(String[]::new);
    return connection
        .preparedQuery("SELECT name FROM alert_receivers WHERE name = ANY($1) FOR SHARE")
        .execute(Tuple.of(names))
        .map(
            rows -> {
              List<String> there = new ArrayList<>();
              rows.forEach(row -> there.add(row.getString(0)));
              return rule.telling().receivers().stream()
                  .filter(name -> !there.contains(name))
                  .findFirst();
            });
  }

  /**
   * Changes a rule. What fires goes on; if the rule is disabled, it is told as resolved.
   *
   * @param change may throw, and nothing is changed then
   */
  public Future<Outcome> update(int id, UnaryOperator<AlertRule> change) {
    return database.write(
        connection ->
            lock(connection, id)
                .compose(
                    before -> {
                      if (before.isEmpty()) {
                        return Future.succeededFuture(new Missing());
                      }
                      AlertRule after = change.apply(before.get());
                      return missingReceiver(connection, after)
                          .compose(
                              missing ->
                                  missing.isPresent()
                                      ? Future.succeededFuture(new NoReceiver(missing.get()))
                                      : replace(connection, id, before.get(), after));
                    }));
  }

  /** The rule, which nobody else changes or notes anything of until the end. */
  private static Future<Optional<AlertRule>> lock(SqlConnection connection, int id) {
    return connection
        .preparedQuery(
            """
            SELECT r.definition::text FROM alert_rules r JOIN alert_evaluations e ON e.rule_id = r.id
            WHERE r.id = $1 FOR UPDATE OF r, e""")
        .execute(Tuple.of(id))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rule(rows.iterator().next().getString(0))));
  }

  private Future<Outcome> replace(
      SqlConnection connection, int id, AlertRule before, AlertRule after) {
    boolean sameTimes = before.times().interval() == after.times().interval();
    boolean goesOn = sameTimes && before.enabled() && after.enabled();
    return connection
        .preparedQuery(UPDATE)
        .execute(
            Tuple.tuple()
                .addInteger(id)
                .addString(after.name())
                .addString(definition(after))
                .addBoolean(after.enabled())
                .addLong(after.times().interval() / 1000))
        .compose(
            done ->
                goesOn
                    ? Future.succeededFuture()
                    : connection
                        .preparedQuery(BEGIN_ANEW)
                        .execute(Tuple.of(id, lastTime(after)))
                        .<Void>mapEmpty())
        .compose(
            done ->
                before.enabled() && !after.enabled()
                    ? AlertStates.end(connection, id, before, now())
                    : Future.succeededFuture())
        .compose(done -> find(connection, id))
        .map(view -> new Kept(view.orElseThrow()));
  }

  private long now() {
    return Timestamps.micros(clock.instant());
  }

  /** False if there was none. What fires is told as resolved. */
  public Future<Boolean> delete(int id) {
    return database.write(
        connection ->
            lock(connection, id)
                .compose(
                    rule ->
                        rule.isEmpty()
                            ? Future.succeededFuture(false)
                            : AlertStates.end(connection, id, rule.get(), now())
                                .compose(
                                    ended ->
                                        connection
                                            .preparedQuery("DELETE FROM alert_rules WHERE id = $1")
                                            .execute(Tuple.of(id)))
                                .map(true)));
  }
}
