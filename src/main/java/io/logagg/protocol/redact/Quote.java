package io.logagg.protocol.redact;

import org.jspecify.annotations.Nullable;

/**
 * A quote that opens a value.
 *
 * @param sign single or double
 * @param escapes how many backslashes stand before it, since it is within a text that is quoted
 *     itself
 * @param end behind it
 */
record Quote(char sign, int escapes, int end) {

  /** The one that stands there, its backslashes first; null if there is none. */
  static @Nullable Quote at(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == '\\') {
      at++;
    }
    return at < text.length() && isQuote(text.charAt(at))
        ? new Quote(text.charAt(at), at - from, at + 1)
        : null;
  }

  /** The one that stands before that place; null if there is none. */
  static @Nullable Quote endingAt(String text, int end) {
    char sign = text.charAt(end - 1);
    return isQuote(sign) ? new Quote(sign, escapes(text, 0, end - 1), end) : null;
  }

  /**
   * Where the quoted text ends that begins there: before the closing quote, or else at the end of
   * the line. A quote with more backslashes than it takes is one of the text.
   */
  int close(String text, int from) {
    int at = text.indexOf(sign, from);
    while (at >= 0) {
      int before = escapes(text, from, at);
      int period = 2 * (escapes + 1);
      if (before % period != period - 1) {
        return at - Math.min(before, escapes);
      }
      at = text.indexOf(sign, at + 1);
    }
    return lineEnd(text, from);
  }

  /** The end of the line that the place is in. */
  static int lineEnd(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
    return at;
  }

  static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }

  private static int escapes(String text, int from, int quote) {
    int at = quote;
    while (at > from && text.charAt(at - 1) == '\\') {
      at--;
    }
    return quote - at;
  }
}
