package io.logagg.http.alerts;

import io.logagg.alert.AlertMachine;
import io.logagg.alert.AlertState;
import io.logagg.alert.AlertState.Phase;
import io.logagg.alert.RuleJson;
import io.logagg.alerting.AlertPreview.Found;
import io.logagg.alerting.AlertPreview.Series;
import io.logagg.persistence.AlertHistory.Delivery;
import io.logagg.persistence.AlertHistory.State;
import io.logagg.persistence.AlertHistory.Transition;
import io.logagg.persistence.AlertReceivers;
import io.logagg.persistence.AlertRules.View;
import io.logagg.record.Timestamps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is told of alerts, as it is written. */
final class AlertJson {
  private AlertJson() {}

  private static @Nullable String time(@Nullable Long micros) {
    return micros == null ? null : Timestamps.format(micros);
  }

  static Map<String, Object> rule(View view) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", view.id());
    json.putAll(RuleJson.write(view.rule()));
    json.put("created_at", time(view.createdAtMicros()));
    json.put("changed_at", time(view.changedAtMicros()));
    json.put("phase", phase(view.states()));
    json.put("evaluated_at", time(view.evaluatedAtMicros()));
    json.put("value", view.value());
    json.put("took_ms", view.tookMs());
    json.put("left_out", view.leftOut());
    json.put("skipped", view.skipped());
    json.put("error", view.error());
    json.put("failing_since", time(view.failingSinceMicros()));
    json.put("states", view.states().stream().map(AlertJson::state).toList());
    return json;
  }

  /** The worst of all groups. */
  private static String phase(List<AlertState> states) {
    for (Phase phase : List.of(Phase.FIRING, Phase.PENDING)) {
      if (states.stream().anyMatch(state -> state.phase() == phase)) {
        return phase.code();
      }
    }
    return "inactive";
  }

  private static Map<String, Object> state(AlertState state) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("group", state.label());
    json.put("phase", state.phase().code());
    json.put("since", time(state.sinceMicros()));
    json.put("fired_at", time(state.firedAtMicros()));
    json.put("resolved_at", time(state.resolvedAtMicros()));
    json.put("value", state.value());
    json.put("told", state.told());
    return json;
  }

  static Map<String, Object> transition(Transition transition) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", time(transition.atMicros()));
    json.put("group", transition.label());
    json.put("phase", transition.phase());
    json.put("value", transition.value());
    return json;
  }

  private static Map<String, Object> transition(AlertMachine.Transition transition) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", time(transition.atMicros()));
    json.put("group", transition.label());
    json.put("phase", transition.code());
    json.put("value", transition.value());
    return json;
  }

  static Map<String, Object> delivery(Delivery delivery) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", delivery.id());
    json.put("key", delivery.key());
    json.put("receiver", delivery.receiver());
    json.put("rule_id", delivery.ruleId());
    json.put("rule", delivery.rule());
    json.put("state", delivery.state().code());
    json.put("made_at", time(delivery.madeAtMicros()));
    json.put("attempts", delivery.attempts());
    json.put("tried_at", time(delivery.triedAtMicros()));
    json.put("next_at", delivery.state() == State.WAITING ? time(delivery.nextAtMicros()) : null);
    json.put("error", delivery.error());
    json.put("done_at", time(delivery.doneAtMicros()));
    return json;
  }

  static Map<String, Object> receiver(AlertReceivers.View view) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", view.id());
    json.put("name", view.receiver().name());
    json.put("kind", view.receiver().kind().code());
    json.put("url", view.receiver().shownUrl());
    json.put("authorization", view.receiver().authorization() != null);
    json.put("created_at", time(view.createdAtMicros()));
    json.put("waiting", view.waiting());
    json.put("error", view.error());
    return json;
  }

  static Map<String, Object> preview(Found found) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("times", found.times().stream().map(AlertJson::time).toList());
    json.put("transitions", found.transitions().stream().map(AlertJson::transition).toList());
    json.put("series", found.series().stream().map(AlertJson::series).toList());
    if (found.isCut()) {
      json.put("cut", true);
    }
    return json;
  }

  private static Map<String, Object> series(Series series) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("group", series.label());
    json.put("values", series.values());
    return json;
  }
}
