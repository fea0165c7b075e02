package io.logagg.stream;

import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;

/** What a member of a consumer group counts, for one stream. Thread-safe. */
final class StreamMeters {
  static final String RECORDS = "records";
  static final String DEAD_LETTERS = "dead_letters";

  static final String NEW = "new";
  static final String OWN = "own";
  static final String CLAIMED = "claimed";

  private final String stream;
  private final Family<Counter> read;
  private final Counter lost;
  private final Family<Counter> retries;

  /**
   * For one stream.
   *
   * @param stream which of the two
   */
  StreamMeters(Metrics metrics, String stream) {
    this.stream = stream;
    this.read =
        metrics.counters(
            "logagg.stream.read.entries",
            "Entries that were read, by where they came from",
            "stream",
            "source");
    this.lost =
        metrics
            .counters(
                "logagg.stream.lost.entries",
                "Entries that somebody else deleted before they were stored",
                "stream")
            .of(stream);
    this.retries = metrics.retries();
  }

  void read(String source, int entries) {
    if (entries > 0) {
      read.of(stream, source).increment(entries);
    }
  }

  void lost(int entries) {
    lost.increment(entries);
  }

  /** Something is tried again: {@code store}, {@code read} or {@code settle}. */
  void retried(String kind) {
    retries.of("consumer", kind).increment();
  }
}
