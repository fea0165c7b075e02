package io.logagg.stream;

import io.logagg.record.Timestamps;

/** Times that came with an entry: what PostgreSQL cannot store must not get past here. */
final class StampedTime {
  private static final long MAX_MS = Timestamps.MAX_MICROS / 1000;

  private StampedTime() {}

  /**
   * The same time of receipt, in microseconds since the epoch.
   *
   * @throws IllegalArgumentException if it is none that a record can have
   */
  static long require(long micros) {
    if (micros < Timestamps.MIN_MICROS || micros > Timestamps.MAX_MICROS) {
      throw new IllegalArgumentException("received at " + micros + ", which is no time");
    }
    return micros;
  }

  /**
   * The milliseconds of an entry's id. Another program may have set the id to any 64 bits without a
   * sign: what lies beyond the last time there is counts as that.
   */
  static long ofEntry(String id) {
    long ms = Long.parseUnsignedLong(id.substring(0, id.indexOf('-')));
    return ms < 0 || ms > MAX_MS ? MAX_MS : ms;
  }
}
