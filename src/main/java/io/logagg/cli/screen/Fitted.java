package io.logagg.cli.screen;

/**
 * Lays text out in lines of a width: what does not fit goes on in the next line, indented, broken
 * at a blank where there is one. Not thread-safe.
 */
final class Fitted {
  private final StringBuilder out = new StringBuilder();
  private final int width;
  private final int indent;
  private final boolean coloured;
  private int column;

  /** Whether a blank is due before what comes next in the same line. */
  private boolean blankIsDue;

  /**
   * Begins with a line.
   *
   * @param width of a line, in columns; 0 for any
   * @param indent of lines that go on
   */
  Fitted(int width, int indent, boolean coloured) {
    this.width = width;
    this.indent = indent;
    this.coloured = coloured;
  }

  private int room() {
    return width == 0 ? Integer.MAX_VALUE : width - column - (blankIsDue ? 1 : 0);
  }

  /** Begins another line, so much further in than lines that go on. */
  void newLine(int more) {
    out.append('\n').append(" ".repeat(indent + more));
    column = indent + more;
    blankIsDue = false;
  }

  /** A piece that stands as a whole if it fits into a line at all. */
  void piece(String text, Style style) {
    if (columns(text) > room() && column > indent) {
      newLine(0);
    }
    text(text, style);
  }

  /** Text that is broken wherever it must be. */
  void text(String text, Style style) {
    int from = 0;
    while (from < text.length()) {
      int to = end(text, from);
      String part = text.substring(from, to);
      boolean all = to == text.length();
      put(all ? part : part.stripTrailing(), style);
      from = to;
      while (!all && from < text.length() && text.charAt(from) == ' ') {
        from++;
      }
      if (from < text.length()) {
        newLine(0);
      }
    }
  }

  /** Up to where the text from there on fits into the line; at least a character does. */
  private int end(String text, int from) {
    int room = room();
    int used = 0;
    int blank = -1;
    int i = from;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      used += SafeText.columns(c);
      if (used > room) {
        if (c == ' ') {
          return i;
        }
        if (blank > from) {
          return blank;
        }
        return i > from || column <= indent ? Math.max(i, from + Character.charCount(c)) : from;
      }
      if (c == ' ' && i > from) {
        blank = i;
      }
      i += Character.charCount(c);
    }
    return i;
  }

  private void put(String text, Style style) {
    if (blankIsDue && !text.isEmpty()) {
      out.append(' ');
      column++;
      blankIsDue = false;
    }
    out.append(style.of(text, coloured));
    column += columns(text);
  }

  /** A blank between two pieces, but not at the end of a line. */
  void blank() {
    blankIsDue = true;
  }

  static int columns(String text) {
    int columns = 0;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      columns += SafeText.columns(c);
      i += Character.charCount(c);
    }
    return columns;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
