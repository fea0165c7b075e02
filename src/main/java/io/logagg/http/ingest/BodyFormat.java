package io.logagg.http.ingest;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.SliceSink;

/** How a body of records is laid out, and how it is cut into these. */
public interface BodyFormat {
  /** As metrics name it: one of a few words. */
  String protocol();

  /** What dead letters of it name as their source. */
  default String source() {
    return "http:" + protocol();
  }

  /** For one body. */
  BodySplitter splitter(SliceSink sink, int maxRecordBytes);

  /**
   * Whether a body has to be held as a whole, since its records cannot be cut off one by one, or
   * since it may be the repeat of another. {@code http.maxAgentBodyBytes} is its limit then.
   */
  default boolean isHeldWhole() {
    return false;
  }
}
