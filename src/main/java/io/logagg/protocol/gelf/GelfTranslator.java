package io.logagg.protocol.gelf;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.protocol.JsonText;
import io.logagg.protocol.ObjectTranslator;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of messages in the <a
 * href="https://go2docs.graylog.org/current/getting_in_log_data/gelf.html">Graylog Extended Log
 * Format</a> 1.1: {@code short_message} is the message, {@code timestamp} the time in seconds,
 * {@code level} one of syslog's; a missing one is INFO, not ALERT as in Graylog. App and service
 * are the first of the additional fields that may name them. All else goes into {@code metadata_},
 * additional fields without their underscore unless another has that name. What is no JSON object
 * is handed on as it is, and becomes a dead letter. Not thread-safe.
 */
public final class GelfTranslator {
  /** As libraries call it; then what Docker's driver sends. */
  private static final List<String> APP_NAMES =
      List.of(
          "_app",
          "_app_name",
          "_application",
          "_application_name",
          "_applicationName",
          "_container_name");

  private static final List<String> SERVICE_NAMES =
      List.of(
          "_service", "_service_name", "_service.name", "_logger", "_logger_name", "_LoggerName");

  /** In place of a {@code short_message}, which not all senders write. */
  private static final List<String> OTHER_MESSAGES = List.of("message", "full_message");

  /**
   * For many messages.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public static SliceSink into(SliceSink target, int maxRecordBytes) {
    return new ObjectTranslator<>(
        target, maxRecordBytes, GelfTranslator::read, GelfTranslator::write);
  }

  private GelfTranslator() {}

  private static final class Message {
    @Nullable String time;
    @Nullable String level;
    @Nullable String text;

    /** Raw JSON by name, as it was sent. */
    final Map<String, String> others = new LinkedHashMap<>();

    /** The first of these that is there; it is used up. */
    @Nullable String take(List<String> candidates) {
      for (String candidate : candidates) {
        String raw = others.get(candidate);
        if (raw != null && raw.startsWith("\"")) {
          String found = JsonText.unquote(raw);
          if (!found.isBlank()) {
            others.remove(candidate);
            return found;
          }
        }
      }
      return null;
    }

    /** The name that a field gets, which no other has. */
    String free(String name) {
      String bare = name.startsWith("_") ? name.substring(1) : name;
      return others.containsKey(bare) ? name : bare;
    }
  }

  private static Message read(JsonCursor json) throws BadJsonException {
    Message message = new Message();
    json.enter();
    while (json.nextField()) {
      String name = json.name();
      switch (name) {
        case "timestamp" -> message.time = json.text();
        case "level" -> message.level = json.text();
        case "short_message" -> message.text = json.text();
        case "version" -> json.skip();
        default -> message.others.put(name, json.raw());
      }
    }
    return message;
  }

  private static void write(Message message, long line, RecordJson out) {
    String text = message.text == null ? message.take(OTHER_MESSAGES) : message.text;
    out.app(message.take(APP_NAMES))
        .level(message.level)
        .service(message.take(SERVICE_NAMES))
        .timestamp(message.time)
        .message(text == null ? "" : text)
        .metadata();
    message.others.forEach((name, raw) -> out.raw(message.free(name), raw));
  }
}
