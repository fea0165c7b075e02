package io.logagg.bench;

import io.logagg.bench.ServerUnderTest.Instances;
import java.util.List;
import java.util.Map;

/**
 * What one run measured.
 *
 * @param acknowledgedPerSecond from the first request to the last answer
 * @param committedPerSecond from the first request to the last commit
 * @param ackMs latency of the acknowledgement by percentile, in milliseconds
 * @param visibleMs from acknowledgement to being found, by percentile, of single records sent
 *     meanwhile
 * @param cpuMicrosPerRecord CPU time by process
 * @param jvmPeakMiB most resident memory of the server's JVM
 * @param bytesPerRecord on disk, indexes included
 * @param rawBytesPerRecord of NDJSON
 * @param copyPerSecond COPY of the same rows into the same table, in the same run
 * @param refusals requests that were answered 429 or 503 and sent again
 */
record BenchResult(
    Instances instances,
    long records,
    double acknowledgedPerSecond,
    double committedPerSecond,
    Map<String, Double> ackMs,
    Map<String, Double> visibleMs,
    Map<String, Double> cpuMicrosPerRecord,
    long jvmPeakMiB,
    double bytesPerRecord,
    double rawBytesPerRecord,
    double copyPerSecond,
    long refusals,
    String durability) {

  /** One row a result. */
  static String table(List<BenchResult> results) {
    StringBuilder out = new StringBuilder();
    out.append(
        "| http | cons. | pers. | acked/s | committed/s | COPY/s | ack p50/p99/p99.9 ms | visible p50/p99 ms "
            + "| CPU µs/record | peak MiB | bytes/record (raw) | refused |\n");
    out.append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    results.forEach(result -> out.append(result.row()));
    return out.toString();
  }

  private String row() {
    return "| %d | %d | %d | %,.0f | %,.0f | %,.0f | %.1f / %.1f / %.1f | %.0f / %.0f | %s | %d | %.0f (%.0f) | %d |%n"
        .formatted(
            instances.http(),
            instances.consumers(),
            instances.persistence(),
            acknowledgedPerSecond,
            committedPerSecond,
            copyPerSecond,
            ackMs.get("p50"),
            ackMs.get("p99"),
            ackMs.get("p99.9"),
            visibleMs.get("p50"),
            visibleMs.get("p99"),
            cpu(),
            jvmPeakMiB,
            bytesPerRecord,
            rawBytesPerRecord,
            refusals);
  }

  private String cpu() {
    StringBuilder text = new StringBuilder();
    cpuMicrosPerRecord.forEach(
        (name, micros) ->
            text.append(text.isEmpty() ? "" : ", ").append("%s %.1f".formatted(name, micros)));
    return text.toString();
  }
}
