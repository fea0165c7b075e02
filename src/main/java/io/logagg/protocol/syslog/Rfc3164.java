package io.logagg.protocol.syslog;

import io.logagg.record.Timestamps;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages as BSD's syslog sends them, of which RFC 3164 section 4 tells, and what is like
 * them: with a time as RFC 3339 has it (rsyslog's templates), without a host, with sequence numbers
 * and marks of the clock (Cisco). Thread-safe if the clock is.
 */
final class Rfc3164 {
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  /**
   * Cisco's sequence number and name; then the time, where a year may stand in two places, and of
   * Cisco's the zone; a colon behind it means that no host follows.
   */
  private static final Pattern HEAD =
      Pattern.compile(
          "(?:\\d{1,10}: )?(?:(?<origin>[\\w.-]{1,255}): )?[*.]?(?<month>[A-Z][a-z]{2}) {1,2}(?<day>\\d{1,2})"
              + "(?: (?<year>\\d{4}))? (?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})"
              + "(?:[.,](?<fraction>\\d{1,9}))?(?: (?<late>\\d{4}))?"
              + "(?:(?: (?<zone>[A-Z]{2,5}))?(?<colon>:))?(?: |$)");

  private static final Pattern ISO = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\S{8,32}(?: |$)");

  /** A name, and a process id or not. Without one, a colon alone might be part of the text. */
  private static final Pattern TAG =
      Pattern.compile(
          "(?<name>[^\\s\\[\\]:]{1,128})(?:\\[(?<pid>[^\\]\\s]{0,128})](?::|(?= )|$)|:(?= |$)) ?");

  private static final long DAY_MICROS = 86_400_000_000L;
  private static final int YEARS_TO_A_LEAP_DAY = 8;

  private final ZoneId zone;
  private final LongSupplier nowMicros;

  Rfc3164(ZoneId zone, LongSupplier nowMicros) {
    this.zone = zone;
    this.nowMicros = nowMicros;
  }

  /** The message whose time stands at {@code from}; null if it is none of these. */
  @Nullable SyslogMessage parse(String message, int from, int pri) {
    Matcher iso = ISO.matcher(message).region(from, message.length());
    if (iso.lookingAt()) {
      OptionalLong time = Timestamps.parse(iso.group().stripTrailing());
      return time.isEmpty() ? null : withHost(message.substring(iso.end()), pri, time.getAsLong());
    }
    Matcher head = HEAD.matcher(message).region(from, message.length());
    if (!head.lookingAt()) {
      return null;
    }
    Long time = micros(head);
    if (time == null) {
      return null;
    }
    String rest = message.substring(head.end());
    return head.group("colon") == null
        ? withHost(rest, pri, time)
        : withTag(rest.stripLeading(), pri, time, head.group("origin"));
  }

  /** What has no time, but a tag with a process id; null if it has none. */
  static @Nullable SyslogMessage withoutTime(String rest, int pri) {
    Matcher tag = TAG.matcher(rest);
    return tag.lookingAt() && tag.group("pid") != null ? withTag(rest, pri, null, null) : null;
  }

  private static SyslogMessage withHost(String rest, int pri, long micros) {
    int space = rest.indexOf(' ');
    if (space < 0 || TAG.matcher(rest).lookingAt()) {
      return withTag(rest, pri, micros, null);
    }
    String behind = rest.substring(space + 1);
    // Cisco's firewalls put a colon of its own between the two.
    return withTag(
        behind.startsWith(": ") ? behind.substring(2) : behind,
        pri,
        micros,
        space == 0 ? null : rest.substring(0, space));
  }

  private static SyslogMessage withTag(
      String rest, int pri, @Nullable Long micros, @Nullable String host) {
    Matcher tag = TAG.matcher(rest);
    if (!tag.lookingAt()) {
      return new SyslogMessage(pri, micros, host, null, null, null, Map.of(), rest);
    }
    String name = tag.group("name");
    if (name.startsWith(
        "%")) { // Cisco's facility, severity and mnemonic: not the name of a program.
      return new SyslogMessage(pri, micros, host, null, null, name.substring(1), Map.of(), rest);
    }
    String pid = tag.group("pid");
    return new SyslogMessage(
        pri,
        micros,
        host,
        name,
        pid == null || pid.isEmpty() ? null : pid,
        null,
        Map.of(),
        rest.substring(tag.end()));
  }

  private @Nullable Long micros(Matcher head) {
    int month = MONTHS.indexOf(head.group("month")) + 1;
    String year = head.group("year") == null ? head.group("late") : head.group("year");
    long fraction = 0;
    String digits = head.group("fraction");
    if (digits != null) {
      fraction = Long.parseLong((digits + "000000000").substring(0, 9));
    }
    int now = LocalDateTime.ofInstant(Timestamps.instant(nowMicros.getAsLong()), zone).getYear();
    int first = year == null ? now + 1 : Integer.parseInt(year);
    int last = year == null ? now - YEARS_TO_A_LEAP_DAY : first;
    for (int candidate = first; candidate >= last; candidate--) {
      Long micros = micros(head, candidate, month, fraction);
      // Nobody says the year: it is the last one that is not far in the future.
      boolean fits =
          year != null || (micros != null && micros <= nowMicros.getAsLong() + DAY_MICROS);
      if (micros != null && fits) {
        return micros;
      }
    }
    return null;
  }

  private @Nullable Long micros(Matcher head, int year, int month, long nanos) {
    try {
      LocalDateTime time =
          LocalDateTime.of(
              year,
              month,
              Integer.parseInt(head.group("day")),
              Integer.parseInt(head.group("hour")),
              Integer.parseInt(head.group("minute")),
              Math.min(59, Integer.parseInt(head.group("second"))),
              (int) nanos);
      String named = head.group("zone");
      boolean utc = "UTC".equals(named) || "GMT".equals(named);
      return Timestamps.micros(time.atZone(utc ? ZoneOffset.UTC : zone).toInstant());
    } catch (DateTimeException e) {
      return null;
    }
  }
}
