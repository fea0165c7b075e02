package io.logagg.http.ingest;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.JsonSplitter;
import io.logagg.protocol.LineSplitter;
import io.logagg.protocol.SliceSink;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The layouts of our own protocol, by {@code Content-Type}. */
public enum OwnFormat implements BodyFormat {
  JSON,
  NDJSON;

  private final String protocol = name().toLowerCase(Locale.ROOT);

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
    return this == JSON
        ? new JsonSplitter(sink, maxRecordBytes)
        : new LineSplitter(sink, maxRecordBytes);
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
      default -> Optional.empty();
    };
  }
}
