package io.logagg.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where to look for the fields of a record, and what is added to it and left out.
 *
 * @param add constants as {@code name=value}
 */
public record FieldsConfig(
    List<String> message,
    List<String> timestamp,
    List<String> level,
    List<String> app,
    List<String> service,
    List<String> add,
    List<String> drop) {
  /** Of each list; every name is looked for in records that do not have the exact one. */
  static final int NAMES_MAX = 64;

  /** What a constant cannot stand for. */
  static final Set<String> NO_CONSTANTS = Set.of("message", "timestamp", "id", "metadata_");

  public FieldsConfig {
    message = List.copyOf(message);
    timestamp = List.copyOf(timestamp);
    level = List.copyOf(level);
    app = List.copyOf(app);
    service = List.copyOf(service);
    add = List.copyOf(add);
    drop = List.copyOf(drop);
  }

  /** Constants by name. */
  public Map<String, String> constants() {
    return Pairs.of(add);
  }
}
