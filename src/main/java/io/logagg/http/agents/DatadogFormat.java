package io.logagg.http.agents;

import io.logagg.http.ingest.BodyFormat;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.HeldLines;
import io.logagg.protocol.JsonValues;
import io.logagg.protocol.ObjectTranslator;
import io.logagg.protocol.RawFields;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.WholeBody;
import io.logagg.protocol.WholeBody.Opening;
import io.logagg.protocol.WholeBody.Parser;
import io.logagg.protocol.datadog.DatadogTranslator;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What Datadog's agents send: logs as a JSON array, one alone, or lines of text. Held as a whole,
 * since they send it again if they get no answer.
 *
 * @param ofUrl what the URL says of all logs
 */
record DatadogFormat(boolean isText, Function<String, @Nullable String> ofUrl)
    implements BodyFormat {
  static final String PROTOCOL = "datadog";

  private static final Set<String> TIME = Set.of("timestamp", "date", "@timestamp");

  /** As a request's head tells. */
  static DatadogFormat of(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return new DatadogFormat(
        type != null && type.toLowerCase(Locale.ROOT).startsWith("text/plain"), request::getParam);
  }

  @Override
  public String protocol() {
    return PROTOCOL;
  }

  @Override
  public boolean isHeldWhole() {
    return true;
  }

  @Override
  public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
    ObjectTranslator<RawFields> translator = DatadogTranslator.into(sink, maxRecordBytes, ofUrl);
    return new WholeBody(sink, new Logs(isText, translator, maxRecordBytes));
  }

  private record Logs(boolean isText, ObjectTranslator<RawFields> translator, int maxRecordBytes)
      implements Opening {
    @Override
    public Parser open(byte[] bytes, int size) {
      SliceSink taken = isText ? new Texts(translator) : translator;
      Parser logs =
          isText
              ? new HeldLines(bytes, size, maxRecordBytes)
              : JsonValues.of(bytes, size, maxRecordBytes);
      return sink -> logs.next(taken);
    }

    @Override
    public boolean isTimed(byte[] bytes, int size) {
      return !isText && JsonValues.of(bytes, size, maxRecordBytes).firstHas(TIME);
    }
  }

  private record Texts(ObjectTranslator<RawFields> translator) implements SliceSink {
    @Override
    public void slice(long line, byte[] bytes, int from, int to) {
      RawFields log = new RawFields();
      log.putText("message", new String(bytes, from, to - from, StandardCharsets.UTF_8));
      translator.handOn(log, line);
    }

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {
      translator.oversize(line, prefix, from, to, length);
    }

    @Override
    public long written() {
      return translator.written();
    }
  }
}
