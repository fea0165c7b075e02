package io.logagg.http.ingest;

import io.logagg.http.reply.RequestOutcome;
import io.logagg.stream.SafeKeeping;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/** What is counted and measured where records come in: once a request or batch. Thread-safe. */
public final class IngestMeters implements SafeKeeping.Watch {
  private final Metrics metrics;
  private final Family<Counter> requests;
  private final Family<Counter> records;
  private final Family<Counter> bytes;
  private final Family<Timer> acks;
  private final Family<Timer> handovers;
  private final Family<Counter> retries;
  private final Counter repeatedRequests;
  private final Family<Counter> repeatedBodies;

  public IngestMeters(Metrics metrics) {
    this.metrics = metrics;
    this.requests =
        metrics.counters(
            "logagg.ingest.requests",
            "Requests with records, by what became of them",
            "protocol",
            "outcome");
    this.records = metrics.ingestRecords();
    this.bytes = metrics.ingestBytes();
    this.acks =
        metrics.durations(
            "logagg.ingest.ack.duration",
            "From the last byte of a body to its answer",
            "protocol",
            "until");
    this.handovers = metrics.handovers();
    this.retries = metrics.retries();
    this.repeatedRequests =
        metrics.counter(
            "logagg.ingest.repeated.requests",
            "Requests answered as the first one with their Idempotency-Key was");
    this.repeatedBodies =
        metrics.counters(
            "logagg.ingest.repeated.bodies", "Bodies that had come before", "protocol");
  }

  /** Shows the memory of an instance. */
  public void show(IngestMemory memory) {
    metrics.sum(
        "logagg.ingest.inflight.bytes",
        "Bytes of records that were taken in and not handed over yet",
        memory::usedBytes);
    metrics.sum(
        "logagg.ingest.unfinished.bytes",
        "Bytes held of records whose end has not arrived",
        memory::unfinishedBytes);
    metrics.sum("logagg.ingest.limit.bytes", "What either of the two may reach", memory::maxBytes);
  }

  /** Shows what waits, as an instance sees it. */
  public void show(IngestGate gate) {
    metrics.gauge(
        "logagg.stream.pending.records",
        "About how many records wait on the stream",
        gate::pendingRecords);
  }

  /**
   * Begins to measure a request; it is counted once it is over, however it ends.
   *
   * @param protocol how its records come, see {@link BodyFormat#protocol}
   */
  Request begin(RoutingContext ctx, String protocol) {
    Request request = new Request(protocol);
    ctx.addEndHandler(end -> request.ended(RequestOutcome.of(ctx, end)));
    return request;
  }

  /** One request. Belongs to its context. */
  public final class Request {
    private final String protocol;
    private long readNanos;
    private long bodyBytes;
    private String until = "safe";

    private Request(String protocol) {
      this.protocol = protocol;
    }

    /** The sender wants to be told only once all is committed. */
    void untilStored() {
      until = "stored";
    }

    /** The body has come to its end. */
    void read(long inflatedBytes) {
      bodyBytes = inflatedBytes;
      readNanos = System.nanoTime();
    }

    /** So many records are safe, and so many are bad. */
    void took(long accepted, long rejected) {
      records.of(protocol, "accepted").increment((double) accepted);
      records.of(protocol, "rejected").increment((double) rejected);
    }

    /** The body is the repeat of another. */
    void repeatedBody() {
      repeatedBodies.of(protocol).increment();
    }

    private void ended(RequestOutcome outcome) {
      requests.of(protocol, outcome.label()).increment();
      if (readNanos != 0) {
        bytes.of(protocol, outcome.label()).increment((double) bodyBytes);
        if (outcome == RequestOutcome.OK) {
          acks.of(protocol, until).record(System.nanoTime() - readNanos, TimeUnit.NANOSECONDS);
        }
      }
    }
  }

  @Override
  public void handover(boolean toStream, Future<?> handedOver) {
    Backend backend = toStream ? Backend.REDIS : Backend.DB;
    long startNanos = System.nanoTime();
    handedOver.onComplete(
        done ->
            handovers
                .of(backend.label(), done.succeeded() ? "ok" : "failed")
                .record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS));
  }

  /** A part of a request is sent again, since what came behind it was taken. */
  void filledGap() {
    retries.of("ingest", "gap").increment();
  }

  /** A request was answered as an earlier one was. */
  void repeatedRequest() {
    repeatedRequests.increment();
  }
}
