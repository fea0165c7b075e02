package io.logagg.protocol.clef;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
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
public final class RawEventTranslator implements SliceSink {
  private final SliceSink target;
  private final RecordJson out;

  /**
   * For one body.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public RawEventTranslator(SliceSink target, int maxRecordBytes) {
    this.target = target;
    this.out = new RecordJson(maxRecordBytes);
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    RawFields event = new RawFields();
    RawFields properties = new RawFields();
    try (JsonCursor json = JsonCursor.open(bytes, from, to)) {
      if (!json.isObject()) {
        target.slice(line, bytes, from, to);
        return;
      }
      json.enter();
      while (json.nextField()) {
        if (json.name().equals("Properties") && json.isObject()) {
          properties = RawFields.of(json);
        } else {
          event.put(json.name(), json.raw());
        }
      }
    } catch (BadJsonException e) {
      target.slice(line, bytes, from, to);
      return;
    }
    write(line, event, properties);
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    target.oversize(line, prefix, from, to, length);
  }

  private void write(long line, RawFields event, RawFields properties) {
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
    out.slice(target, line);
  }
}
