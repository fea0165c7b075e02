package io.logagg.filter.language;

import io.logagg.filter.language.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a query into tokens. What a character means depends on where it stands. Used once. */
final class Lexer {
  /** Where a token stands. */
  enum Place {
    /** Where a condition may begin. */
    TERM,
    /** The same within {@code field:( )}, where no other field can be named. */
    GROUPED,
    /** Right behind a colon or a comparison. */
    VALUE,
    /** Within a range. */
    BOUND
  }

  private final String query;
  private int at;
  private @Nullable Token peeked;
  private Place peekedAt = Place.TERM;

  Lexer(String query) {
    this.query = query;
  }

  Token next(Place place) throws QuerySyntaxException {
    Token token = peek(place);
    at = token.end();
    peeked = null;
    return token;
  }

  Token peek(Place place) throws QuerySyntaxException {
    Token token = peeked;
    if (token == null || peekedAt != place) {
      token = read(place);
      peeked = token;
      peekedAt = place;
    }
    return token;
  }

  private Token read(Place place) throws QuerySyntaxException {
    int start = at;
    while (start < query.length() && isBlank(query.codePointAt(start))) {
      start += Character.charCount(query.codePointAt(start));
    }
    boolean afterBlank = start > at || start == 0;
    if (start == query.length()) {
      return new Token(Kind.END, List.of(""), start, start, afterBlank);
    }
    Token sign = sign(place, start, afterBlank);
    if (sign != null) {
      return sign;
    }
    Token field = place == Place.TERM ? field(start, afterBlank) : null;
    if (field != null) {
      return field;
    }
    return query.charAt(start) == '"' ? quoted(start, afterBlank) : word(place, start, afterBlank);
  }

  /** A token that is told by its first character; null if it is not. */
  private @Nullable Token sign(Place place, int start, boolean afterBlank)
      throws QuerySyntaxException {
    char c = query.charAt(start);
    boolean inRange = place == Place.BOUND;
    return switch (c) {
      case '(' -> token(Kind.OPEN, start, 1, afterBlank);
      case ')' -> token(Kind.CLOSE, start, 1, afterBlank);
      case '[', '{' -> inRange ? null : token(Kind.RANGE_OPEN, start, 1, afterBlank);
      case ']', '}' -> inRange ? token(Kind.RANGE_CLOSE, start, 1, afterBlank) : null;
      case '<', '>' ->
          inRange
              ? null
              : token(Kind.COMPARISON, start, query.startsWith("=", start + 1) ? 2 : 1, afterBlank);
      case '-', '!' ->
          inRange || place == Place.VALUE ? null : token(Kind.MINUS, start, 1, afterBlank);
      case '/' -> inRange ? null : regex(start, afterBlank);
      default -> null;
    };
  }

  private Token token(Kind kind, int start, int length, boolean afterBlank) {
    int end = start + length;
    return new Token(kind, List.of(query.substring(start, end)), start, end, afterBlank);
  }

  private Token regex(int start, boolean afterBlank) throws QuerySyntaxException {
    int end = start + 1;
    while (end < query.length() && query.charAt(end) != '/') {
      end += query.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= query.length()) {
      throw error(
          query.length(),
          "a \"/\" that closes the regular expression; put a path between quotes: \"/var/log\"");
    }
    if (end == start + 1) {
      throw error(start, "a value; put an address between quotes: \"http://host\"");
    }
    return new Token(
        Kind.REGEX, List.of(query.substring(start + 1, end)), start, end + 1, afterBlank);
  }

  private Token quoted(int start, boolean afterBlank) throws QuerySyntaxException {
    StringBuilder text = new StringBuilder();
    int end = quoted(start, text);
    return new Token(Kind.QUOTED, List.of(text.toString()), start, end, afterBlank);
  }

  /** Reads text between quotes; answers behind the closing one. */
  private int quoted(int start, StringBuilder text) throws QuerySyntaxException {
    int i = start + 1;
    while (i < query.length()) {
      char c = query.charAt(i++);
      if (c == '"') {
        return i;
      }
      if (c == '\\' && i < query.length()) {
        c = query.charAt(i++);
        if (c != '"' && c != '\\') {
          text.append('\\');
        }
      }
      text.append(c);
    }
    throw error(query.length(), "a quote (\") that closes the one in column " + column(start));
  }

  int column(int index) {
    return query.codePointCount(0, index) + 1;
  }

  /** The name of a field and the colon behind it; null if there is none. */
  private @Nullable Token field(int start, boolean afterBlank) throws QuerySyntaxException {
    List<String> path = new ArrayList<>();
    int i = start;
    while (true) {
      StringBuilder part = new StringBuilder();
      if (i < query.length() && query.charAt(i) == '"') {
        if (!hasClosingQuote(i)) {
          return null;
        }
        i = quoted(i, part);
      } else {
        int from = i;
        while (i < query.length() && isOfName(query.codePointAt(i), i == start)) {
          i += Character.charCount(query.codePointAt(i));
        }
        if (i == from) {
          return null;
        }
        part.append(query, from, i);
      }
      path.add(part.toString());
      if (i == query.length() || query.charAt(i) != '.') {
        break;
      }
      i++;
    }
    boolean isField = i < query.length() && query.charAt(i) == ':';
    return isField ? new Token(Kind.FIELD, path, start, i + 1, afterBlank) : null;
  }

  private boolean hasClosingQuote(int start) {
    int i = start + 1;
    while (i < query.length() && query.charAt(i) != '"') {
      i += query.charAt(i) == '\\' ? 2 : 1;
    }
    return i < query.length();
  }

  private static boolean isOfName(int c, boolean first) {
    return Character.isLetter(c)
        || c == '_'
        || c == '@'
        || (!first && (Character.isLetterOrDigit(c) || c == '-' || c == '/' || c == '$'));
  }

  private Token word(Place place, int start, boolean afterBlank) throws QuerySyntaxException {
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    boolean escaped = false;
    int i = start;
    while (i < query.length() && isOfWord(query.codePointAt(i), place)) {
      int c = query.codePointAt(i);
      i += Character.charCount(c);
      if (c == '*') {
        pieces.add(piece.toString());
        piece.setLength(0);
      } else {
        if (c == '\\') {
          if (i == query.length()) {
            throw error(i, "a character after \"\\\", which takes its meaning away");
          }
          c = query.codePointAt(i);
          i += Character.charCount(c);
          escaped = true;
        }
        piece.appendCodePoint(c);
      }
    }
    pieces.add(piece.toString());
    Kind kind = escaped || pieces.size() > 1 ? Kind.WORD : kind(piece.toString(), place);
    return new Token(kind, pieces, start, i, afterBlank);
  }

  private static Kind kind(String word, Place place) {
    if (place == Place.BOUND) {
      return word.equals("TO") ? Kind.TO : Kind.WORD;
    }
    if (place == Place.VALUE) {
      return Kind.WORD;
    }
    return switch (word) {
      case "AND", "&&" -> Kind.AND;
      case "OR", "||" -> Kind.OR;
      case "NOT" -> Kind.NOT;
      default -> Kind.WORD;
    };
  }

  private static boolean isOfWord(int c, Place place) {
    return !isBlank(c)
        && c != '('
        && c != ')'
        && c != '"'
        && !(place == Place.BOUND && (c == ']' || c == '}'));
  }

  static boolean isBlank(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  QuerySyntaxException error(int index, String expected) {
    return new QuerySyntaxException(query, index, expected);
  }
}
