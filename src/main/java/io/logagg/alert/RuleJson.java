package io.logagg.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.alert.AlertRule.Comparison;
import io.logagg.alert.AlertRule.GroupBy;
import io.logagg.alert.AlertRule.Kind;
import io.logagg.alert.AlertRule.Telling;
import io.logagg.alert.AlertRule.Threshold;
import io.logagg.alert.AlertRule.Times;
import io.logagg.alert.AlertRule.Watched;
import io.logagg.filter.LogFilter;
import io.logagg.filter.language.Parser;
import io.logagg.filter.language.QuerySyntaxException;
import io.logagg.record.Timestamps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A rule as JSON: how it comes in, how it is kept, and how it is shown. */
public final class RuleJson {
  /** All that a rule may have. */
  public static final Set<String> FIELDS =
      Set.of(
          "name",
          "kind",
          "q",
          "app",
          "level",
          "service",
          "group_by",
          "max_groups",
          "op",
          "threshold",
          "window",
          "lookback",
          "for",
          "keep_firing",
          "interval",
          "labels",
          "annotations",
          "receivers",
          "enabled",
          "muted_until");

  private static final int MAX_NAME_CHARS = 200;
  private static final int MAX_NAMES = 100;
  private static final int MAX_FILTER_CHARS = 256;
  private static final int MAX_PAIRS = 32;
  private static final int MAX_VALUE_CHARS = 1000;
  private static final int MAX_RECEIVERS = 10;
  private static final long MAX_COUNT = 1_000_000_000_000L;

  /** As alertname and the label of the group, which are made. */
  private static final Set<String> RESERVED = Set.of("alertname", "app", "service", "pattern");

  private static final long SECOND_MICROS = 1_000_000;

  private RuleJson() {}

  /**
   * Reads a rule.
   *
   * @param errors gets what is wrong, by field; if it gets nothing, the rule is right
   */
  public static AlertRule read(ObjectNode json, Map<String, String> errors) {
    Fields fields = new Fields(json, errors);
    fields.only(FIELDS);
    Kind kind = fields.oneOf("kind", List.of(Kind.values()), Kind::code);
    AlertRule rule =
        new AlertRule(
            fields.name("name", MAX_NAME_CHARS),
            kind,
            watched(fields, kind),
            threshold(fields, kind),
            times(fields, kind),
            telling(fields),
            fields.flag("enabled", true),
            mutedUntil(fields));
    check(rule, fields);
    return rule;
  }

  private static Watched watched(Fields fields, Kind kind) {
    String query = fields.text("q", Parser.MAX_CHARS);
    GroupBy groupBy = fields.oneOf("group_by", List.of(GroupBy.values()), GroupBy::code);
    if (kind == Kind.NEW_PATTERN && groupBy != GroupBy.NONE) {
      fields.error("group_by", "must be none for new_pattern, whose patterns are its groups");
    }
    return new Watched(
        query == null ? "" : query,
        fields.texts("app", MAX_NAMES, MAX_FILTER_CHARS, false),
        fields.texts("level", MAX_NAMES, MAX_FILTER_CHARS, false),
        fields.texts("service", MAX_NAMES, MAX_FILTER_CHARS, true),
        groupBy,
        (int) fields.number("max_groups", 20, 1, 100));
  }

  private static Threshold threshold(Fields fields, Kind kind) {
    if (kind != Kind.THRESHOLD) {
      if (fields.has("op", "threshold")) {
        fields.error(fields.has("op") ? "op" : "threshold", "is for the kind threshold");
      }
      return kind == Kind.ABSENCE ? Threshold.NONE_THERE : Threshold.ANY;
    }
    if (!fields.has("threshold")) {
      fields.error("threshold", "must be given");
    }
    Comparison comparison = fields.oneOf("op", List.of(Comparison.values()), Comparison::code);
    return new Threshold(comparison, fields.number("threshold", 0, 0, MAX_COUNT));
  }

