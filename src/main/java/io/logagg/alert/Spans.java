package io.logagg.alert;

import io.logagg.record.TimeSpans;

/** Spans of time as people write them: {@code 30s}, {@code 5m}, {@code 1d}. */
public final class Spans {
  private static final String[] UNITS = {"w", "d", "h", "m", "s", "ms"};

  private Spans() {}

  /** In the largest unit in which it is a whole number; 0 is {@code 0s}. */
  public static String format(long micros) {
    if (micros == 0) {
      return "0s";
    }
    for (String unit : UNITS) {
      long unitMicros = TimeSpans.micros("1" + unit).orElseThrow();
      if (micros % unitMicros == 0) {
        return micros / unitMicros + unit;
      }
    }
    throw new IllegalArgumentException("no whole milliseconds: " + micros + " µs");
  }
}
