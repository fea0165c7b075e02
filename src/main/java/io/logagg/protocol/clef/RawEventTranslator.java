package io.logagg.protocol.clef;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.protocol.ObjectTranslator;
import io.logagg.protocol.RawFields;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import java.util.List;

/**
 * Makes records of events as Seq took them before it knew the compact format, and as its JavaScript
 * clients still send them: {@code Timestamp}, {@code Level}, {@code MessageTemplate}, {@code
 * Exception} and {@code Properties}, which go into {@code metadata_} by their own names. What is no
 * object is handed on as it is, and becomes a dead letter. Not thread-safe.
 */
public final class RawEventTranslator {
  /**
   * For one body.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public static SliceSink into(SliceSink target, int maxRecordBytes) {
    return new ObjectTranslator<>(
        target, maxRecordBytes, RawEventTranslator::read, RawEventTranslator::write);
  }

  private RawEventTranslator() {}

  private record Event(RawFields fields, RawFields properties) {}

  private static Event read(JsonCursor json) throws BadJsonException {
    RawFields fields = new RawFields();
    RawFields properties = new RawFields();
    json.enter();
    while (json.nextField()) {
      if (json.name().equals("Properties") && json.isObject()) {
        properties = RawFields.of(json);
      } else {
        fields.put(json.name(), json.raw());
      }
    }
    return new Event(fields, properties);
  }

  private static void write(Event read, long line, RecordJson out) {
    RawFields event = read.fields;
    RawFields properties = read.properties;
    String template = event.take("MessageTemplate");
    String rendered = event.take("RenderedMessage");
    String message =
        rendered != null || template == null
            ? rendered
            : new MessageTemplate(template).render(properties::raw, List.of());
    if (template != null && !template.equals(message)) {
      event.putText("message_template", template);
    }
    event.rename("Exception", "exception");
    event.rename("TraceId", "trace_id");
    event.rename("SpanId", "span_id");
    out.app(properties.take("Application", "ApplicationName", "app"))
        .level(event.take("Level"))
        .service(properties.take("SourceContext", "service"))
        .timestamp(event.take("Timestamp"))
        .message(message == null ? "" : message)
        .metadata();
    properties.addAll(event, "event_");
    properties.writeTo(out);
  }
}
