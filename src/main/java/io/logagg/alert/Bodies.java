package io.logagg.alert;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.record.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Notifications in the forms that receivers take. */
public final class Bodies {
  /** Of what fires, so long after it was last told: longer than it takes to be repeated. */
  public static final long ALERTMANAGER_ENDS_MICROS = 600_000_000;

  /** Of a message, more alerts are only counted. */
  private static final int MAX_LINES = 20;

  private static final int MAX_LINE_CHARS = 500;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String publicUrl;

  /**
   * Makes them.
   *
   * @param publicUrl of this server, for links; null for none
   */
  public Bodies(@Nullable String publicUrl) {
    this.publicUrl = publicUrl == null ? "" : publicUrl.replaceAll("/+$", "");
  }

  /**
   * The body for a receiver.
   *
   * @param nowMicros in microseconds since the epoch
   */
  public String of(Receiver.Kind kind, Notification notification, long nowMicros) {
    return write(
        switch (kind) {
          case SLACK -> slack(notification);
          case ALERTMANAGER ->
              alertmanager(notification.ruleId(), notification.alerts(), nowMicros);
          case WEBHOOK -> webhook(notification);
        });
  }

  private static String write(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /** One text; see https://docs.slack.dev/messaging/formatting-message-text. */
  private Map<String, String> slack(Notification notification) {
    StringBuilder text = new StringBuilder();
    long firing = notification.alerts().stream().filter(Notice::isFiring).count();
    text.append(firing > 0 ? "*FIRING* " : "*RESOLVED* ")
        .append(escaped(notification.rule()))
        .append(": ")
        .append(escaped(notification.condition()));
    if (!notification.query().isBlank()) {
      text.append(", ").append(escaped(notification.query()));
    }
    notification.alerts().stream()
        .limit(MAX_LINES)
        .forEach(notice -> text.append('\n').append(escaped(line(notice))));
    int more = Math.max(0, notification.alerts().size() - MAX_LINES) + notification.leftOut();
    if (more > 0) {
      text.append("\nand ").append(more).append(" more");
    }
    String link = link(notification.ruleId());
    if (link != null) {
      text.append('\n').append(escaped(link));
    }
    return Map.of("text", text.toString());
  }

  private static String line(Notice notice) {
    StringBuilder line = new StringBuilder(notice.isFiring() ? "fires" : "resolved");
    if (!notice.label().isEmpty()) {
      line.append(": ").append(notice.label());
    }
    line.append(" (").append(Numbers.format(notice.value())).append(')');
    String summary = notice.annotations().get("summary");
    if (summary != null) {
      line.append(" ").append(summary);
    }
    return line.toString();
  }

  /** What is control of Slack's is not what came with records: links, mentions of everybody. */
  private static String escaped(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    String shown =
        line.codePointCount(0, line.length()) > MAX_LINE_CHARS
            ? line.substring(0, line.offsetByCodePoints(0, MAX_LINE_CHARS)) + "…"
            : line;
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /**
   * What fires is told with an end some minutes ahead, since Alertmanager takes what is not
   * repeated for resolved.
   */
  private List<Map<String, Object>> alertmanager(int ruleId, List<Notice> notices, long nowMicros) {
    List<Map<String, Object>> alerts = new ArrayList<>();
    for (Notice notice : notices) {
      Map<String, Object> alert = new LinkedHashMap<>();
      Map<String, String> annotations = new TreeMap<>(notice.annotations());
      annotations.put("value", Numbers.format(notice.value()));
      Long ended = notice.endsAtMicros();
      alert.put("labels", new TreeMap<>(notice.labels()));
      alert.put("annotations", annotations);
      alert.put("startsAt", Timestamps.format(notice.startsAtMicros()));
      alert.put(
          "endsAt",
          Timestamps.format(ended == null ? nowMicros + ALERTMANAGER_ENDS_MICROS : ended));
      String link = link(ruleId);
      if (link != null) {
        alert.put("generatorURL", link);
      }
      alerts.add(alert);
    }
    return alerts;
  }

  /** What fires, of several rules, for an Alertmanager. */
  public String repeated(Map<Integer, List<Notice>> firing, long nowMicros) {
    List<Map<String, Object>> alerts = new ArrayList<>();
    firing.forEach((rule, notices) -> alerts.addAll(alertmanager(rule, notices, nowMicros)));
    return write(alerts);
  }

  private Map<String, Object> webhook(Notification notification) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("version", 1);
    body.put("rule_id", notification.ruleId());
    body.put("rule", notification.rule());
    body.put("condition", notification.condition());
    body.put("q", notification.query());
    body.put("at", Timestamps.format(notification.atMicros()));
    body.put("url", link(notification.ruleId()));
    body.put("left_out", notification.leftOut());
    body.put("alerts", notification.alerts().stream().map(Bodies::alert).toList());
    return body;
  }

  private static Map<String, Object> alert(Notice notice) {
    Map<String, Object> alert = new LinkedHashMap<>();
    Long ended = notice.endsAtMicros();
    alert.put("status", notice.isFiring() ? "firing" : "resolved");
    alert.put("group", notice.label());
    alert.put("value", notice.value());
    alert.put("labels", new TreeMap<>(notice.labels()));
    alert.put("annotations", new TreeMap<>(notice.annotations()));
    alert.put("starts_at", Timestamps.format(notice.startsAtMicros()));
    alert.put("ends_at", ended == null ? null : Timestamps.format(ended));
    return alert;
  }

  private @Nullable String link(int ruleId) {
    return publicUrl.isEmpty() ? null : publicUrl + "/api/v1/alerts/" + ruleId;
  }
}
