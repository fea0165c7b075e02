package io.logagg.protocol;

import io.logagg.record.LogRecord;

/** What became of one record's bytes. */
public sealed interface Decoded {
  /** It is fit to be stored. */
  record Accepted(LogRecord record) implements Decoded {}

  /** It is not, and why: a sentence for its sender. */
  record Refused(String reason) implements Decoded {}
}
