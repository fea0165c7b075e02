package io.logagg.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of lines that are nothing but text, which is the message; what else is known of
 * them is the same for all. Not thread-safe.
 */
public final class PlainLines implements SliceSink {
  private final SliceSink target;
  private final RecordJson out;
  private final Known known;

  /**
   * What is known of all lines.
   *
   * @param more goes into {@code metadata_}
   */
  public record Known(
      @Nullable String app, @Nullable String service, @Nullable String timestamp, RawFields more) {}

  /**
   * For one body.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public PlainLines(SliceSink target, int maxRecordBytes, Known known) {
    this.target = target;
    this.out = new RecordJson(maxRecordBytes);
    this.known = known;
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    out.app(known.app())
        .service(known.service())
        .timestamp(known.timestamp())
        .message(new String(bytes, from, to - from, StandardCharsets.UTF_8))
        .metadata();
    known.more().writeTo(out);
    out.slice(target, line);
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    target.oversize(line, prefix, from, to, length);
  }
}
