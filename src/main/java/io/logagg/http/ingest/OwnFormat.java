package io.logagg.http.ingest;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.JsonSplitter;
import io.logagg.protocol.LineSplitter;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.TextSplitter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The layouts of our own protocol, by {@code Content-Type}. */
public enum OwnFormat implements BodyFormat {
  JSON("json"),
  NDJSON("ndjson"),
  /** Each line is a message; those of stack traces are joined. */
  TEXT("text"),
  /** The same without joining. */
  TEXT_LINES("text");

  private final String protocol;

  OwnFormat(String protocol) {
    this.protocol = protocol;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
    return switch (this) {
      case JSON -> new JsonSplitter(sink, maxRecordBytes);
      case NDJSON -> new LineSplitter(sink, maxRecordBytes);
      case TEXT -> new TextSplitter(sink, maxRecordBytes, true);
      case TEXT_LINES -> new TextSplitter(sink, maxRecordBytes, false);
    };
  }

  /** For the value of the header, without which JSON is assumed; empty if it is not known here. */
  public static Optional<OwnFormat> of(@Nullable String contentType) {
    if (contentType == null) {
      return Optional.of(JSON);
    }
    int semicolon = contentType.indexOf(';');
    String name = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "application/json" -> Optional.of(JSON);
      case "application/x-ndjson",
          "application/ndjson",
          "application/jsonl",
          "application/x-jsonlines",
          "application/jsonlines" ->
          Optional.of(NDJSON);
      case "text/plain" -> Optional.of(TEXT);
      default -> Optional.empty();
    };
  }
}
