package io.logagg.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the value of a key may be. Values are {@link Long}, {@link Boolean}, {@link String} or a
 * list of strings, whether they come from JSON or from the environment.
 */
sealed interface KeyType {

  /** The outcome of reading a value. */
  sealed interface Reading {}

  /** A value that is right; null where the environment unsets a key that may be unset. */
  record Read(@Nullable Object value) implements Reading {}

  /** A value that is wrong, and what would be right. */
  record Wrong(String advice) implements Reading {}

  /** Reads a value that is not null, as Vert.x parsed it from JSON. */
  Reading ofJson(Object json);

  /** Reads an environment variable. */
  Reading ofText(String text);

  /** The range or form in a few words, for the table of keys. */
  String summary();

  /** The wrong value as it may be printed. */
  default String shown(Object json) {
    if (json instanceof JsonObject) {
      return "an object";
    }
    if (json instanceof JsonArray list) {
      return list.isEmpty() ? "an empty list" : "a list";
    }
    return json instanceof String text ? TextShape.quoted(text) : String.valueOf(json);
  }

  /** A whole number, both bounds included. */
  record WholeNumber(long min, long max) implements KeyType {
    @Override
    public Reading ofJson(Object json) {
      // Not 8000.0 and not "8000": what looks almost right is most often a mistake elsewhere.
      return json instanceof Integer || json instanceof Long
          ? inRange(((Number) json).longValue())
          : wrong();
    }

    @Override
    public Reading ofText(String text) {
      try {
        return inRange(Long.parseLong(text.strip()));
      } catch (NumberFormatException e) {
        return wrong();
      }
    }

    @Override
    public String summary() {
      return min + " to " + max;
    }

    private Reading inRange(long number) {
      return number >= min && number <= max ? new Read(number) : wrong();
    }

    private Wrong wrong() {
      return new Wrong("must be a whole number from %d to %d".formatted(min, max));
    }
  }

  /** A share of a whole. */
  record Ratio() implements KeyType {
    @Override
    public Reading ofJson(Object json) {
      return json instanceof Number number ? inRange(number.doubleValue()) : wrong();
    }

    @Override
    public Reading ofText(String text) {
      try {
        return inRange(Double.parseDouble(text.strip()));
      } catch (NumberFormatException e) {
        return wrong();
      }
    }

    @Override
    public String summary() {
      return "0 to 1";
    }

    private static Reading inRange(double number) {
      return number >= 0 && number <= 1 ? new Read(number) : wrong();
    }

    private static Wrong wrong() {
      return new Wrong("must be a number from 0 to 1");
    }
  }

  /** True or false. */
  record Flag() implements KeyType {
    @Override
    public Reading ofJson(Object json) {
      return json instanceof Boolean ? new Read(json) : wrong();
    }

    @Override
    public Reading ofText(String text) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "true" -> new Read(true);
        case "false" -> new Read(false);
        default -> wrong();
      };
    }

    @Override
    public String summary() {
      return "true or false";
    }

    private static Wrong wrong() {
      return new Wrong("must be true or false");
    }
  }

  /** Text of a given shape. */
  record Text(TextShape shape, boolean nullable) implements KeyType {
    @Override
    public Reading ofJson(Object json) {
      if (!(json instanceof String text)) {
        return new Wrong("must be a string" + (nullable ? " or null" : ""));
      }
      String fault = shape.fault(text);
      return fault == null ? new Read(text) : new Wrong(fault);
    }

    /** An empty variable unsets what may be unset: it is how a compose file says "none". */
    @Override
    public Reading ofText(String text) {
      return nullable && text.isEmpty() ? new Read(null) : ofJson(text);
    }

    @Override
    public String summary() {
      return shape.summary;
    }

    @Override
    public String shown(Object json) {
      if (json instanceof String text) {
        return shape.shown(text);
      }
      return shape.isSecret() && !(json instanceof JsonObject) && !(json instanceof JsonArray)
          ? BackendUrl.MASK
          : KeyType.super.shown(json);
    }
  }

  /** A list of texts; comma-separated in the environment. */
  record TextList(TextShape shape) implements KeyType {
    private static final int ELEMENTS_MAX = 1000;

    @Override
    public Reading ofJson(Object json) {
      if (!(json instanceof JsonArray list) || list.size() > ELEMENTS_MAX) {
        return new Wrong("must be a list of at most %d strings".formatted(ELEMENTS_MAX));
      }
      List<String> texts = new ArrayList<>();
      for (Object element : list) {
        if (!(element instanceof String text)) {
          return new Wrong("must be a list of strings");
        }
        String fault = shape.fault(text);
        if (fault != null) {
          return new Wrong("%s, not %s".formatted(fault, shape.shown(text)));
        }
        texts.add(text);
      }
      return new Read(List.copyOf(texts));
    }

    @Override
    public Reading ofText(String text) {
      return ofJson(
          new JsonArray(
              Arrays.stream(text.split(",", -1))
                  .map(String::strip)
                  .filter(element -> !element.isEmpty())
                  .toList()));
    }

    @Override
    public String summary() {
      return shape.summary;
    }
  }
}
