package io.logagg.record;

import java.util.Locale;
import java.util.Map;

/**
 * The known levels, least severe first. A record carries its level as text, since unknown ones are
 * kept; {@link #fold} gives each known one a single spelling.
 */
public enum Level {
  TRACE,
  DEBUG,
  INFO,
  NOTICE,
  WARN,
  ERROR,
  CRITICAL,
  ALERT,
  FATAL,
  EMERGENCY;

  /** The longest level that is kept, in characters. */
  public static final int MAX_CHARS = 32;

  /** Other spellings; syslog's numbers are those of RFC 5424 §6.2.1, the tens are pino's. */
  private static final Map<String, Level> SPELLINGS =
      Map.ofEntries(
          Map.entry("WARNING", WARN),
          Map.entry("ERR", ERROR),
          Map.entry("CRIT", CRITICAL),
          Map.entry("EMERG", EMERGENCY),
          Map.entry("PANIC", EMERGENCY),
          Map.entry("SEVERE", ERROR),
          Map.entry("VERBOSE", TRACE),
          Map.entry("INFORMATION", INFO),
          Map.entry("INFORMATIONAL", INFO),
          Map.entry("0", EMERGENCY),
          Map.entry("1", ALERT),
          Map.entry("2", CRITICAL),
          Map.entry("3", ERROR),
          Map.entry("4", WARN),
          Map.entry("5", NOTICE),
          Map.entry("6", INFO),
          Map.entry("7", DEBUG),
          Map.entry("10", TRACE),
          Map.entry("20", DEBUG),
          Map.entry("30", INFO),
          Map.entry("40", WARN),
          Map.entry("50", ERROR),
          Map.entry("60", FATAL));

  /**
   * The one spelling of a level: a known one's name, or the given text in upper case, cut to {@link
   * #MAX_CHARS}. Blank counts as {@code INFO}.
   */
  public static String fold(String given) {
    switch (given) {
      case "INFO", "info" -> {
        return "INFO";
      }
      case "ERROR", "error" -> {
        return "ERROR";
      }
      case "WARN", "warn" -> {
        return "WARN";
      }
      case "DEBUG", "debug" -> {
        return "DEBUG";
      }
      default -> {
        return foldUncommon(given);
      }
    }
  }

  private static String foldUncommon(String given) {
    String upper = Text.cut(given.strip(), MAX_CHARS).stripTrailing().toUpperCase(Locale.ROOT);
    if (upper.isEmpty()) {
      return INFO.name();
    }
    Level known = SPELLINGS.get(upper);
    // Upper case can be longer than what it was made of (ß becomes SS).
    return known != null ? known.name() : Text.storable(Text.cut(upper, MAX_CHARS).stripTrailing());
  }
}