  private static Times times(Fields fields, Kind kind) {
    boolean ofPatterns = kind == Kind.NEW_PATTERN;
    if (ofPatterns && fields.has("for")) {
      fields.error("for", "is not for new_pattern, which is new but once");
    }
    return new Times(
        fields.span("window", "5m", "10s", "7d"),
        fields.span("lookback", "1d", "1m", "31d"),
        fields.span("for", "0s", "0s", "7d"),
        fields.span("keep_firing", "0s", "0s", "7d"),
        fields.span("interval", ofPatterns ? "5m" : "1m", ofPatterns ? "1m" : "10s", "1d"));
  }

  private static Telling telling(Fields fields) {
    Map<String, String> labels = fields.pairs("labels", MAX_PAIRS, MAX_VALUE_CHARS);
    if (labels.keySet().stream().anyMatch(RESERVED::contains)) {
      fields.error(
          "labels",
          "must not have "
              + String.join(", ", RESERVED.stream().sorted().toList())
              + ", which are made");
    }
    return new Telling(
        labels,
        fields.pairs("annotations", MAX_PAIRS, MAX_VALUE_CHARS),
        fields.texts("receivers", MAX_RECEIVERS, MAX_NAME_CHARS, false));
  }

  private static @Nullable Long mutedUntil(Fields fields) {
    String text = fields.text("muted_until", 100);
    if (text == null) {
      return null;
    }
    OptionalLong micros = Timestamps.parse(text);
    if (micros.isEmpty()) {
      fields.error("muted_until", "must be a time such as 2026-11-24T08:00:00Z, or null");
      return null;
    }
    return micros.getAsLong();
  }

  /** What must hold between fields. */
  private static void check(AlertRule rule, Fields fields) {
    try {
      LogFilter filter = rule.watched().parse();
      if (filter.sinceMicros() != null || filter.untilMicros() != null) {
        fields.error("q", "must not bound timestamp: the window does");
      }
    } catch (QuerySyntaxException e) {
      fields.error("q", "column " + e.column() + ": " + e.getMessage());
    }
    Times times = rule.times();
    boolean uneven =
        times.window() % SECOND_MICROS != 0
            || times.interval() % SECOND_MICROS != 0
            || times.lookback() % SECOND_MICROS != 0;
    if (uneven) {
      fields.error("window", "and interval and lookback must be whole seconds");
    }
    if (times.interval() > times.window()) {
      fields.error("interval", "must be at most the window, or records would count in none");
    }
    if ((rule.looksBack() || rule.kind() == Kind.NEW_PATTERN)
        && times.lookback() <= times.window()) {
      fields.error("lookback", "must be longer than the window");
    }
  }

  /** The rule with every field, such that {@link #read} makes the same of it. */
  public static Map<String, Object> write(AlertRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    Watched watched = rule.watched();
    Times times = rule.times();
    json.put("name", rule.name());
    json.put("kind", rule.kind().code());
    json.put("q", watched.query());
    json.put("app", watched.apps());
    json.put("level", watched.levels());
    json.put("service", watched.services());
    json.put("group_by", watched.groupBy().code());
    json.put("max_groups", watched.maxGroups());
    if (rule.kind() == Kind.THRESHOLD) {
      json.put("op", rule.threshold().comparison().code());
      json.put("threshold", rule.threshold().count());
    }
    json.put("window", Spans.format(times.window()));
    json.put("lookback", Spans.format(times.lookback()));
    if (rule.kind() != Kind.NEW_PATTERN) {
      json.put("for", Spans.format(times.pending()));
    }
    json.put("keep_firing", Spans.format(times.keepFiring()));
    json.put("interval", Spans.format(times.interval()));
    json.put("labels", sorted(rule.telling().labels()));
    json.put("annotations", sorted(rule.telling().annotations()));
    json.put("receivers", rule.telling().receivers());
    json.put("enabled", rule.enabled());
    Long muted = rule.mutedUntilMicros();
    json.put("muted_until", muted == null ? null : Timestamps.format(muted));
    return json;
  }

  private static Map<String, String> sorted(Map<String, String> pairs) {
    return new TreeMap<>(pairs);
  }
}
