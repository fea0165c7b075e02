package io.logagg.protocol.syslog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Structured data as RFC 5424 section 6.3 has it.
 *
 * @param elements parameters by element
 * @param end where it ends in the message
 */
record StructuredData(Map<String, Map<String, List<String>>> elements, int end) {
  /** Reads what begins at {@code from}; null if that is none. */
  static @Nullable StructuredData read(String message, int from) {
    int length = message.length();
    if (from < length && message.charAt(from) == '-') {
      return ended(message, from + 1) ? new StructuredData(Map.of(), from + 1) : null;
    }
    Map<String, Map<String, List<String>>> elements = new LinkedHashMap<>();
    int at = from;
    while (at < length && message.charAt(at) == '[') {
      at = element(message, at + 1, elements);
      if (at < 0) {
        return null;
      }
    }
    return at > from && ended(message, at) ? new StructuredData(elements, at) : null;
  }

  private static boolean ended(String message, int at) {
    return at == message.length() || message.charAt(at) == ' ';
  }

  /** Where the element ends that begins at {@code from}, behind its bracket; -1 if it is none. */
  private static int element(String s, int from, Map<String, Map<String, List<String>>> elements) {
    int at = nameEnd(s, from);
    if (at == from) {
      return -1;
    }
    Map<String, List<String>> params =
        elements.computeIfAbsent(s.substring(from, at), first -> new LinkedHashMap<>());
    while (at < s.length() && s.charAt(at) == ' ') {
      while (at < s.length() && s.charAt(at) == ' ') {
        at++;
      }
      if (at < s.length() && s.charAt(at) == ']') {
        break; // A blank before the bracket, as some write it.
      }
      int equals = nameEnd(s, at);
      if (equals == at || !s.startsWith("=\"", equals)) {
        return -1;
      }
      StringBuilder value = new StringBuilder();
      int end = value(s, equals + 2, value);
      if (end < 0) {
        return -1;
      }
      params
          .computeIfAbsent(s.substring(at, equals), first -> new ArrayList<>())
          .add(value.toString());
      at = end;
    }
    return at < s.length() && s.charAt(at) == ']' ? at + 1 : -1;
  }

  private static int nameEnd(String s, int from) {
    int at = from;
    while (at < s.length() && " =]\"".indexOf(s.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  /** Where the value ends, behind its quote; a backslash that escapes nothing is one itself. */
  private static int value(String s, int from, StringBuilder out) {
    for (int at = from; at < s.length(); at++) {
      char c = s.charAt(at);
      if (c == '"') {
        return at + 1;
      }
      boolean escapes = c == '\\' && at + 1 < s.length() && "\"\\]".indexOf(s.charAt(at + 1)) >= 0;
      out.append(escapes ? s.charAt(++at) : c);
    }
    return -1;
  }
}
