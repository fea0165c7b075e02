package io.logagg.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long one kind of question takes.
 *
 * @param load what else the server had to do
 * @param ms null where it was not measured that way
 * @param rowsPerSecond of the export, 0 of others
 * @param note what else there is to say; why there is no figure if there is none
 */
record ReadResult(
    String load,
    String question,
    @Nullable Percentiles ms,
    double rowsPerSecond,
    long rows,
    long jvmPeakMiB,
    String note) {

  static ReadResult latency(String load, String question, Percentiles ms, long answerBytes) {
    String note = "%,d requests, %,d bytes each".formatted(ms.samples(), answerBytes);
    return new ReadResult(load, question, ms, 0, 0, 0, note);
  }

  static ReadResult notMeasured(String load, String question, String why) {
    return new ReadResult(load, question, null, 0, 0, 0, why);
  }

  static ReadResult export(String load, long rows, double rowsPerSecond, long jvmPeakMiB) {
    String note =
        "%,d rows, %,.0f rows/s, peak of the JVM %,d MiB"
            .formatted(rows, rowsPerSecond, jvmPeakMiB);
    return new ReadResult(load, "export as NDJSON", null, rowsPerSecond, rows, jvmPeakMiB, note);
  }

  static String table(List<ReadResult> results) {
    StringBuilder out =
        new StringBuilder("| question | meanwhile | p50 / p95 / p99 ms | |\n|---|---|---|---|\n");
    results.forEach(result -> out.append(result.row()));
    return out.toString();
  }

  private String row() {
    String latency = ms == null ? "" : "%.1f / %.1f / %.1f".formatted(ms.p50(), ms.p95(), ms.p99());
    return "| %s | %s | %s | %s |%n".formatted(question, load, latency, note);
  }
}
