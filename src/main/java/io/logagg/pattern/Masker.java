package io.logagg.pattern;

/**
 * Masks what varies from message to message by its form alone: numbers with their units, ids,
 * addresses, paths, times, values of {@code key=value}, quoted names. Works on the characters
 * themselves, once over, and makes no objects. Not thread-safe.
 *
 * <p>That masking of plain values before the search for templates is what accuracy depends on most
 * is told by Zhu et al., "Tools and Benchmarks for Automated Log Parsing" (ICSE-SEIP 2019).
 */
final class Masker {
  private static final int ANY_OTHER_THAN_WORD =
      CharKind.DIGIT
          | CharKind.COLON
          | CharKind.SLASH
          | CharKind.BACKSLASH
          | CharKind.DELIMITER
          | CharKind.DOT;

  private final int maxChars;
  private final int maxTokens;
  private final char[] in;
  private int length;
  private final MaskedText out = new MaskedText();

  /**
   * What is beyond these of a message is one variable part.
   *
   * @param maxChars at most so many characters of a message are read
   * @param maxTokens at most so many words, as blanks part them
   */
  Masker(int maxChars, int maxTokens) {
    this.maxChars = maxChars;
    this.maxTokens = maxTokens;
    this.in = new char[maxChars];
  }

  /**
   * Masks one message. Lines behind the first are one variable part: of a stack trace, only its
   * beginning tells what happened.
   *
   * @return good until the next call
   */
  MaskedText mask(String message) {
    out.begin(in);
    length = Math.min(message.length(), maxChars);
    message.getChars(0, length, in, 0);
    boolean cut = length < message.length();
    if (cut && !CharKind.is(message.charAt(length), CharKind.BLANK)) {
      length = endOfWholeTokens();
    }
    int at = 0;
    int tokens = 0;
    while (true) {
      while (at < length
          && CharKind.is(in[at], CharKind.BLANK)
          && !(in[at] == '\n' && tokens > 0)) {
        at++;
      }
      if (at == length) {
        break;
      }
      if (in[at] == '\n' || tokens == maxTokens) {
        cut |= hasMore(at);
        break;
      }
      tokens++;
      at = token(at);
    }
    if (cut) {
      out.addRest(length);
    }
    return out;
  }

  /** Before the token that was cut; if there is no other, behind what there is of it. */
  private int endOfWholeTokens() {
    int end = length;
    while (end > 0 && !CharKind.is(in[end - 1], CharKind.BLANK)) {
      end--;
    }
    return end == 0 ? length : end;
  }

  private boolean hasMore(int from) {
    int at = from;
    while (at < length && CharKind.is(in[at], CharKind.BLANK)) {
      at++;
    }
    return at < length;
  }

  /** Masks one token; answers where the next may begin. */
  private int token(int start) {
    int end = endOfToken(start);
    int from = start;
    while (from < end && CharKind.is(in[from], CharKind.OPENER) && !isComparison(from, end)) {
      from++;
    }
    int to = end;
    while (to > from && CharKind.is(in[to - 1], CharKind.CLOSER)) {
      to--;
    }
    out.beginToken();
    if (isFiller(start, end) && (out.isBehindSlot() || isNumberBehind(end))) {
      out.addSlot(Slot.ANY, start, end);
      out.endToken();
      return end;
    }
    out.add(in, start, from);
    int done = from == to ? to : core(from, to, end);
    int closers = Math.max(done, to);
    int after = Math.max(closers, end);
    if (closers > end) {
      // A quoted value or a unit went beyond the token; what is attached to it goes along.
      after = endOfToken(closers);
    }
    out.add(in, closers, after);
    out.endToken();
    return after;
  }

  /** Whether the next token is a number or one that was too wide. */
  private boolean isNumberBehind(int from) {
    return from + 1 < length && (in[from + 1] == '*' || CharKind.is(in[from + 1], CharKind.DIGIT));
  }

  private int endOfToken(int start) {
    int end = start;
    while (end < length && !CharKind.is(in[end], CharKind.BLANK)) {
      end++;
    }
    return end;
  }

  /** Stars instead of a number that was too wide for its column. */
  private boolean isFiller(int start, int end) {
    for (int i = start; i < end; i++) {
      if (in[i] != '*') {
        return false;
      }
    }
    return end - start > 1;
  }

