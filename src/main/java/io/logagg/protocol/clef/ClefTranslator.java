package io.logagg.protocol.clef;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.protocol.ObjectTranslator;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of events in the <a href="https://clef-json.org/">Compact Log Event Format</a>:
 * {@code @t} is the time, {@code @l} the level, {@code @m} the message or else {@code @mt} its
 * template, rendered here with what {@code @r} has for holes with a format; {@code SourceContext}
 * is the service. All else goes into {@code metadata_}, {@code @x} as {@code exception}, the
 * template as {@code message_template}; a property of such a name gets another if both are there.
 * What is no such event is handed on as it is, and becomes a dead letter. Not thread-safe.
 */
public final class ClefTranslator {
  private static final Set<String> APP_NAMES = Set.of("Application", "ApplicationName", "app");
  private static final String TEMPLATE = "message_template";

  /**
   * For one body.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public static SliceSink into(SliceSink target, int maxRecordBytes) {
    return new ObjectTranslator<>(
        target, maxRecordBytes, ClefTranslator::read, ClefTranslator::write);
  }

  private ClefTranslator() {}

  /** The fields that have a meaning of their own; null for those that are not there. */
  private static final class Event {
    @Nullable String time;
    @Nullable String level;
    @Nullable String message;
    @Nullable String template;
    @Nullable String app;
    @Nullable String service;
    List<String> renderings = List.of();

    /** What Seq names, but has no column: raw JSON by the name that it gets here. */
    final Map<String, String> own = new LinkedHashMap<>();

    /** All else: raw JSON by name, what is rendered included. */
    final Map<String, String> properties = new LinkedHashMap<>();

    /** A name for the property that no other field has. */
    String free(String property) {
      String name = property;
      while (own.containsKey(name)
          || (template != null && name.equals(TEMPLATE))
          || (!name.equals(property) && properties.containsKey(name))) {
        name = "properties." + name;
      }
      return name;
    }
  }

  private static Event read(JsonCursor json) throws BadJsonException {
    Event event = new Event();
    json.enter();
    while (json.nextField()) {
      String name = json.name();
      switch (name) {
        case "@t" -> event.time = text(event, name, json);
        case "@l" -> event.level = text(event, name, json);
        case "@m" -> event.message = text(event, name, json);
        case "@mt" -> event.template = text(event, name, json);
        case "@x" -> event.own.put("exception", json.raw());
        case "@i" -> event.own.put("event_type", json.raw());
        case "@tr" -> event.own.put("trace_id", json.raw());
        case "@sp" -> event.own.put("span_id", json.raw());
        case "@r" -> event.renderings = renderings(json);
        case "SourceContext" -> event.service = text(event, name, json);
        default -> other(event, name, json);
      }
    }
    return event;
  }

  /** What is no text keeps its name. */
  private static @Nullable String text(Event event, String name, JsonCursor json)
      throws BadJsonException {
    String text = json.text();
    if (text == null) {
      event.own.put(name, json.raw());
    }
    return text;
  }

  /** The texts of an array; what is in it stands in the message, and nowhere else. */
  private static List<String> renderings(JsonCursor json) throws BadJsonException {
    List<String> texts = new ArrayList<>();
    if (json.isArray()) {
      json.enter();
      while (json.nextElement()) {
        String text = json.text();
        texts.add(text == null ? json.raw() : text);
      }
    }
    return texts;
  }

  private static void other(Event event, String name, JsonCursor json) throws BadJsonException {
    if (APP_NAMES.contains(name) && json.isText() && event.app == null) {
      event.app = json.text();
    } else if (name.startsWith("@@")) {
      // A doubled @ stands for a property that begins with one.
      event.properties.put(name.substring(1), json.raw());
    } else {
      (name.startsWith("@") ? event.own : event.properties).put(name, json.raw());
    }
  }

  private static void write(Event event, long line, RecordJson out) {
    String template = event.template;
    String message =
        event.message != null || template == null
            ? event.message
            : new MessageTemplate(template).render(event.properties::get, event.renderings);
    out.app(event.app)
        .level(event.level)
        .service(event.service)
        .timestamp(event.time)
        .message(message == null ? "" : message)
        .metadata();
    event.own.forEach(out::raw);
    event.properties.forEach((name, raw) -> out.raw(event.free(name), raw));
    if (template != null) {
      out.text(TEMPLATE, template);
    }
  }
}
