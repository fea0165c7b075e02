package io.logagg.protocol.otlp;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.protocol.RecordJson;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The same values in OTLP's JSON, by their names in lowerCamelCase or as defined. What is of
 * another type than expected is kept as it came.
 */
final class OtlpJsonValues {
  /** A longer value before its key is kept as it came: those within it were read once more each. */
  private static final int MAX_EARLY_CHARS = 64 << 10;

  private OtlpJsonValues() {}

  /** Writes a list of {@code KeyValue} as fields. */
  static void keyValues(JsonCursor json, RecordJson out, UnaryOperator<String> names)
      throws BadJsonException {
    if (!json.isArray()) {
      return;
    }
    json.enter();
    while (json.nextElement()) {
      if (json.isObject()) {
        keyValue(json, out, names);
      }
    }
  }

  private static void keyValue(JsonCursor json, RecordJson out, UnaryOperator<String> names)
      throws BadJsonException {
    String key = null;
    String early = null;
    boolean written = false;
    json.enter();
    while (json.nextField()) {
      String name = json.name();
      if (name.equals("key")) {
        key = json.text();
      } else if (name.equals("value") && key == null) {
        early = json.raw();
      } else if (name.equals("value")) {
        written = true;
        value(json, out, names.apply(key));
      }
    }
    if (!written) {
      late(early, out, names.apply(key == null ? "" : key));
    }
  }

  /** A value that came before its key. */
  private static void late(@Nullable String raw, RecordJson out, String name)
      throws BadJsonException {
    if (raw == null) {
      out.nothing(name);
      return;
    }
    if (raw.length() > MAX_EARLY_CHARS) {
      out.raw(name, raw);
      return;
    }
    byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
    try (JsonCursor json = JsonCursor.open(bytes, 0, bytes.length)) {
      value(json, out, name);
    }
  }

  /** Writes an {@code AnyValue}; an empty one as null. */
  static void value(JsonCursor json, RecordJson out, @Nullable String name)
      throws BadJsonException {
    if (!json.isObject()) {
      out.raw(name, json.raw());
      return;
    }
    boolean written = false;
    json.enter();
    while (json.nextField()) {
      if (!written && !json.isNull()) {
        written = one(json.name(), json, out, name);
      }
    }
    if (!written) {
      out.nothing(name);
    }
  }

  private static boolean one(String kind, JsonCursor json, RecordJson out, @Nullable String name)
      throws BadJsonException {
    switch (kind) {
      case "arrayValue", "array_value" -> {
        out.array(name);
        if (isList(json)) {
          json.enter();
          while (json.nextElement()) {
            value(json, out, null);
          }
          finish(json);
        }
        out.end();
      }
      case "kvlistValue", "kvlist_value" -> {
        out.object(name);
        if (isList(json)) {
          keyValues(json, out, UnaryOperator.identity());
          finish(json);
        }
        out.end();
      }
      default -> {
        return scalar(kind, json, out, name);
      }
    }
    return true;
  }

  /** Moves on to the field {@code values} of an object; false, and behind it, if there is none. */
  private static boolean isList(JsonCursor json) throws BadJsonException {
    if (!json.isObject()) {
      return false;
    }
    json.enter();
    while (json.nextField()) {
      if (json.name().equals("values") && json.isArray()) {
        return true;
      }
    }
    return false;
  }

  /** Passes over the fields behind {@code values}. */
  private static void finish(JsonCursor json) throws BadJsonException {
    boolean more = true;
    while (more) {
      more = json.nextField();
    }
  }

  private static boolean scalar(String kind, JsonCursor json, RecordJson out, @Nullable String name)
      throws BadJsonException {
    boolean known =
        switch (kind) {
          case "stringValue",
              "string_value",
              "boolValue",
              "bool_value",
              "intValue",
              "int_value",
              "doubleValue",
              "double_value",
              "bytesValue",
              "bytes_value" ->
              true;
          default -> false;
        };
    if (!known) {
      return false;
    }
    String text = json.isText() ? json.text() : null;
    if (text == null) {
      out.raw(name, json.raw());
    } else if (kind.startsWith("int")) {
      integer(text, out, name);
    } else if (kind.startsWith("double")) {
      real(text, out, name);
    } else {
      out.text(name, text);
    }
    return true;
  }

  private static void integer(String text, RecordJson out, @Nullable String name) {
    try {
      out.number(name, Long.parseLong(text));
    } catch (NumberFormatException e) {
      out.text(name, text);
    }
  }

  private static void real(String text, RecordJson out, @Nullable String name) {
    try {
      out.number(name, Double.parseDouble(text));
    } catch (NumberFormatException e) {
      out.text(name, text);
    }
  }
}
