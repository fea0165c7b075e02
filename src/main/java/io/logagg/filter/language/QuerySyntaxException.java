package io.logagg.filter.language;

/** A query that cannot be read: where the mistake is and what was expected there. */
public final class QuerySyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  /** So much of a query is shown on either side of a mistake, in characters. */
  private static final int WINDOW = 30;

  private final String query;
  private final int index;

  QuerySyntaxException(String query, int index, String expected) {
    super("expected " + expected, null, false, false);
    this.query = query;
    this.index = Math.min(index, query.length());
  }

  /** What was expected. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** Where, in characters from 1; behind the last one if something is missing there. */
  public int column() {
    return query.codePointCount(0, index) + 1;
  }

  /** The query, or what stands around the mistake, and below it an arrow at the column. */
  public String picture() {
    int[] all = query.codePoints().map(QuerySyntaxException::visible).toArray();
    int at = column() - 1;
    int from = Math.max(0, at - WINDOW);
    int to = Math.min(all.length, at + WINDOW);
    String before = from > 0 ? "…" : "";
    String after = to < all.length ? "…" : "";
    String shown = new String(all, from, to - from);
    return "  " + before + shown + after + "\n  " + " ".repeat(before.length() + at - from) + "^";
  }

  private static int visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          ' ';
      case Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE -> 0xFFFD;
      default -> c;
    };
  }
}
