package io.logagg.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The variables that the logging reads by itself, before there is any configuration. Of a value
 * that it does not know it makes no mistake but its own: no line at all, or every one.
 */
public final class LogVariables {
  private static final String FORMAT = "LOGAGG_LOG_FORMAT";
  private static final String LEVEL = "LOGAGG_LOG_LEVEL";

  /** Variables of ours that set no key: those two, and those of commands that ask a server. */
  static final Set<String> NAMES = Set.of(FORMAT, LEVEL, "LOGAGG_SERVER", "LOGAGG_API_KEY");

  private static final List<String> FORMATS = List.of("text", "json");
  private static final List<String> LEVELS =
      List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");

  private LogVariables() {}

  /**
   * Refuses values that mean nothing, before the first line is logged.
   *
   * @throws ConfigException if there are any
   */
  public static void check(Map<String, String> environment) {
    String format = environment.getOrDefault(FORMAT, "text");
    if (!FORMATS.contains(format)) {
      throw refused(FORMAT, format, "text or json");
    }
    String level = environment.getOrDefault(LEVEL, "INFO");
    if (!LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
      throw refused(LEVEL, level, "one of " + String.join(", ", LEVELS));
    }
  }

  private static ConfigException refused(String variable, String value, String right) {
    return new ConfigException(
        "environment", List.of(new ConfigProblem(variable, '"' + value + '"', "must be " + right)));
  }
}
