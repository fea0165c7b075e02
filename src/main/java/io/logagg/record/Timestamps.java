package io.logagg.record;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/**
 * Reads and writes the times of records: microseconds since the Unix epoch, between the years 0000
 * and 9999 as RFC 3339 can write them.
 */
public final class Timestamps {
  /** 0000-01-01T00:00:00Z. */
  public static final long MIN_MICROS = -62_167_219_200_000_000L;

  /** 9999-12-31T23:59:59.999999Z. */
  public static final long MAX_MICROS = 253_402_300_799_999_999L;

  private static final long MICROS_PER_SECOND = 1_000_000;

  /** The longest epoch number with an exponent, or with more digits than a long has. */
  private static final int MAX_EPOCH_CHARS = 64;

  private Timestamps() {}

  /**
   * Reads an RFC 3339 time, or an epoch number as text. Beyond RFC 3339, a time without an offset
   * counts as UTC, a blank or {@code T} may stand between date and time, a comma before the
   * fraction, and an offset may lack its colon.
   *
   * @return empty if it cannot be read or lies outside the range
   */
  public static OptionalLong parse(String text) {
    if (text.length() >= 19 && text.charAt(4) == '-') {
      return parseDateTime(text);
    }
    return parseEpoch(text);
  }

  private static OptionalLong parseDateTime(String s) {
    if (s.charAt(7) != '-'
        || s.charAt(13) != ':'
        || s.charAt(16) != ':'
        || "Tt ".indexOf(s.charAt(10)) < 0) {
      return OptionalLong.empty();
    }
    int year = digits(s, 0, 4);
    int month = digits(s, 5, 7);
    int day = digits(s, 8, 10);
    int hour = digits(s, 11, 13);
    int minute = digits(s, 14, 16);
    int second = digits(s, 17, 19);
    if ((year | month | day | hour | minute | second) < 0
        || hour > 23
        || minute > 59
        || second > 60) {
      return OptionalLong.empty();
    }
    int at = 19;
    long micros = 0;
    if (at < s.length() && (s.charAt(at) == '.' || s.charAt(at) == ',')) {
      int end = at + 1;
      int scale = 100_000;
      while (end < s.length() && isDigit(s.charAt(end))) {
        micros += (long) scale * (s.charAt(end++) - '0');
        scale /= 10;
      }
      if (end == at + 1) {
        return OptionalLong.empty();
      }
      at = end;
    }
    int offsetSeconds = offsetSeconds(s, at);
    if (offsetSeconds == Integer.MIN_VALUE) {
      return OptionalLong.empty();
    }
    try {
      long days = LocalDate.of(year, month, day).toEpochDay();
      // A leap second is the last microsecond that can be written of its minute.
      long secondsOfDay = hour * 3600L + minute * 60L + Math.min(second, 59);
      long fraction = second == 60 ? MICROS_PER_SECOND - 1 : micros;
      return inRange((days * 86_400 + secondsOfDay - offsetSeconds) * MICROS_PER_SECOND + fraction);
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The offset that ends {@code s} at {@code at}: nothing, Z, ±hh, ±hhmm or ±hh:mm; MIN_VALUE if it
   * is none.
   */
  private static int offsetSeconds(String s, int at) {
    int rest = s.length() - at;
    if (rest == 0 || (rest == 1 && (s.charAt(at) == 'Z' || s.charAt(at) == 'z'))) {
      return 0;
    }
    char sign = s.charAt(at);
    boolean colon = rest == 6 && s.charAt(at + 3) == ':';
    if ((sign != '+' && sign != '-') || !(rest == 3 || rest == 5 || colon)) {
      return Integer.MIN_VALUE;
    }
    int hours = digits(s, at + 1, at + 3);
    int minutes = rest == 3 ? 0 : digits(s, s.length() - 2, s.length());
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3600 + minutes * 60;
    return sign == '-' ? -seconds : seconds;
  }

  /**
   * Reads an epoch number, its unit by size: below 1e11 seconds, below 1e14 milliseconds, below
   * 1e17 microseconds, else nanoseconds. Digits beyond the microsecond are cut off.
   */
  public static OptionalLong parseEpoch(String text) {
    int length = text.length();
    boolean negative = length > 0 && text.charAt(0) == '-';
    int start = negative ? 1 : 0;
    int end = start;
    long whole = 0;
    while (end < length && isDigit(text.charAt(end)) && end - start < 18) {
      whole = whole * 10 + (text.charAt(end++) - '0');
    }
    if (end == start) {
      return OptionalLong.empty();
    }
    if (end < length && isDigit(text.charAt(end))) {
      return text.charAt(start) == '0' ? parseAnyEpoch(text) : parseNanos(text);
    }
    if (end == length) {
      return inRange(negative ? -toMicros(whole, 0) : toMicros(whole, 0));
    }
    if (text.charAt(end) != '.') {
      return parseAnyEpoch(text);
    }
    long billionths = 0;
    long scale = 100_000_000;
    int at = end + 1;
    while (at < length && isDigit(text.charAt(at))) {
      billionths += scale * (text.charAt(at++) - '0');
      scale /= 10;
    }
    if (at < length || at == end + 1) {
      return parseAnyEpoch(text);
    }
    return inRange(negative ? -toMicros(whole, billionths) : toMicros(whole, billionths));
  }

  private static OptionalLong parseNanos(String text) {
    try {
      return inRange(Long.parseLong(text) / 1000);
    } catch (NumberFormatException e) {
      return parseAnyEpoch(text);
    }
  }

  /** 1.764e9 and whatever else is rare, exactly. */
  private static OptionalLong parseAnyEpoch(String text) {
    if (text.length() > MAX_EPOCH_CHARS || !isDecimal(text)) {
      return OptionalLong.empty();
    }
    BigDecimal value;
    try {
      value = new BigDecimal(text);
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
    // Digits before the point: the exponent may be huge, so that it must not be written out.
    long digits = (long) value.precision() - value.scale();
    if (value.signum() == 0 || digits < -MAX_EPOCH_CHARS) {
      return OptionalLong.of(0);
    }
    if (digits > 21) {
      return OptionalLong.empty();
    }
    int shift = digits <= 11 ? 6 : digits <= 14 ? 3 : digits <= 17 ? 0 : -3;
    return inRange(value.movePointRight(shift).longValue());
  }

  /** Whether it has only characters of a decimal number; BigDecimal takes digits of any script. */
  private static boolean isDecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i)) && ".eE+-".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** {@code billionths} are those of the given unit, whatever that is. */
  private static long toMicros(long whole, long billionths) {
    if (whole < 100_000_000_000L) {
      return whole * MICROS_PER_SECOND + billionths / 1000;
    }
    if (whole < 100_000_000_000_000L) {
      return whole * 1000 + billionths / 1_000_000;
    }
    return whole < 100_000_000_000_000_000L ? whole : whole / 1000;
  }

  private static OptionalLong inRange(long micros) {
    return micros < MIN_MICROS || micros > MAX_MICROS
        ? OptionalLong.empty()
        : OptionalLong.of(micros);
  }

  private static int digits(String s, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      if (!isDigit(s.charAt(i))) {
        return -1;
      }
      value = value * 10 + (s.charAt(i) - '0');
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Microseconds since the epoch of an instant, cut off below. */
  public static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND), instant.getNano() / 1000);
  }

  public static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1000);
  }

  public static OffsetDateTime utc(long micros) {
    return OffsetDateTime.ofInstant(instant(micros), ZoneOffset.UTC);
  }

  public static long micros(OffsetDateTime time) {
    return Math.addExact(
        Math.multiplyExact(time.toEpochSecond(), MICROS_PER_SECOND), time.getNano() / 1000);
  }

  /** RFC 3339 in UTC, with no, three or six digits of a second as needed. */
  public static String format(long micros) {
    return instant(micros).toString();
  }
}
