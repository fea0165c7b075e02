package io.logagg.bench;

import io.logagg.bench.ReadClient.Reply;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Asks one question again and again, one request after the other on a kept connection. Blocks. */
final class QuestionTimer {
  private static final int WARM_UPS = 20;
  private static final long WARM_UP_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int MIN_SAMPLES = 3;

  private final ReadClient client;
  private final long jvmPid;
  private final int samples;

  /**
   * Asks nothing yet.
   *
   * @param samples requests of each question, fewer where they take long
   */
  QuestionTimer(ServerUnderTest server, int samples) {
    this.client = new ReadClient(server.port());
    this.jvmPid = server.jvmPid();
    this.samples = samples;
  }

  /**
   * How long the answers take.
   *
   * @param load what else the server has to do, for the report
   */
  ReadResult time(String load, String question, String path)
      throws IOException, InterruptedException {
    System.err.printf("\r%s: %s                    ", load, question);
    Reply reply = client.get(path);
    if (reply.status() != 200) {
      String why = reply.status() == 404 ? "the route is not there" : "answered " + reply.status();
      return ReadResult.notMeasured(load, question, "not measured: " + why);
    }
    warmUp(path);
    Histogram micros = new Histogram(600_000_000L, 3);
    long begin = System.nanoTime();
    for (int i = 0; i < samples && !isOver(begin, LIMIT_NANOS, i); i++) {
      reply = client.get(path);
      if (reply.status() != 200) {
        return ReadResult.notMeasured(load, question, "failed: answered " + reply.status());
      }
      micros.recordValue(reply.micros());
    }
    return ReadResult.latency(load, question, Percentiles.of(micros), reply.bytes());
  }

  /** How many rows a second an export gives, and what memory the server takes for it. */
  ReadResult export(String load, String path) throws IOException, InterruptedException {
    System.err.printf("\r%s: export                    ", load);
    ProcessCpu.resetPeak(jvmPid);
    long begin = System.nanoTime();
    long got = client.countLines(path);
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.err.println();
    return ReadResult.export(load, got, got / seconds, ProcessCpu.peakMiB(jvmPid));
  }

  private void warmUp(String path) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    for (int i = 0; i < WARM_UPS && !isOver(begin, WARM_UP_LIMIT_NANOS, i); i++) {
      Reply unused = client.get(path);
    }
  }

  private static boolean isOver(long begin, long limitNanos, int done) {
    return done >= MIN_SAMPLES && System.nanoTime() - begin > limitNanos;
  }
}
