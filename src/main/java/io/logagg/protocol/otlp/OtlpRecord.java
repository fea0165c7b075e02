package io.logagg.protocol.otlp;

import io.logagg.protocol.JsonText;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import io.logagg.record.Timestamps;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One log record while its fields are read, in whichever encoding. What has no column of its own
 * goes straight into {@code metadata_}, attributes at its top level. Not thread-safe.
 */
final class OtlpRecord {
  /** Fields beside the attributes; an attribute of such a name gets another. */
  private static final Set<String> TAKEN =
      Set.of(
          "resource",
          "scope",
          "body",
          "trace_id",
          "span_id",
          "flags",
          "event_name",
          "severity_number",
          "severity_text",
          "observed_timestamp",
          "dropped_attributes_count");

  private final RecordJson out;
  private long timeNanos;
  private long observedNanos;
  private @Nullable String badTime;
  private int severityNumber;
  private String severityText = "";
  private String message = "";

  OtlpRecord(RecordJson out) {
    this.out = out;
  }

  /** Forgets the record before. */
  void begin() {
    timeNanos = 0;
    observedNanos = 0;
    badTime = null;
    severityNumber = 0;
    severityText = "";
    message = "";
    out.metadata();
  }

  /** Where the attributes go, by {@link #attributeName}. */
  RecordJson attributes() {
    return out;
  }

  static String attributeName(String name) {
    return TAKEN.contains(name) ? "attributes." + name : name;
  }

  /** In nanoseconds, without a sign; 0 stands for none. */
  void time(long nanos) {
    if (nanos < 0) {
      badTime(Long.toUnsignedString(nanos));
    }
    timeNanos = nanos;
  }

  /** One that cannot be read, to be refused as that. */
  void badTime(String text) {
    badTime = text;
  }

  void observed(long nanos) {
    observedNanos = Math.max(0, nanos);
  }

  void severityNumber(int number) {
    severityNumber = number;
  }

  void severityText(String text) {
    severityText = text;
  }

  /** A body that is a text. */
  void message(String text) {
    message = text;
  }

  /** Any body, as JSON; a text or nothing is not kept twice. */
  void body(String json) {
    if (json.startsWith("\"")) {
      message = JsonText.unquote(json);
    } else if (!json.equals("null")) {
      message = json;
      out.raw("body", json);
    }
  }

  void number(String name, long value) {
    if (value != 0) {
      out.number(name, value);
    }
  }

  void text(String name, String value) {
    if (!value.isEmpty()) {
      out.text(name, value);
    }
  }

  /** An id in hex, of which all zeros is none. */
  void id(String name, String hex) {
    if (!hex.chars().allMatch(c -> c == '0')) {
      out.text(name, hex);
    }
  }

  /** All of it was read: hands it on. */
  void end(Origin origin, SliceSink sink, long line) {
    if (!origin.resource().equals(Origin.EMPTY)) {
      out.raw("resource", origin.resource());
    }
    if (!origin.scope().equals(Origin.EMPTY)) {
      out.raw("scope", origin.scope());
    }
    Severity severity = new Severity(severityNumber, severityText);
    if (severity.needsNumber()) {
      out.number("severity_number", severityNumber);
    }
    if (severity.needsText()) {
      out.text("severity_text", severityText);
    }
    if (timeNanos != 0 && observedNanos != 0 && timeNanos / 1000 != observedNanos / 1000) {
      out.text("observed_timestamp", Timestamps.format(observedNanos / 1000));
    }
    out.end();
    out.app(origin.app()).service(origin.service()).level(severity.level()).message(message);
    if (badTime != null) {
      out.timestamp(badTime);
    } else if (timeNanos != 0 || observedNanos != 0) {
      out.timestampNanos(timeNanos != 0 ? timeNanos : observedNanos);
    }
    out.slice(sink, line);
  }
}
