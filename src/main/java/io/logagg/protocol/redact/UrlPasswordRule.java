package io.logagg.protocol.redact;

import java.util.ArrayList;
import java.util.List;

/**
 * Passwords in URLs (RFC 3986, 3.2.1): what stands between the first colon and the last at sign of
 * the authority.
 */
final class UrlPasswordRule implements SecretRule {
  private static final String START = "://";

  @Override
  public String name() {
    return BuiltinRule.URL_PASSWORD.label();
  }

  @Override
  public List<Span> find(String text) {
    int start = text.indexOf(START);
    if (start < 0 || text.indexOf('@', start) < 0) {
      return List.of();
    }
    List<Span> found = new ArrayList<>();
    while (start >= 0) {
      int from = start + START.length();
      int end = from;
      int colon = -1;
      int at = -1;
      while (end < text.length() && isOfAuthority(text.charAt(end))) {
        char c = text.charAt(end);
        colon = c == ':' && colon < 0 ? end : colon;
        at = c == '@' ? end : at;
        end++;
      }
      if (colon >= 0 && at > colon + 1 && !Redaction.isRedacted(text, colon + 1, at)) {
        found.add(new Span(colon + 1, at));
      }
      start = text.indexOf(START, end);
    }
    return found;
  }

  private static boolean isOfAuthority(char c) {
    return c > ' ' && "/?#\"'<>`\\".indexOf(c) < 0;
  }
}
