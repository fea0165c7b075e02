package io.logagg.query;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How long the buckets of a histogram are: a part that divides a day evenly, or whole days.
 *
 * @param text as a caller writes it, such as {@code 15m}
 */
public record Interval(String text, long seconds) {
  /** What {@link #parse} takes, for people. */
  public static final String FORM =
      "a number of s, m or h that divides a day evenly, such as 30s, 15m or 6h, or of whole days up"
          + " to 3650d";

  private static final long DAY_SECONDS = 86_400;
  private static final long MAX_SECONDS = 3650 * DAY_SECONDS;
  private static final Pattern PATTERN = Pattern.compile("([1-9]\\d{0,8})([smhd])");

  /** Most buckets of an interval that was not asked for: about as many bars as a screen shows. */
  private static final long AUTO_BUCKETS = 120;

  private static final List<Interval> USUAL =
      Stream.of(
              "1s", "5s", "10s", "15s", "30s", "1m", "5m", "10m", "15m", "30m", "1h", "3h", "6h",
              "12h", "1d", "7d", "30d", "90d", "365d", "3650d")
          .map(text -> parse(text).orElseThrow())
          .toList();

  /** Empty if it is none. */
  public static Optional<Interval> parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long seconds = Long.parseLong(matcher.group(1)) * unitSeconds(matcher.group(2).charAt(0));
    boolean fits = seconds > DAY_SECONDS ? seconds % DAY_SECONDS == 0 : DAY_SECONDS % seconds == 0;
    return fits && seconds <= MAX_SECONDS
        ? Optional.of(new Interval(text, seconds))
        : Optional.empty();
  }

  private static long unitSeconds(char unit) {
    return switch (unit) {
      case 's' -> 1;
      case 'm' -> 60;
      case 'h' -> 3600;
      default -> DAY_SECONDS;
    };
  }

  /**
   * The shortest of the usual ones that makes no more than about 120 buckets.
   *
   * @param wholeMinutes whether parts of a minute are not wanted
   */
  static Interval auto(long rangeMicros, boolean wholeMinutes) {
    return USUAL.stream()
        .filter(interval -> !wholeMinutes || interval.seconds % 60 == 0)
        .filter(interval -> rangeMicros <= AUTO_BUCKETS * interval.micros())
        .findFirst()
        .orElse(USUAL.get(USUAL.size() - 1));
  }

  boolean isWholeDays() {
    return seconds % DAY_SECONDS == 0;
  }

  long days() {
    return seconds / DAY_SECONDS;
  }

  long micros() {
    return seconds * 1_000_000;
  }
}
