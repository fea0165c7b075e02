package io.logagg.config;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@link ConfigTable}.
 *
 * @param path sections and name, joined by dots, as in {@code http.tls.certPath}
 * @param type what its value may be
 * @param defaultValue the value where nothing is configured, of the kind that the type yields
 * @param description for the README: purpose, and the unit where the name has none
 * @param olderEnvironmentName the variable that an earlier system had for it, or null
 */
record ConfigKey(
    String path,
    KeyType type,
    @Nullable Object defaultValue,
    String description,
    @Nullable String olderEnvironmentName) {

  /** Every variable of ours starts with this. */
  static final String ENVIRONMENT_PREFIX = "LOGAGG_";

  static ConfigKey number(String path, long byDefault, long min, long max, String description) {
    return new ConfigKey(path, new KeyType.WholeNumber(min, max), byDefault, description, null);
  }

  static ConfigKey ratio(String path, double byDefault, String description) {
    return new ConfigKey(path, new KeyType.Ratio(), byDefault, description, null);
  }

  static ConfigKey flag(String path, boolean byDefault, String description) {
    return new ConfigKey(path, new KeyType.Flag(), byDefault, description, null);
  }

  static ConfigKey text(String path, String byDefault, TextShape shape, String description) {
    return new ConfigKey(path, new KeyType.Text(shape, false), byDefault, description, null);
  }

  /** A text that may be absent, and is by default. */
  static ConfigKey optional(String path, TextShape shape, String description) {
    return new ConfigKey(path, new KeyType.Text(shape, true), null, description, null);
  }

  /** A list that is empty by default. */
  static ConfigKey list(String path, TextShape shape, String description) {
    return new ConfigKey(path, new KeyType.TextList(shape), List.of(), description, null);
  }

  /** The same key with these values where nothing is configured. */
  ConfigKey byDefault(List<String> values) {
    return new ConfigKey(path, type, values, description, olderEnvironmentName);
  }

  /** The same key, read from a second variable too. */
  ConfigKey alsoFrom(String environmentName) {
    return new ConfigKey(path, type, defaultValue, description, environmentName);
  }

  /** Whether the value may be null. */
  boolean nullable() {
    return defaultValue == null;
  }

  /** The path in upper snake case, split at the humps: {@code LOGAGG_HTTP_MAX_BODY_BYTES}. */
  String environmentName() {
    return ENVIRONMENT_PREFIX
        + path.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
