package io.logagg.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.logagg.record.DedupeKeys;
import io.logagg.record.Defaults;
import io.logagg.record.Level;
import io.logagg.record.LogRecord;
import io.logagg.record.RefusalKind;
import io.logagg.record.Stamps;
import io.logagg.record.Text;
import io.logagg.record.TimeWindow;
import io.logagg.record.Timestamps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one record while its fields are being read. Values of other names are only noted
 * down, since the exact name may still follow; those that are not needed in the end join {@code
 * metadata_}.
 */
final class JsonRecordDraft {
  /**
   * The longest app, service and id, in characters; a service must also fit into an index of the
   * rollups.
   */
  private static final int MAX_NAME_CHARS = 256;

  private final byte[] bytes;
  private final int base;

  private @Nullable String message;
  private @Nullable String app;
  private @Nullable String level;
  private @Nullable String service;
  private @Nullable String timestamp;
  private @Nullable String sourceId;

  /** The raw JSON of each value; null while there is none, which is the common case. */
  private @Nullable EnumMap<FieldAlias, String> aliases;

  private @Nullable String ownMetadata;

  /** Fields that join {@code metadata_}: raw JSON by name, of equal names the last. */
  private @Nullable Map<String, String> extra;

  JsonRecordDraft(byte[] bytes, int base) {
    this.bytes = bytes;
    this.base = base;
  }

  /** Takes the field that the parser stands at; what is wrong with it, or null. */
  @Nullable String field(JsonParser parser) throws IOException {
    String name = parser.currentName();
    JsonToken token = parser.nextToken();
    RecordField field = RecordField.of(name);
    if (field == null) {
      other(name, raw(parser));
      return null;
    }
    if (field == RecordField.METADATA) {
      if (token != JsonToken.START_OBJECT && token != JsonToken.VALUE_NULL) {
        return "metadata_ must be an object";
      }
      metadata(token == JsonToken.VALUE_NULL ? null : raw(parser));
      return null;
    }
    if (field == RecordField.SERVICE && token == JsonToken.START_OBJECT) {
      note(FieldAlias.SERVICE, raw(parser));
      return null;
    }
    text(field, scalar(parser, token));
    return token.isStructStart() ? name + " must be a string" : null;
  }

  /** Takes a field that is no container: its text, null for JSON's null. */
  void text(RecordField field, @Nullable String value) {
    switch (field) {
      case MESSAGE -> message = value;
      case APP -> app = value;
      case LEVEL -> level = value;
      case TIMESTAMP -> timestamp = value;
      case ID -> sourceId = value;
      case SERVICE -> service = value;
      case METADATA -> throw new IllegalArgumentException("metadata_ is no text");
    }
  }

  /** Takes {@code metadata_}: a JSON object in storable form, null for JSON's null. */
  void metadata(@Nullable String raw) {
    ownMetadata = raw;
  }

  /** Takes a field of any other name: its value as JSON in storable form. */
  void other(String name, String raw) {
    FieldAlias alias = FieldAlias.of(name);
    if (alias == null) {
      addExtra(name, raw);
    } else {
      note(alias, raw);
    }
  }

  /** A string, number or boolean as text; null for null and for containers. */
  private static @Nullable String scalar(JsonParser parser, JsonToken token) throws IOException {
    return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
  }

