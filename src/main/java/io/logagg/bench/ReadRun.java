package io.logagg.bench;

import io.logagg.bench.ReadClient.Reply;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Asks each kind of question in turn, one request after the other on a kept connection. */
final class ReadRun {
  /** Rows of an export that is not to take longer than the rest. */
  static final long SHORT_EXPORT = 2_000_000;

  private static final int WARM_UPS = 20;
  private static final long WARM_UP_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int MIN_SAMPLES = 3;
  private static final int DEEP_PAGES = 1000;
  private static final long HOT_ROWS = 1_000_000;
  private static final String LOGS = "/api/v1/logs?limit=100";

  private final ServerUnderTest server;
  private final ReadClient client;
  private final int samples;
  private final ReadLoad.Span span;
  private String deepPage = "";
  private int deepPages;

  ReadRun(ServerUnderTest server, int samples, ReadLoad.Span span) {
    this.server = server;
    this.client = new ReadClient(server.port());
    this.samples = samples;
    this.span = span;
  }

  /**
   * All questions.
   *
   * @param load what else the server has to do, for the report
   * @param exportRows at most
   */
  List<ReadResult> measure(String load, long exportRows) throws IOException, InterruptedException {
    String common = SampleBodies.APPS.get(0);
    String rare = SampleBodies.APPS.get(SampleBodies.APPS.size() - 1);
    List<ReadResult> results = new ArrayList<>();
    results.add(time(load, "newest 100, common app and level", newest(common, "INFO")));
    results.add(time(load, "newest 100, rare app and level", newest(rare, "ERROR")));
    findDeepPage();
    results.add(time(load, "page of 100, %d pages deep".formatted(deepPages), deepPage));
    results.add(time(load, "stats", "/api/v1/stats"));
    results.add(
        time(
            load,
            "histogram of 24 hours by the hour",
            "/api/v1/stats/histogram?interval=1h" + window(span.from())));
    results.add(
        time(
            load,
            "rare substring in %,d rows".formatted(Math.min(HOT_ROWS, span.records())),
            LOGS + "&q=" + SampleBody.RARE_WORD + window(span.sinceForNewest(HOT_ROWS))));
    results.add(
        time(
            load,
            "equality on an indexed field, one row",
            LOGS + "&q=trace_id:" + SampleBody.traceId(span.records() / 2)));
    results.add(
        time(
            load,
            "equality on an indexed field, no row",
            LOGS + "&q=trace_id:" + SampleBody.traceId(-1)));
    results.add(export(load, exportRows));
    return results;
  }

  private static String newest(String app, String level) {
    return LOGS + "&app=" + app + "&level=" + level;
  }

  private String window(Instant since) {
    return "&since=" + since + "&until=" + span.until();
  }

  /** Once; the same page is asked for later, then with newer ones before it. */
  private void findDeepPage() throws IOException, InterruptedException {
    String page = LOGS;
    while (deepPage.isEmpty()) {
      Reply reply = client.get(page);
      if (deepPages == DEEP_PAGES || reply.next().isEmpty()) {
        deepPage = page;
      } else {
        page = reply.next();
        deepPages++;
      }
    }
  }

  private ReadResult time(String load, String question, String path)
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

  private void warmUp(String path) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    for (int i = 0; i < WARM_UPS && !isOver(begin, WARM_UP_LIMIT_NANOS, i); i++) {
      Reply unused = client.get(path);
    }
  }

  private static boolean isOver(long begin, long limitNanos, int done) {
    return done >= MIN_SAMPLES && System.nanoTime() - begin > limitNanos;
  }

  private ReadResult export(String load, long rows) throws IOException, InterruptedException {
    System.err.printf("\r%s: export                    ", load);
    String path = "/api/v1/logs" + (rows < span.records() ? "?limit=" + rows : "");
    ProcessCpu.resetPeak(server.jvmPid());
    long begin = System.nanoTime();
    long got = client.countLines(path);
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.err.println();
    return ReadResult.export(load, got, got / seconds, ProcessCpu.peakMiB(server.jvmPid()));
  }
}
