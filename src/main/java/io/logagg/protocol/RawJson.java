package io.logagg.protocol;

/** Finds its way through JSON text that is known to be valid. */
final class RawJson {
  private RawJson() {}

  /** Where the string ends whose opening quote stands there: behind the closing one. */
  static int stringEnd(String raw, int open) {
    int at = raw.indexOf('"', open + 1);
    while (isEscaped(raw, open, at)) {
      at = raw.indexOf('"', at + 1);
    }
    return at + 1;
  }

  private static boolean isEscaped(String raw, int open, int quote) {
    int from = quote;
    while (from - 1 > open && raw.charAt(from - 1) == '\\') {
      from--;
    }
    return (quote - from) % 2 == 1;
  }

  /** Where the value ends that starts there. */
  static int valueEnd(String raw, int from) {
    char first = raw.charAt(from);
    if (first == '"') {
      return stringEnd(raw, from);
    }
    int at = from;
    if (first != '{' && first != '[') {
      while (at < raw.length() && ",]} \t\r\n".indexOf(raw.charAt(at)) < 0) {
        at++;
      }
      return at;
    }
    int depth = 0;
    do {
      switch (raw.charAt(at)) {
        case '"' -> at = stringEnd(raw, at) - 1;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        default -> {
          // Of no concern.
        }
      }
      at++;
    } while (depth > 0);
    return at;
  }

  /** The next place that is not blank. */
  static int blanksEnd(String raw, int from) {
    int at = from;
    while (at < raw.length() && " \t\r\n".indexOf(raw.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  /** Whether the string {@code [open, end)} of the text is that one. */
  static boolean isString(String raw, int open, int end, String text) {
    if (raw.regionMatches(open + 1, text, 0, text.length()) && end - open - 2 == text.length()) {
      return true;
    }
    return raw.substring(open, end).indexOf('\\') >= 0
        && JsonText.unquote(raw.substring(open, end)).equals(text);
  }

  /** A string as JSON. */
  static String quoted(String text) {
    return JsonText.quote(new StringBuilder(text.length() + 8), text).toString();
  }
}
