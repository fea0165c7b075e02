package io.logagg.record;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times said by how far from now they are: {@code 15m}, {@code 2h}, {@code 7d}. */
public final class TimeSpans {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})(ms|s|m|h|d|w)");

  private TimeSpans() {}

  /**
   * So long before now, in microseconds since the epoch, and not before what can be written.
   *
   * @return empty if the text is no span
   */
  public static OptionalLong before(long nowMicros, String text) {
    OptionalLong micros = micros(text);
    return micros.isEmpty()
        ? micros
        : OptionalLong.of(Math.max(Timestamps.MIN_MICROS, nowMicros - micros.getAsLong()));
  }

  /** How long a span is, in microseconds; empty if the text is none. */
  public static OptionalLong micros(String text) {
    Matcher span = SPAN.matcher(text);
    return span.matches()
        ? OptionalLong.of(Long.parseLong(span.group(1)) * unitMicros(span.group(2)))
        : OptionalLong.empty();
  }

  private static long unitMicros(String unit) {
    return switch (unit) {
      case "ms" -> 1_000L;
      case "s" -> 1_000_000L;
      case "m" -> 60_000_000L;
      case "h" -> 3_600_000_000L;
      case "d" -> 86_400_000_000L;
      default -> 7 * 86_400_000_000L;
    };
  }
}
