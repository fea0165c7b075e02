package io.logagg.protocol.loki;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Labels as one text: {@code {app="shop", level="info"}}, values quoted as in Go, with {@code "} or
 * with {@code `}.
 */
final class LabelText {
  private final String text;
  private int at;

  private LabelText(String text) {
    this.text = text;
  }

  /** What is wrong with a text, for its sender. */
  static final class BadLabelsException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLabelsException(String message) {
      super(message, null, false, false);
    }
  }

  /** The labels by name, in order; of one that comes twice, the last. */
  static Map<String, String> parse(String text) throws BadLabelsException {
    return new LabelText(text).labels();
  }

  private Map<String, String> labels() throws BadLabelsException {
    Map<String, String> labels = new LinkedHashMap<>();
    require('{');
    while (!isNext('}')) {
      String name = name();
      require('=');
      labels.put(name, value());
      if (!isNext(',')) {
        require('}');
        break;
      }
    }
    blanks();
    if (at < text.length()) {
      throw bad("there is more behind the labels");
    }
    return labels;
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean isNext(char expected) {
    blanks();
    if (at < text.length() && text.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void require(char expected) throws BadLabelsException {
    if (!isNext(expected)) {
      throw bad("there must be " + expected);
    }
  }

  private String name() throws BadLabelsException {
    blanks();
    if (at < text.length() && text.charAt(at) == '"') {
      return value(); // As newer versions of Prometheus write names with dots.
    }
    int from = at;
    while (at < text.length() && isOfName(text.charAt(at))) {
      at++;
    }
    if (from == at) {
      throw bad("there must be a label's name");
    }
    return text.substring(from, at);
  }

  private static boolean isOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == ':' || c == '.' || c == '-' || c == '/';
  }

  private String value() throws BadLabelsException {
    blanks();
    char quote = at < text.length() ? text.charAt(at) : ' ';
    if (quote != '"' && quote != '`') {
      throw bad("there must be a label's value in quotes");
    }
    at++;
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        return value.toString();
      }
      if (c == '\\' && quote == '"') {
        escape(value);
      } else {
        value.append(c);
      }
    }
    throw bad("a label's value has no end");
  }

  /** <a href="https://go.dev/ref/spec#Rune_literals">Go's escapes</a>. */
  private void escape(StringBuilder value) throws BadLabelsException {
    char c = at < text.length() ? text.charAt(at++) : ' ';
    switch (c) {
      case 'a' -> value.append('\u0007');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'v' -> value.append('\u000B');
      case '\\', '"', '\'' -> value.append(c);
      case 'x' -> code(value, 2, 16);
      case 'u' -> code(value, 4, 16);
      case 'U' -> code(value, 8, 16);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        code(value, 3, 8);
      }
      default -> throw bad("an escape that Go does not know");
    }
  }

  /** Single bytes ({@code \x}, octal) are taken for the characters of those numbers. */
  private void code(StringBuilder value, int digits, int radix) throws BadLabelsException {
    try {
      int code = Integer.parseUnsignedInt(text, at, Math.min(at + digits, text.length()), radix);
      at += digits;
      value.appendCodePoint(code);
    } catch (IllegalArgumentException e) {
      throw bad("an escape that Go does not know");
    }
  }

  private BadLabelsException bad(String what) {
    return new BadLabelsException("bad labels: " + what + ", at character " + at);
  }
}
