package io.logagg.persistence;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import io.logagg.alert.AlertMachine;
import io.logagg.alert.AlertMachine.Transition;
import io.logagg.alert.AlertRule;
import io.logagg.alert.AlertState;
import io.logagg.alert.AlertState.Phase;
import io.logagg.alert.Notice;
import io.logagg.alert.Notification;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** States, their history and what is to be told, as they are kept. Several rules at a time. */
final class AlertStates {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String READ =
      """
      SELECT rule_id, grp, label, phase, since, fired_at, resolved_at, clear_since, value, told
      FROM alert_states WHERE rule_id = ANY($1) ORDER BY rule_id, grp""";

  private static final String FORGET =
      """
      DELETE FROM alert_states s USING json_to_recordset($1::text::json) AS gone(rule_id int, grp text)
      WHERE s.rule_id = gone.rule_id AND s.grp = gone.grp""";

  private static final String KEEP =
      """
      INSERT INTO alert_states SELECT * FROM json_populate_recordset(NULL::alert_states, $1::text::json)
      ON CONFLICT (rule_id, grp) DO UPDATE SET label = excluded.label, phase = excluded.phase, since = excluded.since,
        fired_at = excluded.fired_at, resolved_at = excluded.resolved_at, clear_since = excluded.clear_since,
        value = excluded.value, told = excluded.told""";

  private static final String NOTE =
      """
      INSERT INTO alert_transitions (rule_id, grp, label, at, phase, value)
      SELECT * FROM json_to_recordset($1::text::json) AS t(rule_id int, grp text, label text, at timestamptz, phase text,
        value float8)""";

  /** Of a receiver that is gone, nothing is to be sent. */
  private static final String TELL =
      """
      INSERT INTO alert_deliveries (receiver_id, rule_id, rule_name, notification)
      SELECT r.id, t.rule_id, t.rule_name, t.notification
      FROM json_to_recordset($1::text::json) AS t(receiver text, rule_id int, rule_name text, notification json)
      JOIN alert_receivers r ON r.name = t.receiver ORDER BY t.rule_id, r.id""";

  private final List<Map<String, @Nullable Object>> gone = new ArrayList<>();
  private final List<Map<String, @Nullable Object>> kept = new ArrayList<>();
  private final List<Map<String, @Nullable Object>> noted = new ArrayList<>();
  private final List<Map<String, @Nullable Object>> told = new ArrayList<>();

  /** By rule; a rule without any is left out. */
  static Future<Map<Integer, List<AlertState>>> read(
      SqlConnection connection, Collection<Integer> rules) {
    return connection
        .preparedQuery(READ)
        .execute(Tuple.of(rules.toArray(Integer[]::new)))
        .map(
            rows -> {
              Map<Integer, List<AlertState>> states = new HashMap<>();
              rows.forEach(
                  row ->
                      states
                          .computeIfAbsent(row.getInteger(0), id -> new ArrayList<>())
                          .add(state(row, 1)));
              return states;
            });
  }

  /** From these columns of a row, in the order of {@code READ}. */
  static AlertState state(Row row, int from) {
    return new AlertState(
        row.getString(from),
        row.getString(from + 1),
        Phase.of(row.getString(from + 2)),
        Timestamps.micros(row.getOffsetDateTime(from + 3)),
        AlertRules.micros(row.getOffsetDateTime(from + 4)),
        AlertRules.micros(row.getOffsetDateTime(from + 5)),
        AlertRules.micros(row.getOffsetDateTime(from + 6)),
        row.getDouble(from + 7),
        row.getBoolean(from + 8));
  }

  /** What a step of a rule changes. */
  void add(
      int ruleId, AlertRule rule, long atMicros, List<AlertState> before, AlertMachine.Step step) {
    Set<AlertState> same = new HashSet<>(before);
    Set<String> groups = new HashSet<>();
    for (AlertState state : step.states()) {
      groups.add(state.group());
      if (!same.contains(state)) {
        kept.add(json(ruleId, state));
      }
    }
    for (AlertState state : before) {
      if (!groups.contains(state.group())) {
        gone.add(Map.of("rule_id", ruleId, "grp", state.group()));
      }
    }
    step.transitions().forEach(transition -> noted.add(json(ruleId, transition)));
    tell(ruleId, rule, atMicros, step.notices(), step.leftOut());
  }

  private void tell(int ruleId, AlertRule rule, long atMicros, List<Notice> notices, int leftOut) {
    if (notices.isEmpty()) {
      return;
    }
    Notification notification = Notification.of(ruleId, rule, atMicros, notices, leftOut);
    for (String receiver : rule.telling().receivers()) {
      Map<String, @Nullable Object> json = new LinkedHashMap<>();
      json.put("receiver", receiver);
      json.put("rule_id", ruleId);
      json.put("rule_name", rule.name());
      json.put("notification", new RawValue(notification.toJson()));
      told.add(json);
    }
  }

  private static Map<String, @Nullable Object> json(int ruleId, AlertState state) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("rule_id", ruleId);
    json.put("grp", state.group());
    json.put("label", state.label());
    json.put("phase", state.phase().code());
    json.put("since", time(state.sinceMicros()));
    json.put("fired_at", time(state.firedAtMicros()));
    json.put("resolved_at", time(state.resolvedAtMicros()));
    json.put("clear_since", time(state.clearSinceMicros()));
    json.put("value", state.value());
    json.put("told", state.told());
    return json;
  }

  private static Map<String, @Nullable Object> json(int ruleId, Transition transition) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("rule_id", ruleId);
    json.put("grp", transition.group());
    json.put("label", transition.label());
    json.put("at", time(transition.atMicros()));
    json.put("phase", transition.code());
    json.put("value", transition.value());
    return json;
  }

  private static @Nullable String time(@Nullable Long micros) {
    return micros == null ? null : Timestamps.format(micros);
  }

  /** Writes all that was added. */
  Future<Void> write(SqlConnection connection) {
    return write(connection, FORGET, gone)
        .compose(done -> write(connection, KEEP, kept))
        .compose(done -> write(connection, NOTE, noted))
        .compose(done -> write(connection, TELL, told));
  }

  static Future<Void> write(
      SqlConnection connection, String sql, List<Map<String, @Nullable Object>> rows) {
    return rows.isEmpty()
        ? Future.succeededFuture()
        : connection.preparedQuery(sql).execute(Tuple.of(text(rows))).mapEmpty();
  }

  private static String text(List<Map<String, @Nullable Object>> rows) {
    try {
      return JSON.writeValueAsString(rows);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /**
   * The rule is no longer evaluated: it has no states any more, and what was told is taken back.
   */
  static Future<Void> end(SqlConnection connection, int ruleId, AlertRule rule, long nowMicros) {
    return read(connection, List.of(ruleId))
        .compose(
            found -> {
              List<AlertState> before = found.getOrDefault(ruleId, List.of());
              AlertStates states = new AlertStates();
              states.add(
                  ruleId, rule, nowMicros, before, AlertMachine.end(rule, nowMicros, before));
              return states.write(connection);
            });
  }
}
