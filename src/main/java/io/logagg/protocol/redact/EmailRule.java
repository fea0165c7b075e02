package io.logagg.protocol.redact;

import java.util.ArrayList;
import java.util.List;

/**
 * Addresses of e-mail: a name of letters, digits and {@code . _ % + -}, an at sign, plain or as
 * {@code %40}, and a domain with a dot. Quoted names and addresses of bare hosts are not found.
 */
final class EmailRule implements SecretRule {
  private static final int MAX_DOMAIN_CHARS = 255;
  private static final String ENCODED = "%40";

  @Override
  public String name() {
    return BuiltinRule.EMAIL.label();
  }

  @Override
  public List<Span> find(String text) {
    int plain = text.indexOf('@');
    int encoded = text.indexOf(ENCODED);
    if (plain < 0 && encoded < 0) {
      return List.of();
    }
    List<Span> found = new ArrayList<>();
    int free = 0;
    while (plain >= 0 || encoded >= 0) {
      boolean isPlain = plain >= 0 && (encoded < 0 || plain < encoded);
      int sign = isPlain ? plain : encoded;
      int behind = sign + (isPlain ? 1 : ENCODED.length());
      int from = nameStart(text, sign, free);
      int to = domainEnd(text, behind);
      if (from < sign && to > behind) {
        found.add(new Span(from, to));
        behind = to;
      }
      free = behind;
      plain = plain >= 0 && plain < behind ? text.indexOf('@', behind) : plain;
      encoded = encoded >= 0 && encoded < behind ? text.indexOf(ENCODED, behind) : encoded;
    }
    return found;
  }

  private static int nameStart(String text, int sign, int free) {
    int from = sign;
    while (from > free && isOfName(text.charAt(from - 1))) {
      from--;
    }
    return from;
  }

  private static boolean isOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
  }

  /** Where the domain ends that starts there; the start if it is none. */
  private static int domainEnd(String text, int from) {
    int limit = Math.min(text.length(), from + MAX_DOMAIN_CHARS);
    int to = from;
    while (to < limit && isOfDomain(text.charAt(to))) {
      to++;
    }
    while (to > from && !Character.isLetterOrDigit(text.charAt(to - 1))) {
      to--;
    }
    int dot = to - 1;
    while (dot > from && text.charAt(dot) != '.') {
      dot--;
    }
    boolean named = dot > from && to - dot > 2 && Character.isLetter(text.charAt(dot + 1));
    return named ? to : from;
  }

  private static boolean isOfDomain(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-';
  }
}
