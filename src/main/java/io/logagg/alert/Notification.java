package io.logagg.alert;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.alert.AlertRule.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What one evaluation has to tell, whoever is told and in which form.
 *
 * @param condition the rule in a few words
 * @param atMicros of which time, in microseconds since the epoch
 * @param leftOut groups that met the condition and found no room
 */
public record Notification(
    int ruleId,
    String rule,
    String condition,
    String query,
    long atMicros,
    List<Notice> alerts,
    int leftOut) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Notification {
    alerts = List.copyOf(alerts);
  }

  /** Of a step that has something to tell. */
  public static Notification of(
      int ruleId, AlertRule rule, long atMicros, List<Notice> alerts, int leftOut) {
    return new Notification(
        ruleId, rule.name(), condition(rule), rule.watched().query(), atMicros, alerts, leftOut);
  }

  private static String condition(AlertRule rule) {
    String window = Spans.format(rule.times().window());
    if (rule.kind() == Kind.NEW_PATTERN) {
      return "new pattern within " + window;
    }
    return rule.kind() == Kind.ABSENCE
        ? "no records in " + window
        : "records %s %d in %s"
            .formatted(rule.threshold().comparison().code(), rule.threshold().count(), window);
  }

  /** As it is kept. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /** What {@link #toJson} wrote. */
  public static Notification of(String json) {
    try {
      return JSON.readValue(json, Notification.class);
    } catch (IOException e) {
      throw new UncheckedIOException("a notification that was kept cannot be read", e);
    }
  }
}
