package io.logagg.protocol;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a record under their exact names. */
enum RecordField {
  MESSAGE("message", false),
  APP("app", true),
  LEVEL("level", true),
  TIMESTAMP("timestamp", false),
  ID("id", false),
  SERVICE("service", true),
  METADATA("metadata_", false);

  private static final RecordField[] ALL = values();
  private static final Map<String, RecordField> BY_NAME = new HashMap<>();

  static {
    for (RecordField known : ALL) {
      BY_NAME.put(known.field, known);
    }
  }

  private final String field;
  private final boolean word;

  RecordField(String field, boolean word) {
    this.field = field;
    this.word = word;
  }

  /** Whether its values are few, and come again and again. */
  boolean isWord() {
    return word;
  }

  static @Nullable RecordField of(String name) {
    return BY_NAME.get(name);
  }

  /** The field whose name these bytes are. */
  static @Nullable RecordField of(byte[] bytes, int from, int to) {
    for (RecordField candidate : ALL) {
      if (candidate.matches(bytes, from, to)) {
        return candidate;
      }
    }
    return null;
  }

  private boolean matches(byte[] bytes, int from, int to) {
    if (field.length() != to - from) {
      return false;
    }
    for (int i = 0; i < field.length(); i++) {
      if (bytes[from + i] != field.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
