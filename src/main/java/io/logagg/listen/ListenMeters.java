package io.logagg.listen;

import io.logagg.stream.SafeKeeping;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted and measured of one protocol, in all of its verticles. Thread-safe. */
final class ListenMeters implements SafeKeeping.Watch {
  private final Counter accepted;
  private final Counter rejected;
  private final Counter bytes;
  private final Counter droppedBytes;
  private final Counter retries;
  private final Family<Timer> handovers;
  private final Family<Counter> closed;
  private final Family<Counter> dropped;
  private final String protocol;

  ListenMeters(Metrics metrics, String protocol, int maxConnections, AtomicInteger connections) {
    this.protocol = protocol;
    this.accepted = metrics.ingestRecords().of(protocol, "accepted");
    this.rejected = metrics.ingestRecords().of(protocol, "rejected");
    this.bytes = metrics.ingestBytes().of(protocol, "ok");
    this.droppedBytes = metrics.ingestBytes().of(protocol, "unavailable");
    this.retries = metrics.retries().of("listen", "keep");
    this.handovers = metrics.handovers();
    this.closed =
        metrics.counters(
            "logagg.listen.closed.connections",
            "Connections that were closed at a limit, by limit",
            "protocol",
            "reason");
    this.dropped =
        metrics.counters(
            "logagg.listen.dropped.datagrams", "Datagrams that are lost", "protocol", "reason");
    metrics.gauge(
        "logagg.listen.open.connections",
        "Connections open now",
        connections::get,
        "protocol",
        protocol);
    metrics.gauge(
        "logagg.listen.limit.connections",
        "How many may be open at once",
        () -> maxConnections,
        "protocol",
        protocol);
  }

  void read(int count) {
    bytes.increment(count);
  }

  void kept(int records, int refused) {
    accepted.increment((double) records - refused);
    rejected.increment(refused);
  }

  void retried() {
    retries.increment();
  }

  /** For {@code connections}, there were too many, or {@code unfinished}, they held too much. */
  void closed(String reason) {
    closed.of(protocol, reason).increment();
  }

  /** A datagram for which there was no room. */
  void droppedFull(int count) {
    droppedBytes.increment(count);
    dropped("full", 1);
  }

  /** There was no room, {@code full}, or others did not come, {@code incomplete}. */
  void dropped(String reason, int datagrams) {
    dropped.of(protocol, reason).increment(datagrams);
  }

  @Override
  public void handover(boolean toStream, Future<?> handedOver) {
    long startNanos = System.nanoTime();
    handedOver.onComplete(
        done ->
            handovers
                .of(toStream ? "redis" : "db", done.succeeded() ? "ok" : "failed")
                .record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS));
  }
}
