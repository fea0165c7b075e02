package io.logagg.filter.language;

import io.logagg.filter.Field;
import io.logagg.filter.Field.Column;
import io.logagg.filter.Match;
import io.logagg.filter.Match.Bound;
import io.logagg.filter.Match.Contains;
import io.logagg.filter.Match.Equal;
import io.logagg.filter.Match.Exists;
import io.logagg.filter.Match.Matches;
import io.logagg.filter.Match.Pattern;
import io.logagg.filter.Match.Range;
import io.logagg.filter.language.Lexer.Place;
import io.logagg.filter.language.Token.Kind;
import io.logagg.filter.regex.Regex;
import io.logagg.filter.regex.RegexSyntaxException;
import io.logagg.record.Level;
import io.logagg.record.RecordIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what is asked of a field. */
final class Values {
  private final Lexer lexer;
  private final OrderedValues ordered;

  Values(Lexer lexer, long nowMicros) {
    this.lexer = lexer;
    this.ordered = new OrderedValues(lexer, nowMicros);
  }

  /** Reads the rest of a value that begins with this token. */
  Match match(Token token, Field field) throws QuerySyntaxException {
    return switch (token.kind()) {
      case WORD -> word(token, field);
      case QUOTED -> equal(token, field);
      case REGEX -> regex(token, field);
      case COMPARISON -> comparison(token, field);
      case RANGE_OPEN -> range(token, field);
      default -> throw lexer.error(token.start(), "a value before \"" + token.text() + "\"");
    };
  }

  private Match word(Token token, Field field) throws QuerySyntaxException {
    if (token.isStar()) {
      return new Exists();
    }
    if (token.parts().size() == 1) {
      return equal(token, field);
    }
    if (field == Column.MESSAGE) {
      List<String> pieces = token.parts().stream().filter(piece -> !piece.isEmpty()).toList();
      return pieces.size() == 1 ? new Contains(pieces.get(0)) : new Pattern(pieces);
    }
    if (field == Column.ID || OrderedValues.isOfTime(field)) {
      throw lexer.error(token.start(), "no \"*\" within the value of this field");
    }
    return new Pattern(pieces(token.parts(), field));
  }

  /** Without those between two stars that have nothing between. */
  private static List<String> pieces(List<String> parts, Field field) {
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (i == 0 || i == parts.size() - 1 || !parts.get(i).isEmpty()) {
        String part = parts.get(i);
        pieces.add(field == Column.LEVEL ? part.toUpperCase(Locale.ROOT) : part);
      }
    }
    return pieces;
  }

  private Match equal(Token token, Field field) throws QuerySyntaxException {
    String text = token.text();
    if (!(field instanceof Column column)) {
      return new Equal(text);
    }
    return switch (column) {
      case MESSAGE -> {
        if (text.isEmpty()) {
          throw lexer.error(token.start() + 1, "some text between the quotes");
        }
        yield new Contains(text);
      }
      case LEVEL -> new Equal(Level.fold(text));
      case APP, SERVICE, SOURCE_ID -> new Equal(text);
      case ID -> id(token);
      case TIMESTAMP, RECEIVED_AT -> ordered.during(token);
    };
  }

  private Match id(Token token) throws QuerySyntaxException {
    UUID id = RecordIds.parse(token.text());
    if (id == null) {
      throw lexer.error(token.start(), "the id of a record, 36 characters as the server gave it");
    }
    return new Equal(id.toString());
  }

  private Match regex(Token token, Field field) throws QuerySyntaxException {
    if (field == Column.ID || OrderedValues.isOfTime(field)) {
      throw lexer.error(token.start(), "no regular expression for this field");
    }
    try {
      return new Matches(Regex.parse(token.text()));
    } catch (RegexSyntaxException e) {
      throw lexer.error(
          token.start() + 1 + e.index(), "in the regular expression " + e.getMessage());
    }
  }

  private Match comparison(Token token, Field field) throws QuerySyntaxException {
    ordered.checkOrdered(token, field);
    Token value = lexer.peek(Place.VALUE);
    if (value.start() > token.end() || !(value.is(Kind.WORD) || value.is(Kind.QUOTED))) {
      throw lexer.error(token.end(), "a value right after \"" + token.text() + "\"");
    }
    lexer.next(Place.VALUE);
    boolean inclusive = token.text().endsWith("=");
    return token.text().startsWith(">")
        ? new Range(ordered.low(value, field, inclusive), null)
        : new Range(null, ordered.high(value, field, inclusive));
  }

  private Match range(Token open, Field field) throws QuerySyntaxException {
    ordered.checkOrdered(open, field);
    Token low = bound();
    Token to = lexer.next(Place.BOUND);
    if (!to.is(Kind.TO) || !to.afterBlank()) {
      throw lexer.error(to.start(), "TO, as in [500 TO 599]");
    }
    Token high = bound();
    Token close = lexer.next(Place.BOUND);
    if (!close.is(Kind.RANGE_CLOSE)) {
      throw lexer.error(close.start(), "\"]\" or \"}\", which closes the range");
    }
    Bound from = low.isStar() ? null : ordered.low(low, field, open.text().equals("["));
    Bound until = high.isStar() ? null : ordered.high(high, field, close.text().equals("]"));
    return range(from, until, high);
  }

  private Match range(@Nullable Bound from, @Nullable Bound until, Token high)
      throws QuerySyntaxException {
    if (from == null && until == null) {
      return new Exists();
    }
    if (from != null
        && until != null
        && !from.value().getClass().equals(until.value().getClass())) {
      throw lexer.error(high.start(), "two numbers or two times, not one of each");
    }
    return new Range(from, until);
  }

  private Token bound() throws QuerySyntaxException {
    Token token = lexer.next(Place.BOUND);
    if (!token.is(Kind.WORD) && !token.is(Kind.QUOTED)) {
      throw lexer.error(token.start(), "a value, or * for an open end, as in [500 TO *]");
    }
    return token;
  }
}
