package io.logagg.protocol;

import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.record.Text;
import io.logagg.record.Timestamps;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, for protocols that look for some of them under several names: what
 * has a column is taken out, what is left goes into {@code metadata_}. Not thread-safe.
 */
public final class RawFields {
  private final Map<String, String> fields = new LinkedHashMap<>();

  /** Of the object that the cursor stands at, which it is moved to the end of. */
  public static RawFields of(JsonCursor json) throws BadJsonException {
    RawFields read = new RawFields();
    json.enter();
    while (json.nextField()) {
      read.put(json.name(), json.raw());
    }
    return read;
  }

  /** Of an object that was read as JSON before; none if its names cannot be told apart. */
  public static RawFields of(String raw) {
    byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
    try (JsonCursor json = JsonCursor.open(bytes, 0, bytes.length)) {
      return of(json);
    } catch (BadJsonException e) {
      return new RawFields(); // It is valid, so this is about names that were made to collide.
    }
  }

  /** Adds one: its value as JSON, in a form that PostgreSQL takes. */
  public void put(String name, String raw) {
    fields.put(name, raw);
  }

  /** Adds a text. */
  public void putText(String name, String text) {
    put(
        name,
        JsonText.quote(new StringBuilder(text.length() + 16), Text.storable(text)).toString());
  }

  /** Gives one another name; one that is null is gone. */
  public void rename(String from, String to) {
    String raw = fields.remove(from);
    if (raw != null && !raw.equals("null")) {
      fields.put(to, raw);
    }
  }

  /** As JSON; null if there is none. */
  public @Nullable String raw(String name) {
    return fields.get(name);
  }

  /** As JSON, and gone; null if there is none. */
  public @Nullable String remove(String name) {
    return fields.remove(name);
  }

  /** A string, number or boolean as text; null if it is nothing of the kind, or blank. */
  public @Nullable String text(String name) {
    String text = asText(fields.get(name));
    return text == null || text.isBlank() ? null : text;
  }

  private static @Nullable String asText(@Nullable String raw) {
    if (raw == null) {
      return null;
    }
    return switch (raw.charAt(0)) {
      case '"' -> JsonText.unquote(raw);
      case '{', '[', 'n' -> null;
      default -> raw;
    };
  }

  /** The first of these that is such a text; it is taken out. */
  public @Nullable String take(String... names) {
    for (String name : names) {
      String text = text(name);
      if (text != null) {
        fields.remove(name);
        return text;
      }
    }
    return null;
  }

  /** The first of these that is a time; it is taken out. */
  public @Nullable String takeTime(String... names) {
    for (String name : names) {
      String text = text(name);
      if (text != null && Timestamps.parse(text).isPresent()) {
        fields.remove(name);
        return text;
      }
    }
    return null;
  }

  /**
   * Adds those of another object; what is there already with another value keeps its name, and the
   * other gets it behind the prefix.
   */
  public void addAll(RawFields others, String prefix) {
    others.fields.forEach(
        (name, raw) -> {
          String known = fields.putIfAbsent(name, raw);
          if (known != null && !known.equals(raw)) {
            fields.put(prefix + name, raw);
          }
        });
  }

  /** Writes them all where the writer stands. */
  public void writeTo(RecordJson out) {
    fields.forEach(out::raw);
  }

  /** As one JSON object. */
  public String toJson() {
    StringBuilder out = new StringBuilder("{");
    fields.forEach(
        (name, raw) ->
            JsonText.quote(out.length() == 1 ? out : out.append(','), name)
                .append(':')
                .append(raw));
    return out.append('}').toString();
  }
}
