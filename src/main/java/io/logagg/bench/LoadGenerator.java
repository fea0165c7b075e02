package io.logagg.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.HdrHistogram.Histogram;

/**
 * Sends requests and takes the time of their answers. Closed loop: each connection sends the next
 * request when the last was answered. Open loop: requests have times at which they are due, and
 * latency counts from then, sent or not, so that a server that stalls cannot hide it (no
 * coordinated omission).
 */
final class LoadGenerator {
  private final Vertx vertx;
  private final HttpClient client;
  private final int port;
  private final int connections;
  private final List<SampleBodies.Body> bodies;
  private final boolean gzip;
  private final int recordsPerBody;
  private final Histogram latencyMicros = new Histogram(60_000_000L, 3);
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private long nextBody;

  LoadGenerator(
      Vertx vertx,
      int port,
      int connections,
      List<SampleBodies.Body> bodies,
      int recordsPerBody,
      boolean gzip) {
    this.vertx = vertx;
    this.port = port;
    this.connections = connections;
    this.bodies = bodies;
    this.recordsPerBody = recordsPerBody;
    this.gzip = gzip;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(-1));
  }

  long acknowledged() {
    return acknowledged.get();
  }

  /** How many requests were answered with 429 or 503, and sent again. */
  long refusals() {
    return refusals.get();
  }

  Histogram latencyMicros() {
    return latencyMicros;
  }

  /**
   * Sends that many requests; done when all are acknowledged.
   *
   * @param requestsPerSecond the pace of the open loop; 0 for the closed loop
   */
  Future<Void> run(long requests, double requestsPerSecond) {
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        start -> {
          Run run = new Run(requests, requestsPerSecond, System.nanoTime(), done);
          for (int i = 0; i < connections; i++) {
            run.next();
          }
        });
    return done.future();
  }

  private Buffer nextBody() {
    SampleBodies.Body body = bodies.get((int) (nextBody++ % bodies.size()));
    body.setTime(Instant.now());
    return Buffer.buffer(gzip ? gzip(body.bytes()) : body.bytes());
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private final class Run {
    private final long requests;
    private final double perSecond;
    private final long startNanos;
    private final Promise<Void> done;
    private long sent;
    private long answered;

    Run(long requests, double perSecond, long startNanos, Promise<Void> done) {
      this.requests = requests;
      this.perSecond = perSecond;
      this.startNanos = startNanos;
      this.done = done;
    }

    void next() {
      if (sent == requests) {
        return;
      }
      long number = sent++;
      if (perSecond == 0) {
        send(System.nanoTime());
        return;
      }
      long due = startNanos + (long) (number * 1e9 / perSecond);
      long waitMs = (due - System.nanoTime()) / 1_000_000;
      if (waitMs > 0) {
        vertx.setTimer(waitMs, id -> send(due));
      } else {
        send(due);
      }
    }

    private void send(long dueNanos) {
      Buffer body = nextBody();
      client
          .request(HttpMethod.POST, port, "127.0.0.1", "/api/v1/ingest")
          .compose(request -> send(request, body))
          .onSuccess(status -> answered(status, dueNanos))
          .onFailure(done::tryFail);
    }

    private Future<Integer> send(HttpClientRequest request, Buffer body) {
      request.putHeader("Content-Type", "application/x-ndjson");
      if (gzip) {
        request.putHeader("Content-Encoding", "gzip");
      }
      return request.send(body).compose(response -> response.body().map(response.statusCode()));
    }

    private void answered(int status, long dueNanos) {
      if (status == 429 || status == 503) {
        refusals.incrementAndGet();
        vertx.setTimer(20, id -> send(dueNanos));
        return;
      }
      if (status != 202) {
        done.tryFail("answered " + status);
        return;
      }
      latencyMicros.recordValue(Math.min(60_000_000L, (System.nanoTime() - dueNanos) / 1000));
      acknowledged.addAndGet(recordsPerBody);
      if (++answered == requests) {
        done.tryComplete();
      }
      next();
    }
  }
}
