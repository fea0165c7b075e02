package io.logagg.filter.regex;

import io.logagg.filter.regex.RegexNode.Choice;
import io.logagg.filter.regex.RegexNode.One;
import io.logagg.filter.regex.RegexNode.Place;
import io.logagg.filter.regex.RegexNode.Repeat;
import io.logagg.filter.regex.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.List;

/** Reads one regular expression. Used once. */
final class RegexParser {
  private static final int MAX_TIMES = 100;
  private static final int MAX_DEPTH = 32;

  /** Counted repetitions are written out by whoever looks for them. */
  private static final int MAX_SIZE = 1000;

  private final String source;
  private int at;
  private int depth;
  private boolean caseless;

  RegexParser(String source) {
    this.source = source;
  }

  RegexNode parse() throws RegexSyntaxException {
    if (source.startsWith("(?i)")) {
      caseless = true;
      at = 4;
    }
    if (at == source.length()) {
      throw error(at, "a regular expression that is not empty");
    }
    RegexNode node = choice();
    if (at < source.length()) {
      throw error(at, "a \"(\" before this \")\", or \"\\)\" for the character");
    }
    if (RegexNode.size(node) > MAX_SIZE) {
      throw error(
          0,
          "a smaller regular expression: with its repetitions written out, it has over "
              + MAX_SIZE
              + " parts");
    }
    return node;
  }

  private RegexNode choice() throws RegexSyntaxException {
    List<RegexNode> parts = new ArrayList<>();
    parts.add(sequence());
    while (take('|')) {
      parts.add(sequence());
    }
    return parts.size() == 1 ? parts.get(0) : new Choice(parts);
  }

