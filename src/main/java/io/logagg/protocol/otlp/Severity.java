package io.logagg.protocol.otlp;

import io.logagg.record.Level;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How severe a record is, by OpenTelemetry's numbers 1 to 24, four for each of six names.
 *
 * @param number 0 for none
 * @param text as its source calls it; "" for none
 */
record Severity(int number, String text) {
  private static final List<String> NAMES =
      List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");

  private static final String PREFIX = "SEVERITY_NUMBER_";

  /** The number's name; null if it is none of theirs. */
  private @Nullable String name() {
    return number >= 1 && number <= 4 * NAMES.size() ? NAMES.get((number - 1) / 4) : null;
  }

  private boolean isKnown() {
    String folded = Level.fold(text);
    for (Level level : Level.values()) {
      if (level.name().equals(folded)) {
        return true;
      }
    }
    return false;
  }

  /** What is shown as the level: the text, if it is one that all know, else by the number. */
  @Nullable String level() {
    if (text.isBlank()) {
      return name();
    }
    return name() == null || isKnown() ? text : name();
  }

  /** Whether the number says more than the level. */
  boolean needsNumber() {
    String level = level();
    return number != 0 && (number % 4 != 1 || level == null || !Level.fold(level).equals(name()));
  }

  /** Whether the text says more than the level. */
  boolean needsText() {
    return !text.isBlank() && !text.equals(level());
  }

  /** The number by its name in the protocol's definition, or as digits; 0 if it is neither. */
  static int number(String given) {
    String upper = given.strip().toUpperCase(Locale.ROOT);
    String name = upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper;
    for (int i = 0; i < 4 * NAMES.size(); i++) {
      String known = NAMES.get(i / 4) + (i % 4 == 0 ? "" : Integer.toString(i % 4 + 1));
      if (known.equals(name)) {
        return i + 1;
      }
    }
    try {
      return Integer.parseInt(name);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
