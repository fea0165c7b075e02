package io.logagg.filter;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A record as filters see it. */
public interface RecordView {
  String app();

  /** Folded. */
  String level();

  /** Null or empty if it has none. */
  @Nullable String service();

  String message();

  /** In microseconds since the epoch. */
  long timestampMicros();

  /** In microseconds since the epoch. */
  long receivedAtMicros();

  UUID id();

  /** Null or empty if it has none. */
  @Nullable String sourceId();

  /** A JSON object as text. */
  String metadata();
}
