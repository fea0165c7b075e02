package io.logagg.persistence;

import io.logagg.alert.AlertMachine;
import io.logagg.alert.AlertMachine.Step;
import io.logagg.alert.AlertRule;
import io.logagg.alert.AlertState;
import io.logagg.alert.Reading;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the process that evaluates reads and writes: which rules are due, and what came of them. All
 * that is written is written under its lease.
 */
public final class AlertLog {
  /** So many transitions of a rule can be seen. */
  static final int KEPT_TRANSITIONS = 1000;

  private static final int MAX_ERROR_CHARS = 500;

  private static final String DUE =
      """
      SELECT r.id, r.version, r.definition::text, e.evaluated_at
      FROM alert_rules r JOIN alert_evaluations e ON e.rule_id = r.id
      WHERE r.enabled AND e.evaluated_at + r.interval_ms * interval '1 millisecond' <= $1
      ORDER BY e.evaluated_at, r.id LIMIT 2000""";

  /** In the order of ids, so that no two wait for each other. */
  private static final String LOCK =
      """
      SELECT r.id, r.version, e.evaluated_at, e.failing_since
      FROM alert_rules r JOIN alert_evaluations e ON e.rule_id = r.id
      WHERE r.id = ANY($1) AND r.enabled ORDER BY r.id FOR UPDATE OF r, e""";

  private static final String NOTE =
      """
      UPDATE alert_evaluations e SET evaluated_at = n.evaluated_at, value = n.value, took_ms = n.took_ms,
        left_out = n.left_out, skipped = e.skipped + n.skipped, error = n.error,
        failing_since = CASE WHEN n.error IS NULL THEN NULL ELSE coalesce(e.failing_since, n.evaluated_at) END
      FROM json_to_recordset($1::text::json) AS n(rule_id int, evaluated_at timestamptz, value float8, took_ms int,
        left_out int, skipped bigint, error text)
      WHERE e.rule_id = n.rule_id""";

  private static final String FORGET =
      """
      DELETE FROM alert_transitions t USING (
        SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY rule_id ORDER BY id DESC) AS place FROM alert_transitions) p
        WHERE place > $1) AS old
      WHERE t.id = old.id""";

  private final Database database;
  private final Lease lease;

  /**
   * For one who evaluates.
   *
   * @param lease of the evaluation
   */
  public AlertLog(Database database, Lease lease) {
    this.database = database;
    this.lease = lease;
  }

  /**
   * A rule that is to be evaluated.
   *
   * @param evaluatedAtMicros the last time that was, in microseconds since the epoch
   */
  public record Due(int id, long version, AlertRule rule, long evaluatedAtMicros) {}

  /**
   * What an evaluation found.
   *
   * @param atMicros for which time
   * @param readings null if it failed
   * @param error why it failed; null otherwise
   * @param skipped times before this one that are left out
   */
  public record Result(
      Due due,
      long atMicros,
      @Nullable List<Reading> readings,
      @Nullable String error,
      int tookMs,
      int skipped) {}

  /**
   * What was noted of an evaluation; nothing is of a rule that was changed meanwhile, or evaluated
   * by another.
   *
   * @param step null if it failed
   * @param isNews whether it failed and the one before did not, or the other way round
   */
  public record Noted(Result result, @Nullable Step step, boolean isNews) {}

  /** Those whose next time is not later than this one. */
  public Future<List<Due>> due(long untilMicros) {
    return database
        .read(
            connection ->
                connection.preparedQuery(DUE).execute(Tuple.of(Timestamps.utc(untilMicros))))
        .map(
            rows -> {
              List<Due> due = new ArrayList<>(rows.size());
              rows.forEach(
                  row ->
                      due.add(
                          new Due(
                              row.getInteger(0),
                              row.getLong(1),
                              AlertRules.rule(row.getString(2)),
                              Timestamps.micros(row.getOffsetDateTime(3)))));
              return due;
            });
  }

