package io.logagg.filter;

import io.logagg.record.Timestamps;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Times in the metadata: what RFC 3339 calls one, with its offset, and nothing else; the same ones
 * for us and for PostgreSQL, which would fail on days that are not in the calendar.
 */
final class TimeText {
  private static final long MICROS_PER_MINUTE = 60_000_000;

  private static final String DAY =
      "(?!0000)([0-9]{4}-((01|03|05|07|08|10|12)-(0[1-9]|[12][0-9]|3[01])"
          + "|(04|06|09|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
          + "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

  /** The same in Java and in PostgreSQL. */
  static final String REGEX =
      "^"
          + DAY
          + "[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?"
          + "([Zz]|[+-](0[0-9]|1[0-4]):[0-5][0-9])$";

  private static final Pattern TIME = Pattern.compile(REGEX.replace("$", "\\z"));

  private TimeText() {}

  /** In microseconds since the epoch, further digits cut off; empty if it is none. */
  static OptionalLong parse(String text) {
    if (!TIME.matcher(text).find()) {
      return OptionalLong.empty();
    }
    int zone = text.length() - 1;
    int offsetMinutes = 0;
    if (Character.isDigit(text.charAt(zone))) {
      zone = text.length() - 6;
      offsetMinutes =
          60 * Integer.parseInt(text, zone + 1, zone + 3, 10)
              + Integer.parseInt(text, zone + 4, zone + 6, 10);
    }
    int sign = text.charAt(zone) == '-' ? -1 : 1;
    // The offset may lead beyond the years that a timestamp of ours can have.
    long local = Timestamps.parse(text.substring(0, zone)).orElseThrow();
    return OptionalLong.of(local - sign * (offsetMinutes * MICROS_PER_MINUTE));
  }
}
