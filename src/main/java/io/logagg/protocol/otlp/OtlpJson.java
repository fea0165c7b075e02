package io.logagg.protocol.otlp;

import io.logagg.protocol.FramingException;
import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.protocol.JsonStepParser;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Takes an {@code ExportLogsServiceRequest} in <a
 * href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP's JSON</a> apart:
 * ids are in hex, enums are numbers, integers of 64 bits may be texts. Names are in lowerCamelCase,
 * those of the definition are taken too. Not thread-safe.
 */
public final class OtlpJson implements JsonStepParser {
  private final byte[] bytes;
  private final int size;
  private final JsonCursor json;
  private final RecordJson out;
  private final OtlpRecord record;
  private final Scratch scratch = new Scratch();

  private In in = In.REQUEST;
  private Origin origin = Origin.of(Origin.EMPTY);
  private long line;

  /** What it is going through: the fields of an object, or the elements of a list. */
  private enum In {
    REQUEST,
    RESOURCES,
    RESOURCE,
    SCOPES,
    SCOPE,
    RECORDS
  }

  /**
   * Of the JSON in the first bytes.
   *
   * @param maxRecordBytes of a record as it is handed on
   * @throws FramingException if it is no JSON object
   */
  public OtlpJson(byte[] bytes, int size, int maxRecordBytes) throws FramingException {
    this.bytes = bytes;
    this.size = size;
    this.json = JsonStepParser.open(bytes, size);
    this.out = new RecordJson(maxRecordBytes);
    this.record = new OtlpRecord(out);
  }

  @Override
  public RecordJson out() {
    return out;
  }

  @Override
  public JsonCursor json() {
    return json;
  }

  @Override
  public boolean advance(SliceSink sink) throws BadJsonException, FramingException {
    switch (in) {
      case REQUEST -> {
        if (!json.nextField()) {
          return false;
        }
        intoList("resourceLogs", "resource_logs", In.RESOURCES);
      }
      case RESOURCES -> {
        if (intoObject(In.RESOURCE, In.REQUEST)) {
          origin = Origin.of(resource());
          json.enter();
        }
      }
      case RESOURCE -> {
        if (json.nextField()) {
          intoList("scopeLogs", "scope_logs", In.SCOPES);
        } else {
          in = In.RESOURCES;
        }
      }
      case SCOPES -> {
        if (intoObject(In.SCOPE, In.RESOURCE)) {
          origin = origin.withScope(scope());
          json.enter();
        }
      }
      case SCOPE -> {
        if (json.nextField()) {
          intoList("logRecords", "log_records", In.RECORDS);
        } else {
          in = In.SCOPES;
        }
      }
      case RECORDS -> {
        if (json.nextElement()) {
          read(sink);
        } else {
          in = In.SCOPE;
        }
      }
    }
    return true;
  }

  private void intoList(String name, String otherName, In into)
      throws BadJsonException, FramingException {
    String found = json.name();
    if ((!found.equals(name) && !found.equals(otherName)) || json.isNull()) {
      return;
    }
    if (!json.isArray()) {
      throw new FramingException(found + " must be a list");
    }
    json.enter();
    in = into;
  }

  /** Moves on to the next element of a list; false at its end, and out of it. */
  private boolean intoObject(In into, In outOf) throws BadJsonException, FramingException {
    if (!json.nextElement()) {
      in = outOf;
      return false;
    }
    if (!json.isObject()) {
      throw new FramingException(
          "what stands in " + in.name().toLowerCase(Locale.ROOT) + " must be objects");
    }
    in = into;
    return true;
  }

  private interface Reading {
    void run(JsonCursor found) throws BadJsonException;
  }

  /** Looks for a field of the object that it stands at: it need not come first. */
  private void ahead(String name, Reading reading) throws BadJsonException {
    try (JsonCursor look = JsonCursor.open(bytes, json.offset(), size)) {
      look.enter();
      while (look.nextField()) {
        if (look.name().equals(name)) {
          if (look.isObject()) {
            look.enter();
            reading.run(look);
          }
          return;
        }
      }
    }
  }

  private String resource() throws BadJsonException {
    RecordJson to = scratch.json();
    ahead(
        "resource",
        resource -> {
          while (resource.nextField()) {
            switch (resource.name()) {
              case "attributes" -> OtlpJsonValues.keyValues(resource, to, UnaryOperator.identity());
              case "droppedAttributesCount", "dropped_attributes_count" -> count(resource, to);
              default -> {}
            }
          }
        });
    return scratch.take();
  }

  private String scope() throws BadJsonException {
    RecordJson to = scratch.json();
    ahead(
        "scope",
        scope -> {
          while (scope.nextField()) {
            String name = scope.name();
            switch (name) {
              case "name", "version" -> {
                String text = scope.text();
                if (text != null && !text.isEmpty()) {
                  to.text(name, text);
                }
              }
              case "attributes" -> {
                to.object("attributes");
                OtlpJsonValues.keyValues(scope, to, UnaryOperator.identity());
                to.end();
              }
              case "droppedAttributesCount", "dropped_attributes_count" -> count(scope, to);
              default -> {}
            }
          }
        });
    return scratch.take();
  }

  private static void count(JsonCursor json, RecordJson to) throws BadJsonException {
    long count = integer(json, 0);
    if (count != 0) {
      to.number("dropped_attributes_count", count);
    }
  }

  private void read(SliceSink sink) throws BadJsonException {
    line++;
    if (!json.isObject()) {
      byte[] other = json.raw().getBytes(StandardCharsets.UTF_8);
      sink.slice(line, other, 0, other.length); // To be refused as what it is.
      return;
    }
    record.begin();
    try {
      json.enter();
      while (json.nextField()) {
        field(json.name());
      }
    } catch (BadJsonException e) {
      out.drop();
      throw e;
    }
    record.end(origin, sink, line);
  }

  private void field(String name) throws BadJsonException {
    switch (name) {
      case "timeUnixNano", "time_unix_nano" -> time();
      case "observedTimeUnixNano", "observed_time_unix_nano" -> record.observed(integer(json, 0));
      case "severityNumber", "severity_number" -> record.severityNumber(Severity.number(text()));
      case "severityText", "severity_text" -> record.severityText(text());
      case "body" -> {
        OtlpJsonValues.value(json, scratch.json(), Scratch.only());
        record.body(scratch.takeOnly());
      }
      case "attributes" ->
          OtlpJsonValues.keyValues(json, record.attributes(), OtlpRecord::attributeName);
      case "droppedAttributesCount", "dropped_attributes_count" ->
          record.number("dropped_attributes_count", integer(json, 0));
      case "flags" -> record.number("flags", integer(json, 0));
      case "traceId", "trace_id" -> record.id("trace_id", text().toLowerCase(Locale.ROOT));
      case "spanId", "span_id" -> record.id("span_id", text().toLowerCase(Locale.ROOT));
      case "eventName", "event_name" -> record.text("event_name", text());
      default -> {}
    }
  }

  private String text() throws BadJsonException {
    String text = json.text();
    return text == null ? "" : text;
  }

  private void time() throws BadJsonException {
    String text = text();
    try {
      record.time(text.isEmpty() ? 0 : Long.parseUnsignedLong(text));
    } catch (NumberFormatException e) {
      record.badTime(text);
    }
  }

  private static long integer(JsonCursor json, long otherwise) throws BadJsonException {
    String text = json.text();
    try {
      return text == null ? otherwise : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
