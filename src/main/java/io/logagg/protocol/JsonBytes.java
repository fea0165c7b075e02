package io.logagg.protocol;

/** Small questions about JSON in bytes. */
final class JsonBytes {
  private JsonBytes() {}

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  /** Where the content starts: behind a UTF-8 byte order mark, if there is one. */
  static int skipBom(byte[] bytes, int from, int to) {
    boolean bom =
        to - from >= 3
            && bytes[from] == (byte) 0xEF
            && bytes[from + 1] == (byte) 0xBB
            && bytes[from + 2] == (byte) 0xBF;
    return bom ? from + 3 : from;
  }

  /**
   * Whether a JSON value can hold something that PostgreSQL's jsonb refuses or blows up: an escape
   * like {@code \u0000}, or a number with an exponent. May say yes where there is none, never no
   * where there is one.
   */
  static boolean needsCleaning(byte[] bytes, int from, int to) {
    boolean inString = false;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '"') {
        inString = !inString;
      } else if (b == '\\') {
        if (i + 1 < to && bytes[i + 1] == 'u') {
          return true;
        }
        i++;
      } else if (!inString && (b == 'e' || b == 'E') && isDigit(bytes[i - 1])) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