  /** The raw JSON of the value that the parser stands at, which it is moved behind. */
  private String raw(JsonParser parser) throws IOException {
    int from = base + (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = base + (int) parser.currentLocation().getByteOffset();
    return JsonText.storable(bytes, from, to);
  }

  private void note(FieldAlias alias, String raw) {
    if (aliases == null) {
      aliases = new EnumMap<>(FieldAlias.class);
    }
    aliases.put(alias, raw);
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

  private void addExtra(String name, String rawValue) {
    if (extra == null) {
      extra = new LinkedHashMap<>();
    }
    extra.put(Text.storable(name), rawValue);
  }

  Decoded toRecord(Defaults defaults, Stamps stamps, @Nullable UUID requestKey, TimeWindow window) {
    String foundMessage =
        message != null ? message : take(FieldAlias.MESSAGE_NAMES, Integer.MAX_VALUE);
    String foundApp = app != null ? app : defaults.app();
    if (foundMessage == null) {
      return refused(RefusalKind.MISSING_FIELD, "message is missing", foundApp);
    }
    if (foundApp == null || foundApp.isBlank()) {
      return refused(
          RefusalKind.MISSING_FIELD, foundApp == null ? "app is missing" : "app is blank", null);
    }
    String foundService = orElse(service != null ? service : takeService(), defaults.service());
    String foundLevel = orElse(level != null ? level : takeLevel(), defaults.level());
    String tooLong = tooLong("app", foundApp, "service", foundService, "id", sourceId);
    if (tooLong != null) {
      return refused(RefusalKind.BAD_FIELD, tooLong, foundApp);
    }
    OptionalLong own = timestamp != null ? Timestamps.parse(timestamp) : takeTimestamp();
    if (timestamp != null && own.isEmpty()) {
      return refused(
          RefusalKind.BAD_TIMESTAMP,
          "timestamp \""
              + Text.cut(timestamp, 64)
              + "\" is neither RFC 3339 nor an epoch number in range",
          foundApp);
    }
    long micros = own.orElse(stamps.receivedAtMicros());
    String refusal = window.refusal(micros, stamps.receivedAtMicros());
    if (refusal != null) {
      return refused(RefusalKind.TIMESTAMP_OUT_OF_RANGE, refusal, foundApp);
    }
    String storedApp = Text.storable(foundApp);
    String storedId = sourceId == null || sourceId.isEmpty() ? null : Text.storable(sourceId);
    return new Decoded.Accepted(
        new LogRecord(
            stamps.nextId(micros),
            micros,
            stamps.receivedAtMicros(),
            foundLevel == null ? Level.INFO.name() : Level.fold(foundLevel),
            storedApp,
            foundService == null || foundService.isEmpty() ? null : Text.storable(foundService),
            Text.storable(foundMessage),
            metadata(),
            storedId,
            storedId == null ? requestKey : DedupeKeys.ofSourceId(storedApp, storedId)));
  }

  private static Decoded refused(RefusalKind kind, String reason, @Nullable String app) {
    return app == null || app.isBlank() || app.length() > MAX_NAME_CHARS
        ? new Decoded.Refused(kind, reason)
        : new Decoded.Refused(kind, reason, Text.storable(app));
  }

  private static @Nullable String orElse(@Nullable String found, @Nullable String otherwise) {
    return found != null ? found : otherwise;
  }

  /** Takes pairs of a name and a value; what is wrong with the first that is too long, or null. */
  private static @Nullable String tooLong(@Nullable String... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String value = namesAndValues[i + 1];
      if (value != null && value.length() > MAX_NAME_CHARS) {
        return namesAndValues[i]
            + " has "
            + value.length()
            + " characters, at most "
            + MAX_NAME_CHARS
            + " are kept";
      }
    }
    return null;
  }

  /** The first of these that holds a text of no more than {@code maxChars}; it is used up. */
  private @Nullable String take(List<FieldAlias> candidates, int maxChars) {
    for (FieldAlias alias : candidates) {
      String text = alias.text(noted(alias));
      if (text != null && text.length() <= maxChars) {
        forget(alias);
        return text;
      }
    }
    return null;
  }

  private OptionalLong takeTimestamp() {
    for (FieldAlias alias : FieldAlias.TIME_NAMES) {
      String text = alias.text(noted(alias));
      OptionalLong time = text == null ? OptionalLong.empty() : Timestamps.parse(text);
      if (time.isPresent()) {
        forget(alias);
        return time;
      }
    }
    return OptionalLong.empty();
  }

  private @Nullable String takeLevel() {
    String flat = take(FieldAlias.LEVEL_NAMES, Integer.MAX_VALUE);
    return flat != null ? flat : nested(FieldAlias.LOG, "level");
  }

  private @Nullable String takeService() {
    String flat = take(FieldAlias.SERVICE_NAMES, MAX_NAME_CHARS);
    if (flat != null) {
      return flat;
    }
    String name = nested(FieldAlias.SERVICE, "name");
    return name == null || name.length() > MAX_NAME_CHARS ? null : name;
  }

  /** A text within an object, which stays in {@code metadata_} with its other fields. */
  private @Nullable String nested(FieldAlias object, String field) {
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

  /** All that has no column of its own, as one JSON object. */
  private String metadata() {
    String own = ownMetadata;
    String other = noted(FieldAlias.METADATA);
    if (own == null && other != null && other.charAt(0) == '{') {
      own = other;
      forget(FieldAlias.METADATA);
    }
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
    return out.append('}').toString();
  }

  /** Adds the fields of {@code metadata_} itself, which win over others of the same name. */
  private static void addOwnFields(String own, Map<String, String> more) {
    byte[] bytes = own.getBytes(StandardCharsets.UTF_8);
    JsonRecordDraft reader = new JsonRecordDraft(bytes, 0);
    try (JsonParser parser = JsonText.factory().createParser(bytes)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        more.put(name, reader.raw(parser));
      }
    } catch (IOException | IllegalStateException | ArrayIndexOutOfBoundsException e) {
      // It is valid, so this is about colliding field names.
      throw new NamesFullException("not taken: " + e.getMessage(), e);
    }
  }
}
