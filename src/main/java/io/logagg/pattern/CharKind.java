package io.logagg.pattern;

/** What the characters of log messages are, as bits. */
final class CharKind {
  static final int DIGIT = 1;
  static final int LETTER = 1 << 1;
  static final int HEX_LETTER = 1 << 2;
  static final int DOT = 1 << 3;
  static final int COLON = 1 << 4;
  static final int DASH = 1 << 5;
  static final int SLASH = 1 << 6;
  static final int BACKSLASH = 1 << 7;

  /** Parts a token into pieces, beside the colon and, at times, the slash. */
  static final int DELIMITER = 1 << 8;

  static final int BLANK = 1 << 9;
  static final int OPENER = 1 << 10;
  static final int CLOSER = 1 << 11;
  static final int QUOTE = 1 << 12;

  private static final int ASCII = 128;
  private static final int[] KINDS = new int[ASCII];

  static {
    for (int c = 0; c <= ' '; c++) {
      KINDS[c] = BLANK;
    }
    add("0123456789", DIGIT);
    add("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_", LETTER);
    add("ABCDEFabcdef", HEX_LETTER);
    add(".", DOT | CLOSER);
    add(":", COLON | CLOSER);
    add("-", DASH);
    add("/", SLASH);
    add("\\", BACKSLASH);
    add("=,;()[]{}<>\"|#&?!", DELIMITER);
    add("([{<\"'`", OPENER);
    add(")]}>\"'`,;!?|", CLOSER);
    add("\"'`", QUOTE);
  }

  private CharKind() {}

  private static void add(String chars, int kind) {
    for (int i = 0; i < chars.length(); i++) {
      KINDS[chars.charAt(i)] |= kind;
    }
  }

  /** Beyond ASCII, all are taken for letters. */
  static int of(char c) {
    return c < ASCII ? KINDS[c] : LETTER;
  }

  static boolean is(char c, int kinds) {
    return (of(c) & kinds) != 0;
  }
}
