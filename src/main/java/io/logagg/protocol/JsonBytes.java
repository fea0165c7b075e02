package io.logagg.protocol;

/** Small questions about JSON in bytes. */
final class JsonBytes {
  /** The UTF-8 byte order mark. Not to be written to. */
  static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private JsonBytes() {}

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  /** Where the content starts: behind a UTF-8 byte order mark, if there is one. */
  static int skipBom(byte[] bytes, int from, int to) {
    boolean bom =
        to - from >= BOM.length
            && bytes[from] == BOM[0]
            && bytes[from + 1] == BOM[1]
            && bytes[from + 2] == BOM[2];
    return bom ? from + BOM.length : from;
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
