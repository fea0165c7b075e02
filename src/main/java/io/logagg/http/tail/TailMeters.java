package io.logagg.http.tail;

import io.logagg.query.TailFeed;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;

/** What those who follow get, and what they do not. Thread-safe. */
final class TailMeters {
  private final Counter sent;
  private final Counter missed;
  private final Counter passedOver;

  TailMeters(Metrics metrics, TailFeed feed) {
    Family<Counter> records =
        metrics.counters(
            "logagg.tail.records",
            "Records for those who follow, by whether they were sent",
            "outcome");
    this.sent = records.of("sent");
    this.missed = records.of("missed");
    this.passedOver = records.of("passed_over");
    metrics.gauge("logagg.tail.clients", "Clients that follow what is stored", feed::followers);
  }

  /** Of a batch, so many went out, and so many did not since the client reads too slowly. */
  void told(long records, long tooMany) {
    sent.increment((double) records);
    missed.increment((double) tooMany);
  }

  /** So many were not even looked at for a client. */
  void passedOver(long records) {
    passedOver.increment((double) records);
  }
}
