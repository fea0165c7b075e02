package io.logagg.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.HdrHistogram.Histogram;

/** Latencies in milliseconds; all zero of none. */
record Percentiles(
    double p50, double p95, double p99, @JsonProperty("p99.9") double p999, long samples) {

  static Percentiles of(Histogram micros) {
    return new Percentiles(
        ms(micros, 50), ms(micros, 95), ms(micros, 99), ms(micros, 99.9), micros.getTotalCount());
  }

  private static double ms(Histogram micros, double percentile) {
    return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / 1000.0;
  }
}
