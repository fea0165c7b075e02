package io.logagg.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Which times the records of a request bear. */
interface RecordTimes {
  /** Of the request's first record, in microseconds since the epoch. */
  long firstMicros(long request);

  /** From one record to the next. */
  long stepNanos();

  /** The present, a microsecond apart. */
  static RecordTimes present() {
    return new RecordTimes() {
      @Override
      public long firstMicros(long request) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
      }

      @Override
      public long stepNanos() {
        return 1000;
      }
    };
  }

  /** Evenly from a time on, older first, as records arrive. */
  static RecordTimes spread(Instant from, long stepNanos, int recordsPerRequest) {
    long start = ChronoUnit.MICROS.between(Instant.EPOCH, from);
    return new RecordTimes() {
      @Override
      public long firstMicros(long request) {
        return start + request * recordsPerRequest * stepNanos / 1000;
      }

      @Override
      public long stepNanos() {
        return stepNanos;
      }
    };
  }
}
