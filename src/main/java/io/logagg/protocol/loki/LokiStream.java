package io.logagg.protocol.loki;

import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.loki.LabelText.BadLabelsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the entries of one stream share.
 *
 * @param app null if no label names one
 * @param service null if no label names one
 * @param level null if no label names one
 * @param others labels that have no column
 */
record LokiStream(
    @Nullable String app,
    @Nullable String service,
    @Nullable String level,
    Map<String, String> others) {

  /** Labels that name the app, the best first. */
  private static final List<String> APPS = List.of("app", "service_name", "job", "container");

  /** Labels that name the service, of those that the app was not named by. */
  private static final List<String> SERVICES =
      List.of("service", "service_name", "component", "job");

  private static final List<String> LEVELS = List.of("level", "severity", "detected_level");

  /** What Loki calls the level of a line where it found none. */
  private static final String UNKNOWN = "unknown";

  /** Behind the name of what would stand in a label's place, as Loki has it. */
  private static final String SUFFIX = "_extracted";

  /** Of labels by name. */
  static LokiStream of(Map<String, String> labels) {
    Map<String, String> others = new LinkedHashMap<>(labels);
    String app = take(others, APPS);
    String service = take(others, SERVICES);
    String level = take(others, LEVELS);
    return new LokiStream(app, service, level, others);
  }

  /** Of labels as one text; one that cannot be read is kept as it is. */
  static LokiStream ofText(String labels) {
    try {
      return of(LabelText.parse(labels));
    } catch (BadLabelsException e) {
      return of(Map.of("labels", labels, "labels_error", String.valueOf(e.getMessage())));
    }
  }

  private static @Nullable String take(Map<String, String> labels, List<String> names) {
    for (String name : names) {
      String value = labels.get(name);
      if (value != null && !value.isBlank() && !value.equals(UNKNOWN)) {
        labels.remove(name);
        return value;
      }
    }
    return null;
  }

  /**
   * Hands on an entry.
   *
   * @param time in nanoseconds, or what cannot be read as that; null for none
   * @param metadata of this entry, which is used up
   */
  void entry(
      @Nullable String time,
      String text,
      Map<String, String> metadata,
      RecordJson out,
      SliceSink sink,
      long line) {
    String own = metadata.isEmpty() ? null : take(metadata, LEVELS);
    String known = own != null ? own : level;
    out.app(app).service(service).level(known != null ? known : LineLevel.of(text));
    if (time != null) {
      timestamp(out, time);
    }
    out.message(text).metadata();
    others.forEach(out::text);
    if (own != null && level != null && !own.equals(level)) {
      out.text("level", level);
    }
    metadata.forEach((name, value) -> out.text(free(name, value), value));
    out.slice(sink, line);
  }

  private String free(String name, String value) {
    String label = others.get(name);
    return label == null || label.equals(value) ? name : name + SUFFIX;
  }

  private static void timestamp(RecordJson out, String time) {
    try {
      out.timestampNanos(Long.parseLong(time));
    } catch (NumberFormatException e) {
      out.timestamp(time); // RFC 3339, of old, or to be refused.
    }
  }
}
