package io.logagg.filter.language;

import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.Field.Column;
import io.logagg.filter.Field.Metadata;
import io.logagg.filter.language.Lexer.Place;
import io.logagg.filter.language.Token.Kind;
import io.logagg.record.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads queries, by recursive descent: {@code OR} of {@code AND} of {@code NOT} of terms. Used
 * once.
 */
public final class Parser {
  /** So long a query may be, in characters. */
  public static final int MAX_CHARS = 4096;

  /** So many conditions it may have. */
  public static final int MAX_TESTS = 64;

  /** So deep it may nest. */
  public static final int MAX_DEPTH = 32;

  private final Lexer lexer;
  private final Values values;
  private int tests;
  private int depth;

  private Parser(Lexer lexer, long nowMicros) {
    this.lexer = lexer;
    this.values = new Values(lexer, nowMicros);
  }

  /**
   * Reads a query; a blank one means everything.
   *
   * @param nowMicros what spans such as {@code 15m} count back from
   */
  public static Condition parse(String query, long nowMicros) throws QuerySyntaxException {
    if (query.length() > MAX_CHARS) {
      throw new QuerySyntaxException(
          query, MAX_CHARS, "a query of at most " + MAX_CHARS + " characters");
    }
    return new Parser(new Lexer(Text.storable(query)), nowMicros).query();
  }

  private Condition query() throws QuerySyntaxException {
    if (lexer.peek(Place.TERM).is(Kind.END)) {
      return Condition.everything();
    }
    Condition condition = or(null);
    Token rest = lexer.peek(Place.TERM);
    if (!rest.is(Kind.END)) {
      throw error(rest, "a \"(\" before this \")\"");
    }
    return condition;
  }

  /** Within {@code field:( )}, the field; null elsewhere. */
  private static Place place(@Nullable Field field) {
    return field == null ? Place.TERM : Place.GROUPED;
  }

  private Condition or(@Nullable Field field) throws QuerySyntaxException {
    List<Condition> parts = new ArrayList<>();
    parts.add(and(field));
    while (lexer.peek(place(field)).is(Kind.OR)) {
      lexer.next(place(field));
      parts.add(and(field));
    }
    return Condition.or(parts);
  }

  private Condition and(@Nullable Field field) throws QuerySyntaxException {
    List<Condition> parts = new ArrayList<>();
    parts.add(not(field));
    while (true) {
      Token next = lexer.peek(place(field));
      if (next.is(Kind.END) || next.is(Kind.CLOSE) || next.is(Kind.OR)) {
        return Condition.and(parts);
      }
      if (!next.afterBlank()) {
        throw error(next, "a blank before this; put text between quotes");
      }
      if (next.is(Kind.AND)) {
        lexer.next(place(field));
      }
      parts.add(not(field));
    }
  }

  private Condition not(@Nullable Field field) throws QuerySyntaxException {
    Token token = lexer.peek(place(field));
    if (!token.is(Kind.NOT) && !token.is(Kind.MINUS)) {
      return term(field);
    }
    lexer.next(place(field));
    Token next = lexer.peek(place(field));
    if (token.is(Kind.MINUS) && (next.afterBlank() || next.is(Kind.MINUS) || next.is(Kind.END))) {
      throw error(
          next, "what is not meant, right after \"" + token.text() + "\"; put text between quotes");
    }
    enter(token);
    Condition part = not(field);
    depth--;
    return Condition.not(part);
  }

  private void enter(Token token) throws QuerySyntaxException {
    if (++depth > MAX_DEPTH) {
      throw error(token, "at most " + MAX_DEPTH + " conditions within one another");
    }
  }

  private Condition term(@Nullable Field field) throws QuerySyntaxException {
    Token token = lexer.next(place(field));
    return switch (token.kind()) {
      case OPEN -> group(token, field);
      case FIELD -> ofField(token);
      case WORD, QUOTED, REGEX -> test(token, field);
      case RANGE_OPEN, COMPARISON -> {
        if (field == null) {
          throw error(
              token,
              "a field before \""
                  + token.text()
                  + "\", as in status:>=500 or status:[500 TO 599];"
                  + " put text between quotes");
        }
        yield test(token, field);
      }
      default -> throw error(token, expected(token));
    };
  }

  private static String expected(Token token) {
    return switch (token.kind()) {
      case END -> "a condition here";
      case CLOSE -> "a condition before \")\"";
      default -> "a condition before \"" + token.text() + "\"; put the word between quotes";
    };
  }

  private Condition group(Token open, @Nullable Field field) throws QuerySyntaxException {
    enter(open);
    Condition condition = or(field);
    Token close = lexer.next(place(field));
    if (!close.is(Kind.CLOSE)) {
      throw error(close, "a \")\" that closes the \"(\" in column " + lexer.column(open.start()));
    }
    depth--;
    return condition;
  }

  private Condition ofField(Token name) throws QuerySyntaxException {
    Field field = field(name);
    Token value = lexer.peek(Place.VALUE);
    if (value.is(Kind.END) || value.is(Kind.CLOSE) || value.start() > name.end()) {
      throw lexer.error(
          name.end(), "a value right after \":\"; put text that has a colon between quotes");
    }
    lexer.next(Place.VALUE);
    return value.is(Kind.OPEN) ? group(value, field) : test(value, field);
  }

  private Condition test(Token value, @Nullable Field field) throws QuerySyntaxException {
    // A value is looked for in as many places as its path has parts.
    tests += field instanceof Field.Metadata metadata ? metadata.path().size() : 1;
    if (tests > MAX_TESTS) {
      throw error(
          value, "at most " + MAX_TESTS + " conditions, each counted for every part of its name");
    }
    return field == null && value.isStar()
        ? Condition.everything()
        : Condition.test(
            field == null ? Column.MESSAGE : field,
            values.match(value, field == null ? Column.MESSAGE : field));
  }

  private Field field(Token name) throws QuerySyntaxException {
    List<String> path = name.parts();
    if (path.size() == 1) {
      String label = path.get(0);
      Field column =
          Stream.of(Column.values())
              .filter(one -> one.label().equals(label))
              .findFirst()
              .orElse(null);
      if (column != null) {
        return column;
      }
    }
    if (path.get(0).equals("metadata_")) {
      path = path.subList(1, path.size());
      if (path.isEmpty()) {
        throw lexer.error(name.end() - 1, "a name within the metadata, as in metadata_.trace_id");
      }
    }
    if (path.size() > Metadata.MAX_PARTS) {
      throw error(name, "a name of at most " + Metadata.MAX_PARTS + " parts");
    }
    return new Metadata(path);
  }

  private QuerySyntaxException error(Token token, String expected) {
    return lexer.error(token.start(), expected);
  }
}