  /** {@code <1} is a number, {@code <a>} and {@code <1>} are none. */
  private boolean isComparison(int at, int end) {
    return in[at] == '<'
        && at + 1 < end
        && CharKind.is(in[at + 1], CharKind.DIGIT)
        && in[end - 1] != '>';
  }

  /** Masks a token without the brackets and marks around it; answers how far it went. */
  private int core(int from, int to, int end) {
    if (from > 0
        && to < end
        && CharKind.is(in[from - 1], CharKind.QUOTE)
        && in[to] == in[from - 1]) {
      out.addSlot(Slot.ANY, from, to);
      return to;
    }
    int kinds = 0;
    for (int i = from; i < to; i++) {
      kinds |= CharKind.of(in[i]);
    }
    if ((kinds & ANY_OTHER_THAN_WORD) == 0) {
      return word(from, to, end);
    }
    if ((kinds & CharKind.DIGIT) != 0) {
      if (Shapes.address(in, from, to) == to
          || Shapes.hexGroups(in, from, to) == to
          || Shapes.hostAndPort(in, from, to) == to) {
        out.addSlot(Slot.ADDRESS, from, to);
        return to;
      }
      Slot number = Shapes.ofNumber(in, from, to);
      if (number != null) {
        return number(number, from, to, end);
      }
      if (Shapes.time(in, from, to) == to) {
        boolean isTime = (kinds & CharKind.COLON) != 0 || isDate(from, to);
        out.addSlot(isTime ? Slot.TIME : Slot.NUMBER, from, to);
        return to;
      }
    }
    if (Shapes.isUrl(in, from, to)) {
      out.addSlot(Slot.PATH, from, to);
      return to;
    }
    boolean apart =
        (kinds & (CharKind.DELIMITER | CharKind.COLON)) != 0 || Shapes.hasDots(in, from, to);
    if (Shapes.isPath(in, from, to) && Shapes.address(in, from, to) < 0) {
      return path(from, to);
    }
    if (apart || isOneInnerSlash(from, to)) {
      return pieces(from, to);
    }
    if ((kinds & (CharKind.SLASH | CharKind.BACKSLASH)) != 0) {
      out.addSlot(Slot.PATH, from, to);
    } else if ((kinds & CharKind.DIGIT) != 0) {
      out.addSlot(Shapes.ofId(in, from, to), from, to);
    } else {
      out.add(in, from, to);
    }
    return to;
  }

  private boolean isDate(int from, int to) {
    return to - from >= 8 && Shapes.digits(in, from, to) == from + 4 && in[from + 4] == '-';
  }

  private boolean isOneInnerSlash(int from, int to) {
    int slashes = 0;
    for (int i = from; i < to; i++) {
      if (in[i] == '\\') {
        return false;
      }
      slashes += in[i] == '/' ? 1 : 0;
    }
    return slashes == 1;
  }

  /** Letters alone; names of days and months are masked where they belong to a date. */
  private int word(int from, int to, int end) {
    if (to == end
        && (Units.isMonth(in, from, to) || Units.isDay(in, from, to))
        && isDateBehind(to)) {
      out.addSlot(Slot.TIME, from, to);
    } else if (Shapes.isLiteral(in, from, to)) {
      out.addSlot(Slot.ANY, from, to);
    } else {
      out.add(in, from, to);
    }
    return to;
  }

  private boolean isDateBehind(int from) {
    int at = from;
    while (at < length && in[at] == ' ') {
      at++;
    }
    if (at == from || at == length) {
      return false;
    }
    return CharKind.is(in[at], CharKind.DIGIT)
        || Units.isMonth(in, at, Math.min(length, endOfToken(at)));
  }

  /** With its unit, which may stand behind a blank. */
  private int number(Slot kind, int from, int to, int end) {
    if (kind == Slot.NUMBER && to == end && end + 1 < length && in[end] == ' ') {
      int unitEnd = end + 1;
      while (unitEnd < length && CharKind.is(in[unitEnd], CharKind.LETTER)) {
        unitEnd++;
      }
      Slot unit = unitEnd == end + 1 ? null : Units.apart(in, end + 1, unitEnd);
      if (unit != null && isOnlyClosers(unitEnd)) {
        out.addSlot(unit, from, unitEnd);
        return unitEnd;
      }
    }
    out.addSlot(kind, from, to);
    return to;
  }

