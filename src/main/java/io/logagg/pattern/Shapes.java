package io.logagg.pattern;

import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tells by its form what a piece of text is. Hand-written: regular expressions take ten times as
 * long, and each message has many pieces. Each method answers where the shape ends, or -1.
 */
final class Shapes {
  /** Ends of names of source files, which no host has. */
  private static final String SOURCES =
      " c cc cpp h hpp cs go rs js ts py rb pl pm php sh kt ml hs lua vb java scala ";

  private static final String[] LITERALS = {
    "true", "false", "null", "True", "False", "TRUE", "FALSE", "NULL"
  };

  private Shapes() {}

  /** An IPv4 address, with a slash before it as Java has it, and a port or a prefix length. */
  static int address(char[] in, int start, int end) {
    int at = start < end && in[start] == '/' ? start + 1 : start;
    for (int part = 0; part < 4; part++) {
      int digits = digits(in, at, end);
      if (digits == at || digits - at > 3) {
        return -1;
      }
      at = digits;
      if (part < 3) {
        if (at == end || in[at] != '.') {
          return -1;
        }
        at++;
      }
    }
    if (at < end && (in[at] == ':' || in[at] == '/')) {
      int port = digits(in, at + 1, end);
      at = port > at + 1 ? port : at;
    }
    int behind = at < end && in[at] == '.' ? at + 1 : at;
    boolean goesOn =
        behind < end && CharKind.is(in[behind], CharKind.LETTER | CharKind.DIGIT | CharKind.DASH);
    return goesOn ? -1 : at;
  }

  /** The name of a host with a port. */
  static int hostAndPort(char[] in, int start, int end) {
    int at = start;
    int dots = 0;
    int lastDot = start;
    while (at < end
        && CharKind.is(in[at], CharKind.LETTER | CharKind.DIGIT | CharKind.DASH | CharKind.DOT)
        && in[at] != ':') {
      if (in[at] == '.') {
        dots++;
        lastDot = at;
      }
      at++;
    }
    if (dots == 0 || at == end || in[at] != ':' || lastDot + 1 == at) {
      return -1;
    }
    int port = digits(in, at + 1, end);
    if (port == at + 1 || port - at > 6 || (dots == 1 && !isDomain(in, lastDot + 1, at))) {
      return -1;
    }
    return port < end && CharKind.is(in[port], CharKind.LETTER) ? -1 : port;
  }

  private static boolean isDomain(char[] in, int start, int end) {
    for (int i = start; i < end; i++) {
      if (in[i] < 'a' || in[i] > 'z') {
        return false;
      }
    }
    return end - start > 1 && !SOURCES.contains(" " + new String(in, start, end - start) + " ");
  }

  /** Groups of hexadecimal digits with colons: IPv6 and hardware addresses. */
  static int hexGroups(char[] in, int start, int end) {
    int at = start;
    int colons = 0;
    int group = 0;
    boolean doubled = false;
    boolean hasFullGroups = true;
    while (at < end) {
      char c = in[at];
      if (c == ':') {
        doubled |= at > start && in[at - 1] == ':';
        hasFullGroups &= group == 2;
        colons++;
        group = 0;
      } else if (CharKind.is(c, CharKind.DIGIT | CharKind.HEX_LETTER)) {
        if (++group > 4) {
          return -1;
        }
      } else {
        break;
      }
      at++;
    }
    if (at < end && CharKind.is(in[at], CharKind.LETTER)) {
      return -1;
    }
    while (at > start && in[at - 1] == ':' && !(at - 2 >= start && in[at - 2] == ':')) {
      at--;
      colons--;
    }
    boolean known = (colons >= 5 && (hasFullGroups || colons == 7)) || (doubled && colons >= 2);
    return known ? at : -1;
  }

  /**
   * A whole number or a decimal one, with a sign, a comparison before it or a percent behind it.
   */
  static int number(char[] in, int start, int end) {
    int at = start;
    while (at < end && "+-<>~=#$".indexOf(in[at]) >= 0) {
      at++;
    }
    int first = at;
    while (true) {
      int digits = digits(in, at, end);
      if (digits == at) {
        break;
      }
      at = digits;
      if (at + 1 < end
          && (in[at] == '.' || in[at] == ',')
          && CharKind.is(in[at + 1], CharKind.DIGIT)) {
        at++;
      } else {
        break;
      }
    }
    if (at == first) {
      return -1;
    }
    if (at + 2 < end && (in[at] == 'e' || in[at] == 'E') && "+-".indexOf(in[at + 1]) >= 0) {
      int exponent = digits(in, at + 2, end);
      at = exponent > at + 2 ? exponent : at;
    }
    return at < end && in[at] == '%' ? at + 1 : at;
  }

