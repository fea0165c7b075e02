package io.logagg.filter.language;

import java.util.List;

/**
 * A piece of a query.
 *
 * @param parts what it says: the parts of a path, the pieces of a word between its stars, or one
 *     text
 * @param start where it begins
 * @param end behind it
 * @param afterBlank whether a blank stands before it, or nothing
 */
record Token(Kind kind, List<String> parts, int start, int end, boolean afterBlank) {
  enum Kind {
    /** The name of a field and its colon. */
    FIELD,
    WORD,
    QUOTED,
    REGEX,
    COMPARISON,
    OPEN,
    CLOSE,
    /** Either bracket, or either brace. */
    RANGE_OPEN,
    RANGE_CLOSE,
    NOT,
    /** A sign that is written before what is not meant, without a blank. */
    MINUS,
    AND,
    OR,
    TO,
    END
  }

  Token {
    parts = List.copyOf(parts);
  }

  boolean is(Kind other) {
    return kind == other;
  }

  String text() {
    return parts.get(0);
  }

  /** Whether it is a word of stars alone. */
  boolean isStar() {
    return kind == Kind.WORD && parts.size() > 1 && parts.stream().allMatch(String::isEmpty);
  }
}
