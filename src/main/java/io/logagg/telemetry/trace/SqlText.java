package io.logagg.telemetry.trace;

import java.util.Locale;
import java.util.regex.Pattern;

/** A statement as a span may show it. */
final class SqlText {
  static final int MAX_CHARS = 2048;

  private static final Pattern LITERALS = Pattern.compile("'(?:[^']|'')*'|(?<![\\w$.])\\d[\\d.]*");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private SqlText() {}

  /**
   * On one line, with a question mark in place of every literal. Our statements have parameters
   * where values of others would stand; this holds for those of tomorrow too.
   */
  static String withoutLiterals(String sql) {
    String line = BLANKS.matcher(LITERALS.matcher(sql).replaceAll("?")).replaceAll(" ").strip();
    return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS);
  }

  /** Its first word, such as {@code SELECT}. */
  static String verb(String sql) {
    String text = sql.stripLeading();
    int end = 0;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    return end == 0 ? "SQL" : text.substring(0, end).toUpperCase(Locale.ROOT);
  }
}
