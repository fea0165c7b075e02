package io.logagg.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is asked of records that are sealed, and of the same ones before they were. Blocks. */
final class SealedQuestions {
  private static final String LOGS = "/api/v1/logs?limit=100";
  private static final String STATS = "/api/v1/stats";

  private final QuestionTimer timer;
  private final ReadLoad.Span span;

  /**
   * Asks nothing yet.
   *
   * @param span of the records that are meant
   */
  SealedQuestions(ServerUnderTest server, int samples, ReadLoad.Span span) {
    this.timer = new QuestionTimer(server, samples);
    this.span = span;
  }

  /**
   * All questions.
   *
   * @param kept how the records are, for the report
   */
  List<ReadResult> ask(String kept) throws IOException, InterruptedException {
    List<ReadResult> results = new ArrayList<>();
    results.add(timer.time(kept, "newest 100", LOGS + window()));
    results.add(
        timer.time(kept, "newest 100 with a common substring", LOGS + "&q=cache" + window()));
    results.add(
        timer.time(
            kept,
            "newest 100, rare app and level",
            LOGS
                + "&app="
                + SampleBodies.APPS.get(SampleBodies.APPS.size() - 1)
                + "&level=ERROR"
                + window()));
    results.add(
        timer.time(
            kept, "a rare word, all its records", LOGS + "&q=" + SampleBody.RARE_WORD + window()));
    results.add(timer.time(kept, "a word that no record has", LOGS + "&q=zyzzyvas" + window()));
    results.add(
        timer.time(
            kept,
            "a trace id, one record",
            LOGS + "&q=trace_id:" + SampleBody.traceId(span.records() / 2) + window()));
    results.add(
        timer.time(
            kept,
            "a trace id that no record has",
            LOGS + "&q=trace_id:" + SampleBody.traceId(-1) + window()));
    results.add(timer.time(kept, "stats", STATS + "?" + window().substring(1)));
    results.add(
        timer.time(kept, "histogram by the hour", STATS + "/histogram?interval=1h" + window()));
    results.add(
        scan(kept, "a regular expression over all messages", "%2Fw.rker-%5B0-9%5D%2A9%24%2F"));
    results.add(scan(kept, "a substring over all messages, counted", "cache"));
    results.add(timer.export(kept, "/api/v1/logs?limit=" + ReadRun.SHORT_EXPORT + window()));
    return results;
  }

  private String window() {
    return "&since=" + span.from() + "&until=" + span.until();
  }

  /** With records per second, besides the time. */
  private ReadResult scan(String kept, String question, String q)
      throws IOException, InterruptedException {
    ReadResult result = timer.time(kept, question, STATS + "?q=" + q + window());
    Percentiles ms = result.ms();
    return ms == null
        ? result
        : new ReadResult(
            result.load(),
            result.question(),
            ms,
            span.records() / ms.p50() * 1000,
            0,
            0,
            "%,.0f records/s, %,d requests"
                .formatted(span.records() / ms.p50() * 1000, ms.samples()));
  }
}
