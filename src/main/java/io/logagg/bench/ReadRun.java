package io.logagg.bench;

import io.logagg.bench.ReadClient.Reply;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Asks each kind of question in turn, one request after the other on a kept connection. */
final class ReadRun {
  /** Rows of an export that is not to take longer than the rest. */
  static final long SHORT_EXPORT = 2_000_000;

  private static final int DEEP_PAGES = 1000;
  private static final long HOT_ROWS = 1_000_000;
  private static final String LOGS = "/api/v1/logs?limit=100";

  private final ReadClient client;
  private final QuestionTimer timer;
  private final ReadLoad.Span span;
  private String deepPage = "";
  private int deepPages;

  ReadRun(ServerUnderTest server, int samples, ReadLoad.Span span) {
    this.client = new ReadClient(server.port());
    this.timer = new QuestionTimer(server, samples);
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
    results.add(timer.time(load, "newest 100, common app and level", newest(common, "INFO")));
    results.add(timer.time(load, "newest 100, rare app and level", newest(rare, "ERROR")));
    findDeepPage();
    results.add(timer.time(load, "page of 100, %d pages deep".formatted(deepPages), deepPage));
    results.add(timer.time(load, "stats", "/api/v1/stats"));
    results.add(
        timer.time(
            load,
            "histogram of 24 hours by the hour",
            "/api/v1/stats/histogram?interval=1h" + window(span.from())));
    results.add(
        timer.time(
            load,
            "rare substring in %,d rows".formatted(Math.min(HOT_ROWS, span.records())),
            LOGS + "&q=" + SampleBody.RARE_WORD + window(span.sinceForNewest(HOT_ROWS))));
    results.add(
        timer.time(
            load,
            "equality on an indexed field, one row",
            LOGS + "&q=trace_id:" + SampleBody.traceId(span.records() / 2)));
    results.add(
        timer.time(
            load,
            "equality on an indexed field, no row",
            LOGS + "&q=trace_id:" + SampleBody.traceId(-1)));
    results.add(
        timer.export(
            load, "/api/v1/logs" + (exportRows < span.records() ? "?limit=" + exportRows : "")));
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
}
