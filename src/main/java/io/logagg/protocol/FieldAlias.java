package io.logagg.protocol;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The other names under which loggers write what we call message, timestamp, level, service and
 * metadata.
 */
enum FieldAlias {
  MSG("msg"),
  /** A message if it is a string, ECS' object if not. */
  LOG("log"),
  TS("ts"),
  TIME("time"),
  AT_TIMESTAMP("@timestamp"),
  SEVERITY("severity"),
  LVL("lvl"),
  LOG_LEVEL("log.level"),
  LOGGER("logger"),
  COMPONENT("component"),
  SERVICE_NAME("service.name"),
  /** The exact name, but ECS' object. */
  SERVICE("service"),
  METADATA("metadata");

  static final List<FieldAlias> MESSAGE_NAMES = List.of(MSG, LOG);
  static final List<FieldAlias> TIME_NAMES = List.of(TS, TIME, AT_TIMESTAMP);
  static final List<FieldAlias> LEVEL_NAMES = List.of(SEVERITY, LVL, LOG_LEVEL);
  static final List<FieldAlias> SERVICE_NAMES = List.of(LOGGER, COMPONENT, SERVICE_NAME);

  private static final Map<String, FieldAlias> BY_FIELD = new HashMap<>();

  static {
    for (FieldAlias alias : values()) {
      BY_FIELD.put(alias.field, alias);
    }
  }

  private final String field;

  FieldAlias(String field) {
    this.field = field;
  }

  String field() {
    return field;
  }

  static @Nullable FieldAlias of(String field) {
    return BY_FIELD.get(field);
  }

  /** The text of a raw JSON value that can stand for the exact field; null if it cannot. */
  @Nullable String text(@Nullable String raw) {
    return this == LOG && raw != null && raw.charAt(0) != '"' ? null : scalarText(raw);
  }

  /** The text of a string or a number; null for all else. */
  static @Nullable String scalarText(@Nullable String raw) {
    if (raw == null) {
      return null;
    }
    char first = raw.charAt(0);
    if (first == '"') {
      return JsonText.unquote(raw);
    }
    return first == '-' || (first >= '0' && first <= '9') ? raw : null;
  }
}