  private boolean isOnlyClosers(int from) {
    int at = from;
    while (at < length && CharKind.is(in[at], CharKind.CLOSER)) {
      at++;
    }
    return at == length || CharKind.is(in[at], CharKind.BLANK);
  }

  /** Up to what no path has. */
  private int path(int from, int to) {
    int at = from;
    while (at < to && "[](){}<>\"'`|,;".indexOf(in[at]) < 0) {
      at++;
    }
    if (at == from) {
      at = to;
    }
    int end = at;
    while (end > from + 1 && at < to && (in[end - 1] == ':' || in[end - 1] == '.')) {
      end--;
    }
    out.addSlot(Slot.PATH, from, end);
    return end < to ? pieces(end, to) : to;
  }

  /** Masks what stands between delimiters; answers how far it went. */
  private int pieces(int from, int to) {
    int at = from;
    while (at < to) {
      if (isPathBegin(at, from, to)) {
        return path(at, to);
      }
      if (!isDelimiter(at, to)) {
        at = piece(at, to);
      } else if (in[at] == '=' && isKey(at, from) && !isStructure(at + 1, to)) {
        out.add('=');
        at = value(at + 1, to);
      } else {
        out.add(in[at]);
        at++;
      }
    }
    return at;
  }

  /** Behind a delimiter, or at the beginning, not within words. */
  private boolean isPathBegin(int at, int from, int to) {
    boolean begins = at == from || !CharKind.is(in[at - 1], CharKind.LETTER | CharKind.DIGIT);
    return begins
        && ((in[at] == '/' && Shapes.isPath(in, at, to) && Shapes.address(in, at, to) < 0)
            || Shapes.isUrl(in, at, to));
  }

  private boolean isDelimiter(int at, int to) {
    char c = in[at];
    if (CharKind.is(c, CharKind.DELIMITER | CharKind.COLON | CharKind.QUOTE)) {
      return true;
    }
    return c == '/' || (c == '.' && (isDot(at + 1, to) || isDot(at - 1, to)));
  }

  private boolean isKey(int at, int from) {
    return at > from
        && (CharKind.is(in[at - 1], CharKind.LETTER | CharKind.DIGIT) || in[at - 1] == '"');
  }

  private boolean isDot(int at, int to) {
    return at >= 0 && at < to && in[at] == '.';
  }

  /** Whether the value has parts of its own, or there is an operator instead of one. */
  private boolean isStructure(int at, int to) {
    return at < to && "=([{<>~".indexOf(in[at]) >= 0;
  }

  /** Masks a value, also if it is empty: whether there is one makes no other template. */
  private int value(int from, int to) {
    if (from < to && CharKind.is(in[from], CharKind.QUOTE)) {
      int close = from + 1;
      while (close < length && in[close] != in[from] && in[close] != '\n') {
        close++;
      }
      if (close < length && in[close] == in[from]) {
        out.addSlot(Slot.ANY, from, close + 1);
        return close + 1;
      }
    }
    int end = from;
    while (end < to && ",;&|)}]>\"'".indexOf(in[end]) < 0) {
      end++;
    }
    Slot kind = Shapes.ofValue(in, from, end);
    if (kind == Slot.NUMBER && end == to) {
      return number(kind, from, to, endOfToken(to));
    }
    out.addSlot(kind, from, end);
    return end;
  }

  /**
   * Masks from here to the next delimiter, or a shape that has some in it; answers where it ends.
   */
  private int piece(int from, int to) {
    int shape = shape(from, to);
    if (shape > from) {
      return shape;
    }
    int end = from;
    int kinds = 0;
    while (end < to && !isDelimiter(end, to)) {
      kinds |= CharKind.of(in[end]);
      end++;
    }
    if (Shapes.isLiteral(in, from, end)) {
      out.addSlot(Slot.ANY, from, end);
    } else if ((kinds & CharKind.DIGIT) == 0) {
      out.add(in, from, end);
    } else {
      out.addSlot(Shapes.ofPiece(in, from, end), from, end);
    }
    return end;
  }

  /** The end of an address or a path that begins here, masked; -1 if there is none. */
  private int shape(int from, int to) {
    int end = Shapes.address(in, from, to);
    end = end < 0 ? Shapes.hexGroups(in, from, to) : end;
    end = end < 0 ? Shapes.hostAndPort(in, from, to) : end;
    if (end > from) {
      out.addSlot(Slot.ADDRESS, from, end);
    }
    return end;
  }
}
