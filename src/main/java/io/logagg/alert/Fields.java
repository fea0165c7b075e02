package io.logagg.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.record.Text;
import io.logagg.record.TimeSpans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object that describes something, and what is wrong with them. */
final class Fields {
  private final ObjectNode object;
  private final Map<String, String> errors;

  /**
   * Reads from an object.
   *
   * @param errors gets what is wrong, by field
   */
  Fields(ObjectNode object, Map<String, String> errors) {
    this.object = object;
    this.errors = errors;
  }

  /** Of several errors of a field the first is told: the others mostly follow from it. */
  void error(String field, String message) {
    errors.putIfAbsent(field, message);
  }

  /** Says of each field that is not among these that it is unknown. */
  void only(Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                error(
                    name,
                    "unknown field, known here: "
                        + String.join(", ", known.stream().sorted().toList()));
              }
            });
  }

  private @Nullable JsonNode value(String field) {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? null : value;
  }

  /** A string; null if it is absent. */
  @Nullable String text(String field, int maxChars) {
    JsonNode value = value(field);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      error(field, "must be a string");
      return null;
    }
    if (value.textValue().length() > maxChars) {
      error(field, "must have at most " + maxChars + " characters");
    }
    return Text.storable(value.textValue());
  }

  /** A string that must be there, on one line. */
  String name(String field, int maxChars) {
    String text = text(field, maxChars);
    if (text == null || text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      error(field, "must be given, not be blank, and have no control characters");
      return "";
    }
    return text;
  }

  /** Strings, each not empty unless that says something; one may stand without the array. */
  List<String> texts(String field, int maxItems, int maxChars, boolean mayBeEmpty) {
    JsonNode value = value(field);
    if (value == null) {
      return List.of();
    }
    Set<String> texts = new LinkedHashSet<>();
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      boolean fits =
          item.isTextual()
              && item.textValue().length() <= maxChars
              && (mayBeEmpty || !item.textValue().isBlank());
      if (!fits) {
        error(field, "must be an array of strings of 1 to " + maxChars + " characters");
        return List.of();
      }
      texts.add(Text.storable(item.textValue()));
    }
    if (texts.size() > maxItems) {
      error(field, "must have at most " + maxItems + " items");
    }
    return new ArrayList<>(texts);
  }

  /** An object of strings. */
  Map<String, String> pairs(String field, int maxItems, int maxChars) {
    JsonNode value = value(field);
    Map<String, String> pairs = new LinkedHashMap<>();
    if (value == null) {
      return pairs;
    }
    if (!value.isObject() || value.size() > maxItems) {
      error(field, "must be an object of at most " + maxItems + " strings");
      return pairs;
    }
    value
        .properties()
        .forEach(
            pair -> {
              boolean fits =
                  pair.getKey().matches("[a-zA-Z_][a-zA-Z0-9_]{0,63}")
                      && pair.getValue().isTextual()
                      && pair.getValue().textValue().length() <= maxChars;
              if (fits) {
                pairs.put(pair.getKey(), Text.storable(pair.getValue().textValue()));
              } else {
                error(
                    field,
                    "must have names of 1 to 64 letters, digits and underscores, and strings of at most "
                        + maxChars
                        + " characters");
              }
            });
    return pairs;
  }

  /** One of these, by its code; the first if it is absent. */
  <E> E oneOf(String field, List<E> all, Function<E, String> code) {
    String text = text(field, 100);
    if (text == null) {
      return all.get(0);
    }
    for (E one : all) {
      if (code.apply(one).equals(text)) {
        return one;
      }
    }
    error(field, "must be one of " + String.join(", ", all.stream().map(code).toList()));
    return all.get(0);
  }

  /** A whole number; the default if it is absent. */
  long number(String field, long byDefault, long min, long max) {
    JsonNode value = value(field);
    if (value == null) {
      return byDefault;
    }
    boolean fits = value.isIntegralNumber() && value.canConvertToLong();
    if (!fits || value.longValue() < min || value.longValue() > max) {
      error(field, "must be a whole number from " + min + " to " + max);
      return byDefault;
    }
    return value.longValue();
  }

  /** A span of time in microseconds. */
  long span(String field, String byDefault, String min, String max) {
    String text = text(field, 20);
    long micros = micros(text == null ? byDefault : text).orElse(-1);
    if (micros < micros(min).orElseThrow() || micros > micros(max).orElseThrow()) {
      error(field, "must be a span from " + min + " to " + max + ", such as 30s, 5m or 1d");
      return micros(byDefault).orElseThrow();
    }
    return micros;
  }

  private static OptionalLong micros(String text) {
    return TimeSpans.micros(text);
  }

  boolean flag(String field, boolean byDefault) {
    JsonNode value = value(field);
    if (value == null) {
      return byDefault;
    }
    if (!value.isBoolean()) {
      error(field, "must be true or false");
    }
    return value.asBoolean(byDefault);
  }

  boolean has(String... fields) {
    return Stream.of(fields).anyMatch(field -> value(field) != null);
  }
}
