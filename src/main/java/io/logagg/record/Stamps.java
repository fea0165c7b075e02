package io.logagg.record;

import java.util.UUID;

/**
 * Gives records what they must carry from the moment they are first seen. Not thread-safe unless an
 * implementation says so.
 */
public interface Stamps {
  /**
   * When the records that are being stamped were received, in microseconds since the Unix epoch.
   */
  long receivedAtMicros();

  /** An id for the next record. */
  UUID nextId(long timestampMicros);
}