  /** Takes the step of each rule, in one transaction; of a rule, one result at most. */
  public Future<List<Noted>> note(List<Result> results) {
    return database.write(
        connection -> lease.guard(connection).compose(ours -> note(connection, results)));
  }

  private static Future<List<Noted>> note(SqlConnection connection, List<Result> results) {
    Map<Integer, Result> all = new LinkedHashMap<>();
    results.forEach(result -> all.put(result.due().id(), result));
    return connection
        .preparedQuery(LOCK)
        .execute(Tuple.of(all.keySet().toArray(Integer[]::new)))
        .compose(
            rows -> {
              Set<Integer> failing = new HashSet<>();
              Map<Integer, Result> valid = valid(all, rows, failing);
              return AlertStates.read(connection, valid.keySet())
                  .compose(
                      states -> {
                        Steps steps = new Steps(failing);
                        valid.forEach(
                            (id, result) -> steps.add(result, states.getOrDefault(id, List.of())));
                        return steps.write(connection);
                      });
            });
  }

  private static Map<Integer, Result> valid(
      Map<Integer, Result> all, RowSet<Row> rows, Set<Integer> failing) {
    Map<Integer, Result> valid = new LinkedHashMap<>();
    for (Row row : rows) {
      Result result = all.get(row.getInteger(0));
      if (result != null
          && row.getLong(1) == result.due().version()
          && Timestamps.micros(row.getOffsetDateTime(2)) < result.atMicros()) {
        valid.put(row.getInteger(0), result);
        if (row.getOffsetDateTime(3) != null) {
          failing.add(row.getInteger(0));
        }
      }
    }
    return valid;
  }

  /** The steps of one transaction. */
  private static final class Steps {
    private final Set<Integer> failing;
    private final AlertStates states = new AlertStates();
    private final List<Map<String, @Nullable Object>> notes = new ArrayList<>();
    private final List<Noted> noted = new ArrayList<>();

    Steps(Set<Integer> failing) {
      this.failing = failing;
    }

    void add(Result result, List<AlertState> before) {
      Due due = result.due();
      List<Reading> readings = result.readings();
      Step step = null;
      if (readings != null) {
        step = AlertMachine.step(due.rule(), result.atMicros(), before, readings);
        states.add(due.id(), due.rule(), result.atMicros(), before, step);
      }
      boolean failed = readings == null;
      noted.add(new Noted(result, step, failed != failing.contains(due.id())));
      notes.add(json(result, readings, step));
    }

    private static Map<String, @Nullable Object> json(
        Result result, @Nullable List<Reading> readings, @Nullable Step step) {
      Map<String, @Nullable Object> json = new HashMap<>();
      OptionalDouble value =
          readings == null
              ? OptionalDouble.empty()
              : readings.stream().mapToDouble(Reading::value).max();
      String error = result.error();
      json.put("rule_id", result.due().id());
      json.put("evaluated_at", Timestamps.format(result.atMicros()));
      json.put("value", value.isPresent() ? (Double) value.getAsDouble() : null);
      json.put("took_ms", result.tookMs());
      json.put("left_out", step == null ? 0 : step.leftOut());
      json.put("skipped", result.skipped());
      json.put(
          "error",
          error == null ? null : error.substring(0, Math.min(MAX_ERROR_CHARS, error.length())));
      return json;
    }

    Future<List<Noted>> write(SqlConnection connection) {
      return states
          .write(connection)
          .compose(done -> AlertStates.write(connection, NOTE, notes))
          .map(done -> noted);
    }
  }

  /** Removes the history beyond what is kept. */
  public Future<Integer> forget() {
    return database.write(
        connection ->
            lease
                .guard(connection)
                .compose(
                    ours -> connection.preparedQuery(FORGET).execute(Tuple.of(KEPT_TRANSITIONS)))
                .map(rows -> rows.rowCount()));
  }
}
