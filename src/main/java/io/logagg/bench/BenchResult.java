package io.logagg.bench;

import io.logagg.bench.ServerUnderTest.Instances;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one run measured.
 *
 * @param acknowledgedPerSecond from the first request to the last answer
 * @param committedPerSecond from the first request to the last commit
 * @param ackMs latency of the acknowledgement
 * @param visibleMs from acknowledgement to being found, of single records sent meanwhile
 * @param cpuSecondsPerMillion CPU time by process, for a million records
 * @param jvmPeakMiB most resident memory of the server's JVM
 * @param bytesPerRecord on disk, indexes included
 * @param rawBytesPerRecord of NDJSON
 * @param copyPerSecond COPY of the same rows into the same table, in the same run
 * @param refusals requests that were answered 429 or 503 and sent again
 * @param growth rates by the size of the table, if asked for
 */
record BenchResult(
    Instances instances,
    LoadShape load,
    long records,
    double acknowledgedPerSecond,
    double committedPerSecond,
    double copyPerSecond,
    Percentiles ackMs,
    Percentiles visibleMs,
    Map<String, Double> cpuSecondsPerMillion,
    long jvmPeakMiB,
    double bytesPerRecord,
    double rawBytesPerRecord,
    long refusals,
    List<GrowthPoint> growth) {

  /**
   * How the records were sent.
   *
   * @param recordsPerSecond of the open loop; 0 for the closed one
   */
  record LoadShape(
      int connections, int batch, boolean gzip, boolean producerIds, double recordsPerSecond) {}

  /** One row a result. */
  static String table(List<BenchResult> results) {
    StringBuilder out = new StringBuilder();
    out.append(
        "| http × consumers × persistence | acknowledged/s | committed/s | COPY/s | ack p50 / p99 / p99.9 ms "
            + "| visible p50 / p99 ms | CPU s per million records | peak MiB of the JVM "
            + "| bytes a record (raw) | refused |\n");
    out.append("|---|---|---|---|---|---|---|---|---|---|\n");
    results.forEach(result -> out.append(result.row()));
    return out.toString();
  }

  private String row() {
    return "| %s | %,.0f | %,.0f | %,.0f | %.1f / %.1f / %.1f | %.0f / %.0f | %s | %d | %.0f (%.0f) | %d |%n"
        .formatted(
            instances,
            acknowledgedPerSecond,
            committedPerSecond,
            copyPerSecond,
            ackMs.p50(),
            ackMs.p99(),
            ackMs.p999(),
            visibleMs.p50(),
            visibleMs.p99(),
            cpu(),
            jvmPeakMiB,
            bytesPerRecord,
            rawBytesPerRecord,
            refusals);
  }

  private String cpu() {
    return cpuSecondsPerMillion.entrySet().stream()
        .map(entry -> "%s %.1f".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }
}
