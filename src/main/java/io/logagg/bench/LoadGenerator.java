package io.logagg.bench;

import io.logagg.bench.LoadConnection.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over a few connections, each with a thread of its own, and takes the time of their
 * answers; see {@link Pace} for what latency counts from. A request that is refused with 429 or 503
 * is sent again a moment later. To be started once.
 */
final class LoadGenerator {
  /** Enough to vary, few enough to stay near the processor. */
  private static final int BODIES_PER_CONNECTION = 8;

  private static final long REFUSED_PAUSE_MS = 20;
  private static final long MAX_LATENCY_MICROS = 600_000_000L;

  private final Load load;
  private final RecordTimes times;
  private final AtomicLong nextNumber;
  private final AtomicLong nextRequest = new AtomicLong();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final List<Sender> senders = new ArrayList<>();
  private volatile boolean stopping;
  private volatile @Nullable Exception failure;

  /**
   * What to send.
   *
   * @param batch records per request
   * @param rareEvery of so many records one has the rare word; 0 for none
   */
  record Load(
      int port, int connections, int batch, boolean gzip, boolean producerIds, long rareEvery) {}

  /**
   * Makes the bodies, which takes a moment.
   *
   * @param firstNumber of the first record; no two generators of a run may share numbers
   */
  LoadGenerator(Load load, RecordTimes times, long firstNumber) {
    this.load = load;
    this.times = times;
    this.nextNumber = new AtomicLong(firstNumber);
    SampleBodies bodies = new SampleBodies(42 + firstNumber, load.producerIds());
    for (int i = 0; i < load.connections(); i++) {
      senders.add(new Sender(i, bodies.bodies(BODIES_PER_CONNECTION, load.batch())));
    }
  }

  /**
   * Begins to send.
   *
   * @param requests how many
   * @param requestsPerSecond the pace of the open loop; 0 for the closed loop
   */
  void start(long requests, double requestsPerSecond) {
    Pace pace = new Pace(System.nanoTime(), requestsPerSecond);
    senders.forEach(sender -> sender.start(requests, pace));
  }

  /** Waits until all is acknowledged. */
  void await() throws InterruptedException {
    for (Sender sender : senders) {
      sender.thread.join();
    }
    Exception failed = failure;
    if (failed != null) {
      throw new IllegalStateException("the load could not be sent", failed);
    }
  }

  /** Waits until all is acknowledged, but no longer than that. */
  void await(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Sender sender : senders) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left > 0) {
        sender.thread.join(left);
      }
    }
  }

  /** Sends nothing more than what is under way. */
  void stop() throws InterruptedException {
    stopping = true;
    await();
  }

  boolean isRunning() {
    return senders.stream().anyMatch(sender -> sender.thread.isAlive());
  }

  /** How many records the server has said it has. */
  long acknowledged() {
    return acknowledged.sum();
  }

  /** How many requests were answered with 429 or 503, and sent again. */
  long refusals() {
    return refusals.sum();
  }

  /** Once all is acknowledged. */
  Histogram latencyMicros() {
    Histogram all = new Histogram(MAX_LATENCY_MICROS, 3);
    senders.forEach(sender -> all.add(sender.latencyMicros));
    return all;
  }

  private final class Sender {
    private final int index;
    private final List<SampleBody> bodies;
    private final Histogram latencyMicros = new Histogram(MAX_LATENCY_MICROS, 3);
    private final Compression compression = new Compression();
    private Thread thread = new Thread();
    private int nextBody;

    Sender(int index, List<SampleBody> bodies) {
      this.index = index;
      this.bodies = bodies;
    }

    void start(long requests, Pace pace) {
      thread = new Thread(() -> run(requests, pace), "load-" + index);
      thread.start();
    }

    private void run(long requests, Pace pace) {
      try (LoadConnection connection = new LoadConnection(load.port(), load.gzip())) {
        long request = nextRequest.getAndIncrement();
        while (request < requests && !stopping && failure == null) {
          send(connection, request, pace.await(request));
          request = nextRequest.getAndIncrement();
        }
      } catch (IOException | InterruptedException | RuntimeException e) {
        failure = e;
      }
    }

    private void send(LoadConnection connection, long request, long dueNanos)
        throws IOException, InterruptedException {
      Answer answer = connection.post(nextBody(request));
      acknowledged.add(answer.enqueued());
      while (answer.isRefusal()) {
        refusals.increment();
        TimeUnit.MILLISECONDS.sleep(REFUSED_PAUSE_MS);
        // As new records: what a broken-off request brought in is there, and counts.
        answer = connection.post(nextBody(request));
        acknowledged.add(answer.enqueued());
      }
      if (answer.status() != 202 || answer.enqueued() != load.batch()) {
        throw new IOException(
            "answered %d, enqueued %d of %d records"
                .formatted(answer.status(), answer.enqueued(), load.batch()));
      }
      long micros = (System.nanoTime() - dueNanos) / 1000;
      latencyMicros.recordValue(Math.min(MAX_LATENCY_MICROS, micros));
    }

    private ByteBuffer nextBody(long request) throws IOException {
      SampleBody body = bodies.get(nextBody);
      nextBody = (nextBody + 1) % bodies.size();
      body.prepare(
          nextNumber.getAndAdd(load.batch()),
          times.firstMicros(request),
          times.stepNanos(),
          load.rareEvery());
      return load.gzip() ? compression.gzip(body.bytes()) : body.bytes();
    }
  }
}
