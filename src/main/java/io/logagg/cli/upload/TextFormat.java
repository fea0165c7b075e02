package io.logagg.cli.upload;

import java.util.Locale;

/** How the records of a file are laid out. */
public enum TextFormat {
  /** One JSON object a line. */
  NDJSON("application/x-ndjson"),
  /** Each line a message, those of stack traces joined. */
  TEXT("text/plain; charset=utf-8");

  private static final String[] TRACE_STARTS = {"Caused by: ", "Suppressed: ", "... ", "}", "at "};

  private final String contentType;

  TextFormat(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /** By its first character that is not blank. */
  static TextFormat of(byte[] content, int size) {
    int i = 0;
    if (size >= 3 && (content[0] & 0xFF) == 0xEF && (content[1] & 0xFF) == 0xBB) {
      i = 3; // A byte order mark.
    }
    while (i < size && (content[i] == ' ' || (content[i] >= '\t' && content[i] <= '\r'))) {
      i++;
    }
    return i < size && content[i] == '{' ? NDJSON : TEXT;
  }

  /** Whether a body may begin with this line: not if it goes on with the one before. */
  boolean mayBegin(byte[] bytes, int from, int to) {
    if (this == NDJSON || from >= to) {
      return true;
    }
    byte first = bytes[from];
    if (first == ' ' || (first >= '\t' && first <= '\r')) {
      return false;
    }
    for (String start : TRACE_STARTS) {
      if (startsWith(bytes, from, to, start)) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] bytes, int from, int to, String start) {
    if (to - from < start.length()) {
      return false;
    }
    for (int i = 0; i < start.length(); i++) {
      if (bytes[from + i] != start.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a last line without a line end is all there: of JSON, one can tell. */
  boolean isWhole(byte[] bytes, int from, int to) {
    int last = to - 1;
    while (last >= from && (bytes[last] == ' ' || bytes[last] == '\r' || bytes[last] == '\t')) {
      last--;
    }
    return this == TEXT || last < from || bytes[last] == '}';
  }

  /** As it is written. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
