package io.logagg.protocol.datadog;

import io.logagg.protocol.ObjectTranslator;
import io.logagg.protocol.RawFields;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of Datadog's logs: {@code message}, {@code status} (the level), {@code service},
 * {@code timestamp} or {@code date}, and {@code ddtags}, which become {@code metadata_.tags}. All
 * else, {@code hostname} and {@code ddsource} among it, goes into {@code metadata_} under its name.
 * What is no object is handed on as it is, and becomes a dead letter. Not thread-safe.
 */
public final class DatadogTranslator {
  /**
   * For one body.
   *
   * @param maxRecordBytes of a record as it is handed on
   * @param ofUrl what the URL says of all logs: {@code ddsource}, {@code ddtags}, {@code hostname}
   *     or {@code service}, each null if it does not
   */
  public static ObjectTranslator<RawFields> into(
      SliceSink target, int maxRecordBytes, Function<String, @Nullable String> ofUrl) {
    return new ObjectTranslator<>(
        target, maxRecordBytes, RawFields::of, (log, line, out) -> write(log, ofUrl, out));
  }

  private DatadogTranslator() {}

  private static void write(
      RawFields log, Function<String, @Nullable String> ofUrl, RecordJson out) {
    DatadogTags tags =
        DatadogTags.parse(ofUrl.apply("ddtags")).and(DatadogTags.parse(log.take("ddtags")));
    for (String name : new String[] {"ddsource", "hostname"}) {
      String value = ofUrl.apply(name);
      if (value != null && log.raw(name) == null) {
        log.putText(name, value);
      }
    }
    String service = orElse(log.take("service"), ofUrl.apply("service"));
    String app = orElse(log.take("app"), tags.first("app"));
    String message = log.take("message", "msg");
    out.app(orElse(orElse(app, service), log.text("ddsource")))
        .level(log.take("status", "level", "severity"))
        .service(service)
        .timestamp(log.takeTime("timestamp", "date", "@timestamp"))
        .message(message == null ? "" : message)
        .metadata();
    log.writeTo(out);
    if (!tags.isEmpty()) {
      tags.writeTo(out, log.raw("tags") == null ? "tags" : "ddtags");
    }
  }

  private static @Nullable String orElse(@Nullable String found, @Nullable String otherwise) {
    return found != null ? found : otherwise;
  }
}