  private RegexNode sequence() throws RegexSyntaxException {
    List<RegexNode> parts = new ArrayList<>();
    while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
      parts.add(repeated());
    }
    return parts.size() == 1 ? parts.get(0) : new Sequence(parts);
  }

  private RegexNode repeated() throws RegexSyntaxException {
    RegexNode atom = atom();
    int start = at;
    int[] times = times();
    if (times.length == 0) {
      return atom;
    }
    if (atom instanceof Place) {
      throw error(start, "something that can be repeated before this");
    }
    // Whether few or many are taken first makes no difference to whether it is found.
    take('?');
    if (at < source.length() && (peekTimes() || source.charAt(at) == '+')) {
      throw error(at, "no second repetition, unless the first is put in parentheses");
    }
    return new Repeat(atom, times[0], times[1]);
  }

  private boolean peekTimes() {
    char c = source.charAt(at);
    return c == '*' || c == '+' || c == '?' || c == '{';
  }

  /** The least and the most of a repetition; empty if none follows. */
  private int[] times() throws RegexSyntaxException {
    if (take('*')) {
      return new int[] {0, -1};
    }
    if (take('+')) {
      return new int[] {1, -1};
    }
    if (take('?')) {
      return new int[] {0, 1};
    }
    if (!take('{')) {
      return new int[0];
    }
    int start = at;
    int min = number();
    int max = min;
    if (take(',')) {
      max = at < source.length() && source.charAt(at) == '}' ? -1 : number();
    }
    if (!take('}')) {
      throw error(at, "\"}\", as in {2}, {2,} or {2,5}; \"\\{\" for the character");
    }
    if (max >= 0 && max < min) {
      throw error(start, "a second number that is not below the first");
    }
    return new int[] {min, max};
  }

  private int number() throws RegexSyntaxException {
    int start = at;
    int value = 0;
    while (at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '9') {
      value = Math.min(10_000, value * 10 + source.charAt(at++) - '0');
    }
    if (start == at) {
      throw error(at, "a number, as in {2}, {2,} or {2,5}; \"\\{\" for the character");
    }
    if (value > MAX_TIMES) {
      throw error(start, "a number of at most " + MAX_TIMES);
    }
    return value;
  }

  private RegexNode atom() throws RegexSyntaxException {
    int start = at;
    int c = next();
    switch (c) {
      case '(' -> {
        return group(start);
      }
      case '[' -> {
        return new One(bracket(start));
      }
      case '.' -> {
        return new One(CharSet.ANY);
      }
      case '^' -> {
        return Place.START;
      }
      case '$' -> {
        return Place.END;
      }
      case '*', '+', '?', '{' ->
          throw error(start, "something to repeat before this, or a \"\\\" before the character");
      case '\\' -> {
        return escape(start);
      }
      default -> {
        return literal(c);
      }
    }
  }

  private One literal(int c) {
    CharSet set = CharSet.single(c);
    return new One(caseless ? set.caseless() : set);
  }

  private RegexNode group(int start) throws RegexSyntaxException {
    if (++depth > MAX_DEPTH) {
      throw error(start, "at most " + MAX_DEPTH + " parentheses within one another");
    }
    if (at < source.length() && source.charAt(at) == '?' && !source.startsWith("?:", at)) {
      throw error(
          start,
          "( ) or (?: ): looking ahead or behind, names and options are not known here;"
              + " (?i) may stand at the very beginning");
    }
    if (source.startsWith("?:", at)) {
      at += 2;
    }
    RegexNode node = choice();
    if (!take(')')) {
      throw error(start, "a \")\" that closes this, or \"\\(\" for the character");
    }
    depth--;
    return node;
  }

  /** Behind a backslash, outside of brackets. */
  private RegexNode escape(int start) throws RegexSyntaxException {
    if (at < source.length()) {
      switch (source.charAt(at)) {
        case 'b' -> {
          at++;
          return Place.WORD_BOUNDARY;
        }
        case 'B' -> {
          at++;
          return Place.NO_WORD_BOUNDARY;
        }
        case 'A' -> {
          at++;
          return Place.START;
        }
        case 'z' -> {
          at++;
          return Place.END;
        }
        default -> {
          // A character, or a set of them.
        }
      }
    }
    CharSet set = escapedSet(start);
    return new One(caseless ? set.caseless() : set);
  }

  private CharSet escapedSet(int start) throws RegexSyntaxException {
    if (at == source.length()) {
      throw error(start, "a character behind the \"\\\"");
    }
    int c = next();
    return switch (c) {
      case 'd' -> CharSet.DIGITS;
      case 'D' -> CharSet.DIGITS.complement();
      case 'w' -> CharSet.WORD;
      case 'W' -> CharSet.WORD.complement();
      case 's' -> CharSet.BLANKS;
      case 'S' -> CharSet.BLANKS.complement();
      case 't' -> CharSet.single('\t');
      case 'n' -> CharSet.single('\n');
      case 'r' -> CharSet.single('\r');
      case 'f' -> CharSet.single('\f');
      case 'v' -> CharSet.single(0x0B);
      case 'a' -> CharSet.single(0x07);
      case 'e' -> CharSet.single(0x1B);
      case 'x' -> CharSet.single(hex(start));
      case 'u' -> CharSet.single(hexDigits(start, 4));
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw error(start, unknownEscape(c));
        }
        yield CharSet.single(c);
      }
    };
  }

  private static String unknownEscape(int c) {
    return c >= '1' && c <= '9'
        ? "something else: references to groups are not known here"
        : "one of \\d \\w \\s \\D \\W \\S \\b \\B \\A \\z \\t \\n \\r \\f \\v \\a \\e \\x41 \\u0041, or a \"\\\" before"
            + " a character that is no letter";
  }

  private int hex(int start) throws RegexSyntaxException {
    if (!take('{')) {
      return hexDigits(start, 2);
    }
    int end = source.indexOf('}', at);
    if (end < 0 || end - at < 1 || end - at > 6) {
      throw error(start, "one to six hexadecimal digits in braces");
    }
    int c = hexDigits(start, end - at);
    at++;
    return c;
  }

  private int hexDigits(int start, int count) throws RegexSyntaxException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int digit = at < source.length() ? hexDigit(source.charAt(at++)) : -1;
      if (digit < 0) {
        throw error(start, "hexadecimal digits, as in \\x41, \\x{1F600} or \\u00E9");
      }
      value = value * 16 + digit;
    }
    boolean surrogate = value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
    if (value == 0 || value > CharSet.MAX || surrogate) {
      throw error(start, "the number of a character that text can have");
    }
    return value;
  }

  private static int hexDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private CharSet bracket(int start) throws RegexSyntaxException {
    boolean inverted = take('^');
    CharSet set = new CharSet(List.of());
    boolean first = true;
    while (first || at >= source.length() || source.charAt(at) != ']') {
      if (at >= source.length()) {
        throw error(start, "a \"]\" that closes this, or \"\\[\" for the character");
      }
      set = set.plus(bracketItem());
      first = false;
    }
    at++;
    if (caseless) {
      set = set.caseless();
    }
    CharSet meant = inverted ? set.complement() : set;
    if (meant.isEmpty()) {
      throw error(start, "a set that some character is in");
    }
    return meant;
  }

  /** A character, a range, or a set by its letter. */
  private CharSet bracketItem() throws RegexSyntaxException {
    int start = at;
    if (source.startsWith("[:", at) || source.startsWith("[.", at) || source.startsWith("[=", at)) {
      throw error(start, "\\d, \\w or \\s for a class of characters, or \"\\[\" for the character");
    }
    CharSet from = bracketCharacter();
    boolean range =
        at + 1 < source.length() && source.charAt(at) == '-' && source.charAt(at + 1) != ']';
    if (!range) {
      return from;
    }
    if (!from.isSingle()) {
      throw error(start, "a single character before \"-\", or \"\\-\" for the character");
    }
    at++;
    CharSet to = bracketCharacter();
    if (!to.isSingle() || to.single() < from.single()) {
      throw error(start, "a range from a lower character to a higher one");
    }
    return CharSet.of(from.single(), to.single());
  }

  private CharSet bracketCharacter() throws RegexSyntaxException {
    int start = at;
    int c = next();
    if (c != '\\') {
      return CharSet.single(c);
    }
    if (take('b')) {
      return CharSet.single('\b');
    }
    return escapedSet(start);
  }

  private int next() throws RegexSyntaxException {
    int c = source.codePointAt(at);
    if (c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw error(at, "a character that text can have");
    }
    at += Character.charCount(c);
    return c;
  }

  private boolean take(char c) {
    if (at < source.length() && source.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private static RegexSyntaxException error(int index, String expected) {
    return new RegexSyntaxException(index, expected);
  }
}
