package io.logagg.alert;

import io.logagg.alert.AlertRule.GroupBy;
import io.logagg.alert.AlertRule.Kind;
import io.logagg.alert.AlertState.Phase;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One alert of a notification.
 *
 * @param label of its group; empty without groups
 * @param labels all of them, which tell it from others
 * @param annotations with the value filled in
 * @param startsAtMicros when it fired, in microseconds since the epoch
 * @param endsAtMicros when it was resolved; null while it fires
 */
public record Notice(
    String label,
    Map<String, String> labels,
    Map<String, String> annotations,
    double value,
    long startsAtMicros,
    @Nullable Long endsAtMicros) {

  public Notice {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /** Of a state that fires, or was resolved. */
  public static Notice of(AlertRule rule, AlertState state) {
    Map<String, String> labels = new TreeMap<>(rule.telling().labels());
    labels.put("alertname", rule.name());
    String groupLabel = groupLabel(rule);
    if (!groupLabel.isEmpty()) {
      labels.put(groupLabel, state.label());
    }
    Map<String, String> annotations = new TreeMap<>();
    rule.telling()
        .annotations()
        .forEach(
            (name, text) ->
                annotations.put(
                    name,
                    text.replace("{{value}}", Numbers.format(state.value()))
                        .replace("{{group}}", state.label())));
    Long firedAt = state.firedAtMicros();
    return new Notice(
        state.label(),
        labels,
        annotations,
        state.value(),
        firedAt == null ? state.sinceMicros() : firedAt,
        state.phase() == Phase.RESOLVED ? state.resolvedAtMicros() : null);
  }

  /** The label that tells the groups of a rule apart; empty if there are none. */
  static String groupLabel(AlertRule rule) {
    if (rule.kind() == Kind.NEW_PATTERN) {
      return "pattern";
    }
    return rule.watched().groupBy() == GroupBy.NONE ? "" : rule.watched().groupBy().code();
  }

  boolean isFiring() {
    return endsAtMicros == null;
  }
}
