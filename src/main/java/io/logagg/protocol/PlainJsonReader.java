package io.logagg.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Reads the JSON that nearly all records consist of: ASCII, with no escapes but the short ones, and
 * numbers without exponents. Of these it takes exactly what {@link JsonRecordDecoder} takes, and
 * with the same result, in a third of the time; but it knows no guard against colliding field
 * names, since it has no table of them. Whatever else comes, valid or not, it leaves to it.
 */
final class PlainJsonReader {
  /** Deeper ones are left alone, so that no stack depth is a concern. */
  private static final int MAX_DEPTH = 32;

  private static final int MAX_NUMBER_CHARS = 30;

  /** No position: what stands there is not plain. */
  private static final int NOT_PLAIN = -1;

  private final WordCache words;
  private final byte[] bytes;
  private final int to;

  private PlainJsonReader(WordCache words, byte[] bytes, int to) {
    this.words = words;
    this.bytes = bytes;
    this.to = to;
  }

  /**
   * Reads the object at {@code [from, to)} into the draft.
   *
   * @return false if it is not plain; the draft is of no use then
   */
  static boolean read(JsonRecordDraft draft, WordCache words, byte[] bytes, int from, int to) {
    return new PlainJsonReader(words, bytes, to).object(draft, from);
  }

  private boolean object(JsonRecordDraft draft, int from) {
    int at = blanks(from + 1);
    if (peek(at) == '}') {
      return blanks(at + 1) == to;
    }
    while (peek(at) == '"') {
      int nameEnd = ByteScan.endOfPlainText(bytes, at + 1, to);
      if (peek(nameEnd) != '"') {
        return false;
      }
      int value = value(nameEnd + 1);
      int end = value == NOT_PLAIN ? NOT_PLAIN : field(draft, at + 1, nameEnd, value);
      if (end == NOT_PLAIN) {
        return false;
      }
      at = blanks(end);
      if (peek(at) == '}') {
        return blanks(at + 1) == to;
      }
      if (peek(at) != ',') {
        return false;
      }
      at = blanks(at + 1);
    }
    return false;
  }

  /** Takes a field whose value starts at {@code value}; where that ends. */
  private int field(JsonRecordDraft draft, int nameFrom, int nameTo, int value) {
    RecordField field = RecordField.of(bytes, nameFrom, nameTo);
    int end = skip(value, 1);
    if (end == NOT_PLAIN) {
      return NOT_PLAIN;
    }
    if (field == null) {
      draft.other(ascii(nameFrom, nameTo), ascii(value, end));
      return end;
    }
    byte first = bytes[value];
    if (field == RecordField.METADATA) {
      if (first != '{') {
        return NOT_PLAIN;
      }
      draft.metadata(ascii(value, end));
      return end;
    }
    if (first == '"') {
      draft.text(field, string(field, value + 1, end - 1));
      return end;
    }
    if (first == '-' || isDigit(first)) {
      draft.text(field, ascii(value, end));
      return end;
    }
    return NOT_PLAIN;
  }

  /** The content of a string, known to be plain. */
  private String string(RecordField field, int from, int end) {
    int escape = ByteScan.indexOf(bytes, from, end, (byte) '\\');
    if (escape < end) {
      return unescaped(from, escape, end);
    }
    return field.isWord() ? words.get(bytes, from, end) : ascii(from, end);
  }

  private String unescaped(int from, int firstEscape, int end) {
    byte[] out = new byte[end - from];
    int size = firstEscape - from;
    System.arraycopy(bytes, from, out, 0, size);
    for (int i = firstEscape; i < end; i++) {
      byte b = bytes[i];
      out[size++] = b == '\\' ? unescape(bytes[++i]) : b;
    }
    return new String(out, 0, size, StandardCharsets.ISO_8859_1);
  }

  private static byte unescape(byte letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> letter;
    };
  }

  private String ascii(int from, int end) {
    return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
  }

  /** Where the value behind a name that ended before {@code at} starts. */
  private int value(int at) {
    int colon = blanks(at);
    return peek(colon) == ':' ? blanks(colon + 1) : NOT_PLAIN;
  }

  private int blanks(int from) {
    int at = from;
    while (at < to && JsonBytes.isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  /** The byte there; 0, which stands nowhere in plain JSON, behind the end. */
  private byte peek(int at) {
    return at < to ? bytes[at] : 0;
  }

  /** Where the value at {@code at} ends. */
  private int skip(int at, int depth) {
    return switch (peek(at)) {
      case '"' -> skipString(at + 1);
      case '{' -> skipMembers(at + 1, depth + 1, '}');
      case '[' -> skipMembers(at + 1, depth + 1, ']');
      case 't' -> skipWord(at, "true");
      case 'f' -> skipWord(at, "false");
      case 'n' -> skipWord(at, "null");
      default -> skipNumber(at);
    };
  }

  private int skipString(int from) {
    int at = ByteScan.endOfPlainText(bytes, from, to);
    while (peek(at) == '\\') {
      if ("\"\\/bfnrt".indexOf(peek(at + 1)) < 0) {
        return NOT_PLAIN;
      }
      at = ByteScan.endOfPlainText(bytes, at + 2, to);
    }
    return peek(at) == '"' ? at + 1 : NOT_PLAIN;
  }

  private int skipMembers(int from, int depth, char close) {
    int at = blanks(from);
    if (depth > MAX_DEPTH) {
      return NOT_PLAIN;
    }
    if (peek(at) == close) {
      return at + 1;
    }
    while (true) {
      int value = close == ']' ? at : memberValue(at);
      int end = value == NOT_PLAIN ? NOT_PLAIN : skip(value, depth);
      if (end == NOT_PLAIN) {
        return NOT_PLAIN;
      }
      at = blanks(end);
      if (peek(at) == close) {
        return at + 1;
      }
      if (peek(at) != ',') {
        return NOT_PLAIN;
      }
      at = blanks(at + 1);
    }
  }

  /** Where the value of the member starts whose name stands at {@code at}. */
  private int memberValue(int at) {
    int nameEnd = peek(at) == '"' ? skipString(at + 1) : NOT_PLAIN;
    return nameEnd == NOT_PLAIN ? NOT_PLAIN : value(nameEnd);
  }

  private int skipWord(int at, String word) {
    if (word.length() > to - at) {
      return NOT_PLAIN;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return NOT_PLAIN;
      }
    }
    return isEnd(at + word.length()) ? at + word.length() : NOT_PLAIN;
  }

  private int skipNumber(int from) {
    int at = peek(from) == '-' ? from + 1 : from;
    int whole = digits(at);
    if (whole == at || (bytes[at] == '0' && whole > at + 1)) {
      return NOT_PLAIN;
    }
    at = whole;
    if (peek(at) == '.') {
      int fraction = digits(at + 1);
      if (fraction == at + 1) {
        return NOT_PLAIN;
      }
      at = fraction;
    }
    return at - from <= MAX_NUMBER_CHARS && isEnd(at) ? at : NOT_PLAIN;
  }

  private int digits(int from) {
    int at = from;
    while (isDigit(peek(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** Whether a number or a word may end before that position. */
  private boolean isEnd(int at) {
    byte b = peek(at);
    return b == ',' || b == '}' || b == ']' || JsonBytes.isBlank(b);
  }
}
