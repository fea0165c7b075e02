package io.logagg.protocol.syslog;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.protocol.JsonText;
import io.logagg.protocol.RecordJson;
import io.logagg.record.Timestamps;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object behind the cookie {@code @cee:}: what it says wins over what the head of its
 * message does. Under the first of some names that fits, it is time, level, message, app or
 * service; all else is data.
 */
final class CeeFields {
  private static final String COOKIE = "@cee:";

  private final Map<String, String> raw = new LinkedHashMap<>();

  private CeeFields() {}

  /** The fields of such a text; null if it is none. */
  static @Nullable CeeFields read(String text) {
    int at = text.startsWith(" ") ? 1 : 0;
    if (!text.startsWith(COOKIE, at)) {
      return null;
    }
    byte[] bytes = text.substring(at + COOKIE.length()).getBytes(StandardCharsets.UTF_8);
    try (JsonCursor json = JsonCursor.open(bytes, 0, bytes.length)) {
      if (!json.isObject()) {
        return null;
      }
      CeeFields fields = new CeeFields();
      json.enter();
      while (json.nextField()) {
        String name = json.name();
        fields.raw.put(name, json.raw());
      }
      return json.isLast() ? fields : null;
    } catch (BadJsonException e) {
      return null;
    }
  }

  /**
   * Writes a record of them.
   *
   * @param metadata writes the rest of the message
   */
  void write(RecordJson out, SyslogMessage message, Runnable metadata) {
    String app = take(List.of("app", "appname"), text -> !text.isBlank());
    String level = take(List.of("level", "severity", "syslog!level", "pri"), text -> true);
    String time =
        take(
            List.of("timestamp", "time", "ts", "@timestamp"),
            text -> Timestamps.parse(text).isPresent());
    String text = take(List.of("message", "msg"), any -> true);
    out.app(app == null ? message.app() : app)
        .level(level == null ? SyslogTranslator.level(message) : level)
        .service(take(List.of("service", "logger"), any -> true));
    if (time == null) {
      SyslogTranslator.time(out, message);
    } else {
      out.timestamp(time);
    }
    out.message(text == null ? "" : text).metadata();
    metadata.run();
    raw.forEach(out::raw);
  }

  /** The first of these that holds a fitting text or number; it is used up. */
  private @Nullable String take(List<String> names, Predicate<String> fits) {
    for (String name : names) {
      String value = raw.get(name);
      if (value == null) {
        continue;
      }
      char first = value.charAt(0);
      boolean isNumber = first == '-' || Character.isDigit(first);
      String text = first == '"' ? JsonText.unquote(value) : isNumber ? value : null;
      if (text != null && fits.test(text)) {
        raw.remove(name);
        return text;
      }
    }
    return null;
  }
}
