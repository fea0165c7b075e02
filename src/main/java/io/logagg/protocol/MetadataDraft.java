package io.logagg.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.logagg.record.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a record that have no exact name, while it is being read: from here others are
 * taken, and what is left in the end is its {@code metadata_}. Values are raw JSON.
 */
final class MetadataDraft {
  /** Null while there are none, which is the common case. */
  private @Nullable EnumMap<FieldAlias, String> aliases;

  private @Nullable String own;

  /** Fields that join {@code metadata_}: of equal names the last. */
  private @Nullable Map<String, String> extra;

  /** Takes {@code metadata_} itself, in storable form; null for none. */
  void own(@Nullable String raw) {
    own = raw;
  }

  /** Takes another field. */
  void add(String name, String raw) {
    FieldAlias alias = FieldAlias.of(name);
    if (alias == null) {
      addExtra(name, raw);
      return;
    }
    if (aliases == null) {
      aliases = new EnumMap<>(FieldAlias.class);
    }
    aliases.put(alias, raw);
  }

  private void addExtra(String name, String raw) {
    if (extra == null) {
      extra = new LinkedHashMap<>();
    }
    extra.put(Text.storable(name), raw);
  }

  private @Nullable String noted(FieldAlias alias) {
    return aliases == null ? null : aliases.get(alias);
  }

  /** An alias that was used up does not stay in {@code metadata_}. */
  private void forget(FieldAlias alias) {
    if (aliases != null) {
      aliases.remove(alias);
    }
  }

  /** The first of these that holds a text that fits; it is used up. */
  @Nullable String take(List<FieldAlias> candidates, Predicate<String> fits) {
    for (FieldAlias alias : candidates) {
      String text = alias.text(noted(alias));
      if (text != null && fits.test(text)) {
        forget(alias);
        return text;
      }
    }
    return null;
  }

  /** The same of a name that was configured, which may also mean a field further in. */
  @Nullable String take(FieldPath path, Predicate<String> fits) {
    String flat = FieldAlias.scalarText(beside(path.whole()));
    if (flat != null && fits.test(flat)) {
      replaceBeside(path.whole(), "{}");
      return flat;
    }
    FieldPath tail = path.tail();
    RawObject.Taken within = tail == null ? null : takeWithin(beside(path.head()), tail, fits);
    if (within != null) {
      replaceBeside(path.head(), within.rest());
      return FieldAlias.scalarText(within.value());
    }
    adoptMetadata();
    within = takeWithin(own, path, fits);
    if (within == null) {
      return null;
    }
    own = within.rest();
    return FieldAlias.scalarText(within.value());
  }

  private static RawObject.@Nullable Taken takeWithin(
      @Nullable String object, FieldPath path, Predicate<String> fits) {
    if (object == null || object.charAt(0) != '{') {
      return null;
    }
    RawObject.Taken taken = RawObject.take(object, path);
    String text = taken == null ? null : FieldAlias.scalarText(taken.value());
    return text != null && fits.test(text) ? taken : null;
  }

  /** A field that stands beside {@code metadata_}, not in it. */
  private @Nullable String beside(String name) {
    FieldAlias alias = FieldAlias.of(name);
    if (alias != null) {
      return noted(alias);
    }
    return extra == null ? null : extra.get(name);
  }

  private void replaceBeside(String name, String rest) {
    FieldAlias alias = FieldAlias.of(name);
    if (!rest.equals("{}")) {
      add(name, rest);
    } else if (alias != null) {
      forget(alias);
    } else if (extra != null) {
      extra.remove(name);
    }
  }

  /** A text within an object, which stays in {@code metadata_} with its other fields. */
  @Nullable String nested(FieldAlias object, String field) {
    String raw = noted(object);
    if (raw == null || raw.charAt(0) != '{') {
      return null;
    }
    String found = null;
    try (JsonParser parser =
        JsonText.factory().createParser(raw.getBytes(StandardCharsets.UTF_8))) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = field.equals(parser.currentName());
        JsonToken token = parser.nextToken();
        if (wanted) {
          boolean text = token == JsonToken.VALUE_STRING || token.isNumeric();
          found = text ? parser.getText() : null;
        }
        parser.skipChildren();
      }
      return found;
    } catch (IOException | IllegalStateException | ArrayIndexOutOfBoundsException e) {
      // It is valid, so this is about colliding field names. Nothing is lost: it stays in
      // metadata_.
      JsonText.forgetNames();
      return null;
    }
  }

  private void adoptMetadata() {
    String other = noted(FieldAlias.METADATA);
    if (own == null && other != null && other.charAt(0) == '{') {
      own = other;
      forget(FieldAlias.METADATA);
    }
  }

  /** All that is left, as one JSON object. */
  String object() {
    adoptMetadata();
    if (aliases != null) {
      aliases.forEach((alias, unused) -> addExtra(alias.field(), unused));
    }
    Map<String, String> more = extra;
    if (more == null) {
      return own == null ? "{}" : own;
    }
    if (own != null) {
      addOwnFields(own, more);
    }
    StringBuilder out = new StringBuilder(128);
    more.forEach(
        (name, raw) ->
            JsonText.quote(out.append(out.isEmpty() ? '{' : ','), name).append(':').append(raw));
    return out.isEmpty() ? "{}" : out.append('}').toString();
  }

  /** Adds the fields of {@code metadata_} itself, which win over others of the same name. */
  private static void addOwnFields(String own, Map<String, String> more) {
    byte[] bytes = own.getBytes(StandardCharsets.UTF_8);
    try (JsonParser parser = JsonText.factory().createParser(bytes)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        more.put(name, JsonText.rawValue(parser, bytes, 0));
      }
    } catch (IOException | IllegalStateException | ArrayIndexOutOfBoundsException e) {
      // It is valid, so this is about colliding field names.
      throw new NamesFullException("not taken: " + e.getMessage(), e);
    }
  }
}
