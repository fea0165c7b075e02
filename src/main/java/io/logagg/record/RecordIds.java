package io.logagg.record;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a record's id: a UUID of version 8 (RFC 9562 §5.8) that holds 60 bits of the
 * record's own time (microseconds since the year 0000) and 62 bits that are unique to the record.
 * Ids sort by time, and the time can be read back exactly.
 */
public final class RecordIds {
  /** The bits of the number that makes an id unique. */
  public static final long UNIQUE_MASK = (1L << 62) - 1;

  private static final long VERSION = 0x8000L;
  private static final long VARIANT = 1L << 63;

  private RecordIds() {}

  /** The id of a record of that time; of {@code unique} the low 62 bits count. */
  public static UUID of(long timestampMicros, long unique) {
    long time = timestampMicros - Timestamps.MIN_MICROS;
    return new UUID(
        (time >>> 12) << 16 | VERSION | (time & 0xFFF), VARIANT | (unique & UNIQUE_MASK));
  }

  /** The time of the record with that id, in microseconds since the Unix epoch. */
  public static long timestampMicros(UUID id) {
    long high = id.getMostSignificantBits();
    return ((high >>> 16) << 12 | (high & 0xFFF)) + Timestamps.MIN_MICROS;
  }

  /** The low 62 bits, which make the id unique. */
  public static long seq(UUID id) {
    return id.getLeastSignificantBits() & UNIQUE_MASK;
  }

  /** Reads the id of a record in its usual form of 36 characters; null if it is none. */
  public static @Nullable UUID parse(String text) {
    if (text.length() != 36) {
      return null;
    }
    try {
      UUID id = UUID.fromString(text);
      return isRecordId(id) ? id : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether this can be the id of a record at all. */
  public static boolean isRecordId(UUID id) {
    return id.version() == 8 && id.variant() == 2 && timestampMicros(id) <= Timestamps.MAX_MICROS;
  }
}
