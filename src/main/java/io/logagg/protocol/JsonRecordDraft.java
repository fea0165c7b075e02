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
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Predicate;
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
  private final RecordRules rules;
  private final MetadataDraft others = new MetadataDraft();

  private @Nullable String message;
  private @Nullable String app;
  private @Nullable String level;
  private @Nullable String service;
  private @Nullable String timestamp;
  private @Nullable String sourceId;

  JsonRecordDraft(byte[] bytes, int base, RecordRules rules) {
    this.bytes = bytes;
    this.base = base;
    this.rules = rules;
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
      other(name, raw(parser));
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
    others.own(raw == null ? null : JsonRedactor.fields(rules.redaction(), "", raw));
  }

  /** Takes a field of any other name: its value as JSON in storable form. */
  void other(String name, String raw) {
    others.add(name, JsonRedactor.fields(rules.redaction(), name, raw));
  }

  /** A string, number or boolean as text; null for null and for containers. */
  private static @Nullable String scalar(JsonParser parser, JsonToken token) throws IOException {
    return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
  }

  private String raw(JsonParser parser) throws IOException {
    return JsonText.rawValue(parser, bytes, base);
  }

  Decoded toRecord(Defaults defaults, Stamps stamps, @Nullable UUID requestKey, TimeWindow window) {
    String foundMessage = message != null ? message : takeMessage();
    String foundApp = appOr(defaults);
    if (foundMessage == null) {
      return refused(RefusalKind.MISSING_FIELD, "message is missing", foundApp);
    }
    if (foundApp == null || foundApp.isBlank()) {
      return refused(
          RefusalKind.MISSING_FIELD, foundApp == null ? "app is missing" : "app is blank", null);
    }
    String foundService = serviceOr(defaults);
    String foundLevel = levelOr(defaults);
    String tooLong = tooLong("app", foundApp, "service", foundService, "id", sourceId);
    if (tooLong != null) {
      return refused(RefusalKind.BAD_FIELD, tooLong, foundApp);
    }
    OptionalLong own = timestamp != null ? Timestamps.parse(timestamp) : takeTimestamp();
    if (timestamp != null && own.isEmpty()) {
      return refused(
          RefusalKind.BAD_TIMESTAMP,
          "timestamp \""
              + Text.cut(rules.redaction().text(timestamp), 64)
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
            rules.redaction().text(Text.storable(foundMessage)),
            rules.metadata(others.object()),
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

  private @Nullable String takeMessage() {
    String mapped = mapped(rules.names().message(), text -> true);
    return mapped != null ? mapped : others.take(FieldAlias.MESSAGE_NAMES, text -> true);
  }

  private OptionalLong takeTimestamp() {
    Predicate<String> isTime = text -> Timestamps.parse(text).isPresent();
    String mapped = mapped(rules.names().timestamp(), isTime);
    String time = mapped != null ? mapped : others.take(FieldAlias.TIME_NAMES, isTime);
    return time == null ? OptionalLong.empty() : Timestamps.parse(time);
  }

  private @Nullable String appOr(Defaults defaults) {
    String own = app != null ? app : mapped(rules.names().app(), JsonRecordDraft::isName);
    return orElse(orElse(own, defaults.app()), rules.constants().app());
  }

  private @Nullable String levelOr(Defaults defaults) {
    String own = level != null ? level : takeLevel();
    return orElse(orElse(own, defaults.level()), rules.constants().level());
  }

  private @Nullable String takeLevel() {
    String mapped = mapped(rules.names().level(), text -> !text.isBlank());
    String flat = mapped != null ? mapped : others.take(FieldAlias.LEVEL_NAMES, text -> true);
    return flat != null ? flat : others.nested(FieldAlias.LOG, "level");
  }

  private @Nullable String serviceOr(Defaults defaults) {
    String own = service != null ? service : takeService();
    return orElse(orElse(own, defaults.service()), rules.constants().service());
  }

  private @Nullable String takeService() {
    String mapped = mapped(rules.names().service(), JsonRecordDraft::isName);
    String flat =
        mapped != null
            ? mapped
            : others.take(FieldAlias.SERVICE_NAMES, text -> text.length() <= MAX_NAME_CHARS);
    if (flat != null) {
      return flat;
    }
    String name = others.nested(FieldAlias.SERVICE, "name");
    return name == null || name.length() > MAX_NAME_CHARS ? null : name;
  }

  private static boolean isName(String text) {
    return !text.isBlank() && text.length() <= MAX_NAME_CHARS;
  }

  /** The first of the configured names that holds a text that fits. */
  private @Nullable String mapped(List<FieldPath> paths, Predicate<String> fits) {
    for (FieldPath path : paths) {
      RecordField exact = RecordField.of(path.whole());
      String text = exact == null ? others.take(path, fits) : exact(exact);
      if (text != null && fits.test(text)) {
        return text;
      }
    }
    return null;
  }

  /** A field of an exact name, which is not used up. */
  private @Nullable String exact(RecordField field) {
    return switch (field) {
      case MESSAGE -> message;
      case APP -> app;
      case LEVEL -> level;
      case TIMESTAMP -> timestamp;
      case ID -> sourceId;
      case SERVICE -> service;
      case METADATA -> null;
    };
  }
}
