package io.logagg.protocol.loki;

import io.logagg.record.Level;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a level in a line that came without one, as Loki does for its {@code detected_level}:
 * {@code "level":"warn"} of JSON, or {@code level=warn}. Only a level that is known is one.
 */
final class LineLevel {
  /** So far into a line it is looked for, in characters. */
  private static final int MAX_CHARS = 2048;

  private static final Set<String> KNOWN =
      Arrays.stream(Level.values()).map(Level::name).collect(Collectors.toUnmodifiableSet());

  private static final Pattern JSON =
      Pattern.compile(
          "\"(?:level|lvl|severity|log\\.level)\"\\s{0,4}:\\s{0,4}\"?([A-Za-z]{3,13}|[0-9]{2})[\",}\\s]",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern LOGFMT =
      Pattern.compile(
          "(?:^|[\\s,])(?:level|lvl|severity)=\"?([A-Za-z]{3,13})(?=[\"\\s,]|$)",
          Pattern.CASE_INSENSITIVE);

  private LineLevel() {}

  /** Null if there is none. */
  static @Nullable String of(String line) {
    boolean isJson = line.startsWith("{");
    // Most lines have none; this is cheaper than the expression.
    if (!isJson && line.indexOf('=') < 0) {
      return null;
    }
    String head = line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS) : line;
    Matcher matcher = (isJson ? JSON : LOGFMT).matcher(head);
    if (!matcher.find()) {
      return null;
    }
    String found = matcher.group(1).toUpperCase(Locale.ROOT);
    return KNOWN.contains(Level.fold(found)) ? found : null;
  }
}
