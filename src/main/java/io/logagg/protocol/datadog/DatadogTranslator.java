package io.logagg.protocol.datadog;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
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
public final class DatadogTranslator implements SliceSink {
  private final SliceSink target;
  private final RecordJson out;
  private final Function<String, @Nullable String> ofUrl;

  /**
   * For one body.
   *
   * @param maxRecordBytes of a record as it is handed on
   * @param ofUrl what the URL says of all logs: {@code ddsource}, {@code ddtags}, {@code hostname}
   *     or {@code service}, each null if it does not
   */
  public DatadogTranslator(
      SliceSink target, int maxRecordBytes, Function<String, @Nullable String> ofUrl) {
    this.target = target;
    this.out = new RecordJson(maxRecordBytes);
    this.ofUrl = ofUrl;
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    RawFields log;
    try (JsonCursor json = JsonCursor.open(bytes, from, to)) {
      if (!json.isObject()) {
        target.slice(line, bytes, from, to);
        return;
      }
      log = RawFields.of(json);
      if (!json.isLast()) {
        target.slice(line, bytes, from, to);
        return;
      }
    } catch (BadJsonException e) {
      target.slice(line, bytes, from, to);
      return;
    }
    write(line, log);
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    target.oversize(line, prefix, from, to, length);
  }

  /** A line that is nothing but text. */
  public void text(long line, String message) {
    RawFields log = new RawFields();
    log.putText("message", message);
    write(line, log);
  }

  private void write(long line, RawFields log) {
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
    out.slice(target, line);
  }

  private static @Nullable String orElse(@Nullable String found, @Nullable String otherwise) {
    return found != null ? found : otherwise;
  }
}
