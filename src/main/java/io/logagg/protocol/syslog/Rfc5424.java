package io.logagg.protocol.syslog;

import io.logagg.record.Timestamps;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads messages as RFC 5424 section 6 has them. */
final class Rfc5424 {
  private static final char BOM = '\uFEFF';

  /** Of any of the fields of the head; the RFC allows 255 at most. */
  private static final int MAX_FIELD_CHARS = 255;

  private Rfc5424() {}

  /** The message whose version stands at {@code from}; null if it is none of these. */
  static @Nullable SyslogMessage parse(String message, int from, int pri) {
    if (!message.startsWith("1 ", from)) {
      return null;
    }
    String[] head = new String[5];
    int at = from + 2;
    for (int i = 0; i < head.length; i++) {
      int end = message.indexOf(' ', at);
      if (i == head.length - 1 && end < 0) {
        end = message.length();
      }
      if (end <= at || end - at > MAX_FIELD_CHARS) {
        return null;
      }
      head[i] = message.substring(at, end);
      at = end + 1;
    }
    OptionalLong time = head[0].equals("-") ? OptionalLong.empty() : Timestamps.parse(head[0]);
    if (time.isEmpty() && !head[0].equals("-")) {
      return null;
    }
    StructuredData read = StructuredData.read(message, at);
    // What is no structured data is the message's text: nothing of it is lost.
    StructuredData data = read == null ? new StructuredData(Map.of(), at) : read;
    return new SyslogMessage(
        pri,
        time.isPresent() ? time.getAsLong() : null,
        orNull(head[1]),
        orNull(head[2]),
        orNull(head[3]),
        orNull(head[4]),
        data.elements(),
        text(message, data.end()));
  }

  private static @Nullable String orNull(String field) {
    return field.equals("-") ? null : field;
  }

  private static String text(String message, int from) {
    int at = from;
    if (at < message.length() && message.charAt(at) == ' ') {
      at++;
    }
    if (at < message.length() && message.charAt(at) == BOM) {
      at++;
    }
    return at < message.length() ? message.substring(at) : "";
  }
}
