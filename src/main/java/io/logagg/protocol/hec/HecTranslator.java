package io.logagg.protocol.hec;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.protocol.JsonText;
import io.logagg.protocol.ObjectTranslator;
import io.logagg.protocol.RawFields;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of Splunk's events: an object with the {@code event}, a text or an object, and what
 * is known about it: {@code time} in seconds, {@code host}, {@code source}, {@code sourcetype},
 * {@code index}, {@code fields}. An event without {@code event} is handed on without a message, and
 * what is no such object as it is: both become dead letters. Not thread-safe.
 */
public final class HecTranslator {
  private @Nullable Fault firstFault;

  /**
   * For one body.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public SliceSink into(SliceSink target, int maxRecordBytes) {
    return new ObjectTranslator<>(target, maxRecordBytes, Envelope::read, this::write);
  }

  /**
   * An event that Splunk would refuse for its {@code event}.
   *
   * @param line which one, from 1
   * @param isBlank whether it has one, but blank
   */
  public record Fault(long line, boolean isBlank) {}

  /** The first such; null if there was none. */
  public @Nullable Fault firstFault() {
    return firstFault;
  }

  /** One object as it came. */
  private static final class Envelope {
    final RawFields fields = new RawFields();
    RawFields indexed = new RawFields();
    @Nullable RawFields event;

    static Envelope read(JsonCursor json) throws BadJsonException {
      Envelope read = new Envelope();
      json.enter();
      while (json.nextField()) {
        String name = json.name();
        if (name.equals("event") && json.isObject()) {
          read.event = RawFields.of(json);
        } else if (name.equals("fields") && json.isObject()) {
          read.indexed = RawFields.of(json);
        } else {
          read.fields.put(name, json.raw());
        }
      }
      return read;
    }
  }

  private void write(Envelope envelope, long line, RecordJson out) {
    RawFields about = envelope.fields;
    RawFields indexed = envelope.indexed;
    String text = about.remove("event");
    RawFields event = envelope.event == null ? new RawFields() : envelope.event;
    String message = envelope.event == null ? text(line, text) : message(event);
    String time = about.take("time");
    String index = orElse(about.text("index"), about.text("sourcetype"));
    out.app(orElse(orElse(event.take("app"), indexed.take("app")), index))
        .level(
            orElse(
                event.take("level", "severity", "lvl", "log.level"),
                indexed.take("level", "severity")))
        .service(orElse(event.take("service", "logger", "component"), indexed.take("service")))
        .timestamp(time == null ? event.takeTime("timestamp", "time", "@timestamp", "ts") : time)
        .message(message)
        .metadata();
    event.addAll(indexed, "fields_");
    event.addAll(about, "hec_");
    event.writeTo(out);
  }

  /** Of an event that is no object: a text, or what else there is as JSON. */
  private @Nullable String text(long line, @Nullable String raw) {
    boolean missing = raw == null || raw.equals("null");
    String text = missing || raw == null || raw.charAt(0) != '"' ? raw : JsonText.unquote(raw);
    if (missing || text == null || text.isBlank()) {
      if (firstFault == null) {
        firstFault = new Fault(line, !missing);
      }
      return null;
    }
    return text;
  }

  /**
   * Of an event that is an object: by the names that libraries use, Docker's {@code line} among
   * them, if need be within the object that stands there; else all of it as JSON.
   */
  private static String message(RawFields event) {
    String all = null;
    String message = event.take("message", "msg", "log", "line");
    for (String name : new String[] {"message", "line"}) {
      String raw = event.raw(name);
      if (message == null && raw != null && raw.charAt(0) == '{') {
        message = RawFields.of(raw).take("message", "msg", "log");
        all = all == null ? raw : all;
      }
    }
    return message != null ? message : all != null ? all : event.toJson();
  }

  private static @Nullable String orElse(@Nullable String found, @Nullable String otherwise) {
    return found != null ? found : otherwise;
  }
}