  /** A date, a time of day or both in digits: {@code 2016/9/27:20:30:31.455}, {@code 00:01}. */
  static int time(char[] in, int start, int end) {
    int at = start;
    int separators = 0;
    int groups = 0;
    while (at < end) {
      int digits = digits(in, at, end);
      if (digits == at) {
        return -1;
      }
      groups++;
      at = digits;
      if (at == end) {
        break;
      }
      char c = in[at];
      if (c == 'Z' && at + 1 == end && groups > 2) {
        return separators > 1 ? end : -1;
      }
      boolean separates =
          c == ':' || c == '-' || c == '/' || c == '.' || c == ',' || c == 'T' || c == '+';
      if (!separates || at + 1 == end) {
        return -1;
      }
      separators += c == '.' || c == ',' ? 0 : 1;
      at++;
    }
    return separators > 0 ? end : -1;
  }

  /** A word that is a value in programs and never one of a template. */
  static boolean isLiteral(char[] in, int start, int end) {
    int size = end - start;
    if (size < 4 || size > 5) {
      return false;
    }
    for (String literal : LITERALS) {
      if (literal.length() == size
          && literal.charAt(0) == in[start]
          && literal.contentEquals(CharBuffer.wrap(in, start, size))) {
        return true;
      }
    }
    return false;
  }

  /** Where the digits end. */
  static int digits(char[] in, int start, int end) {
    int at = start;
    while (at < end && in[at] >= '0' && in[at] <= '9') {
      at++;
    }
    return at;
  }

  /** What a piece with a digit and no delimiter is. */
  static Slot ofPiece(char[] in, int start, int end) {
    Slot number = ofNumber(in, start, end);
    return number == null ? ofId(in, start, end) : number;
  }

  /** A name if it begins with letters some of which no hexadecimal number has. */
  static Slot ofId(char[] in, int start, int end) {
    boolean beyondHex = false;
    int at = start;
    while (at < end && CharKind.is(in[at], CharKind.LETTER)) {
      beyondHex |= !CharKind.is(in[at], CharKind.HEX_LETTER);
      at++;
    }
    return beyondHex && at - start > 1 ? Slot.NAME : Slot.ID;
  }

  /** Null if it is no number alone, nor one with a unit. */
  static @Nullable Slot ofNumber(char[] in, int start, int end) {
    int at = number(in, start, end);
    if (at == end) {
      return Slot.NUMBER;
    }
    return at < 0 ? null : Units.attached(in, at, end);
  }

  /** Whether there are dots in it that fill a line up to its value. */
  static boolean hasDots(char[] in, int start, int end) {
    for (int i = start + 1; i < end; i++) {
      if (in[i] == '.' && in[i - 1] == '.') {
        return true;
      }
    }
    return false;
  }

  /** What a value is, whatever it has in it. */
  static Slot ofValue(char[] in, int start, int end) {
    if (start == end) {
      return Slot.ANY;
    }
    if (address(in, start, end) == end) {
      return Slot.ADDRESS;
    }
    if (isPath(in, start, end) || isUrl(in, start, end)) {
      return Slot.PATH;
    }
    Slot number = ofNumber(in, start, end);
    return number == null ? Slot.ANY : number;
  }

  /** Where a path begins: a root, a drive, a place relative to one. */
  static boolean isPath(char[] in, int start, int end) {
    int length = end - start;
    char c = in[start];
    if (length < 2) {
      return false;
    }
    char second = in[start + 1];
    return switch (c) {
      case '/' -> second != '/' || length > 2;
      case '\\' -> second == '\\' && length > 2;
      case '~' -> second == '/';
      case '.' -> second == '/' || (second == '.' && length > 2 && in[start + 2] == '/');
      default ->
          length > 2 && second == ':' && in[start + 2] == '\\' && CharKind.is(c, CharKind.LETTER);
    };
  }

  /** Whether it begins with a scheme, as {@code hdfs://} is. */
  static boolean isUrl(char[] in, int start, int end) {
    int at = start;
    while (at < end
        && (CharKind.is(in[at], CharKind.LETTER | CharKind.DIGIT) || "+.-".indexOf(in[at]) >= 0)) {
      at++;
    }
    return at > start && at + 3 < end && in[at] == ':' && in[at + 1] == '/' && in[at + 2] == '/';
  }
}
