package io.logagg.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.Timestamps;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BucketStartsTest {
  private static final long HOUR_MICROS = 3_600_000_000L;

  private static long micros(String time) {
    return Timestamps.parse(time).orElseThrow();
  }

  private static long[] starts(String interval, String since, String until, String zone) {
    return BucketStarts.of(
        Interval.parse(interval).orElseThrow(), micros(since), micros(until), ZoneId.of(zone));
  }

  private static List<String> texts(String interval, String since, String until, String zone) {
    return Arrays.stream(starts(interval, since, until, zone))
        .mapToObj(Timestamps::format)
        .toList();
  }

  @Test
  void shouldBeginAtOrBeforeTheRangeAndEndWithIt() {
    assertEquals(
        List.of("2026-11-24T08:00:00Z", "2026-11-24T08:15:00Z"),
        texts("15m", "2026-11-24T08:14:59.999999Z", "2026-11-24T08:15:00.000001Z", "UTC"));
    assertEquals(
        List.of("2026-11-24T08:15:00Z"),
        texts("15m", "2026-11-24T08:15:00Z", "2026-11-24T08:30:00Z", "UTC"));
  }

  @Test
  void shouldMakeNoneOfAnEmptyRange() {
    assertEquals(List.of(), texts("1h", "2026-11-24T08:00:00Z", "2026-11-24T08:00:00Z", "UTC"));
    assertEquals(List.of(), texts("1d", "2026-11-24T08:00:00Z", "2026-11-23T08:00:00Z", "UTC"));
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin,2026-03-28T23:00:00Z,23",
    "Europe/Berlin,2026-10-24T22:00:00Z,25",
    "Europe/Berlin,2026-10-25T23:00:00Z,24",
    "America/Havana,2026-11-01T04:00:00Z,25",
    "UTC,2026-03-29T00:00:00Z,24",
  })
  void shouldGiveADayTheHoursItHas(String zone, String midnight, int hours) {
    long since = micros(midnight);
    long until = since + hours * HOUR_MICROS;
    ZoneId id = ZoneId.of(zone);
    Interval day = Interval.parse("1d").orElseThrow();
    assertEquals(1, BucketStarts.of(day, since, until, id).length);
    assertEquals(3, BucketStarts.of(day, since - 1, until + 1, id).length);
    Interval hour = Interval.parse("1h").orElseThrow();
    assertEquals(hours, BucketStarts.of(hour, since, until, id).length);
  }

  @Test
  void shouldCountHoursFromTheZonesMidnight() {
    assertEquals(
        List.of("2026-11-24T07:30:00Z", "2026-11-24T08:30:00Z"),
        texts("1h", "2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z", "Asia/Kolkata"));
    assertEquals(
        List.of("2026-11-23T18:15:00Z"),
        texts("6h", "2026-11-23T20:00:00Z", "2026-11-24T00:15:00Z", "Asia/Kathmandu"));
  }

  @Test
  void shouldEndTheLastPartOfADayAtMidnight() {
    assertEquals(
        List.of("2026-10-25T16:00:00Z", "2026-10-25T22:00:00Z", "2026-10-25T23:00:00Z"),
        texts("6h", "2026-10-25T16:00:00Z", "2026-10-26T00:00:00Z", "Europe/Berlin"));
  }

  @Test
  void shouldLeaveOutADayThatAZoneSkipped() {
    assertEquals(
        List.of("2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
        texts("1d", "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", "Pacific/Apia"));
  }

  @Test
  void shouldCountWeeksFromMonday() {
    assertEquals(
        List.of("2026-11-15T23:00:00Z", "2026-11-22T23:00:00Z"),
        texts("7d", "2026-11-20T00:00:00Z", "2026-11-24T00:00:00Z", "Europe/Berlin"));
  }

  @Test
  void shouldMakeTenThousandAndNoMore() {
    String since = "2026-11-24T00:00:00Z";
    assertEquals(10_000, starts("1s", since, "2026-11-24T02:46:40Z", "UTC").length);
    TooManyBucketsException e =
        assertThrows(
            TooManyBucketsException.class,
            () -> starts("1s", since, "2026-11-24T02:46:40.000001Z", "UTC"));
    assertTrue(String.valueOf(e.getMessage()).contains("10001"), e::getMessage);
  }

  @Test
  void shouldMakeABucketOfAllTimeThatThereIs() {
    Interval auto = Interval.auto(Timestamps.MAX_MICROS - Timestamps.MIN_MICROS, true);
    for (String zone : List.of("UTC", "Pacific/Kiritimati", "America/Los_Angeles")) {
      long[] starts =
          BucketStarts.of(auto, Timestamps.MIN_MICROS, Timestamps.MAX_MICROS, ZoneId.of(zone));
      assertEquals(Timestamps.MIN_MICROS, starts[0]);
    }
  }

  /** Whatever the zone: in order, none empty, no gap at the beginning, none across a midnight. */
  @Test
  void shouldCoverAnyRangeOfAnyZone() {
    Random random = new Random(5);
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    List<String> intervals = List.of("7m12s", "1m", "45m", "1h", "3h", "1d", "2d", "7d");
    for (int i = 0; i < 3000; i++) {
      ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
      String text = intervals.get(random.nextInt(intervals.size()));
      Interval interval = Interval.parse(text.equals("7m12s") ? "432s" : text).orElseThrow();
      long since = micros("1900-01-01T00:00:00Z") + random.nextLong(150L * 366 * 24 * HOUR_MICROS);
      long until = since + 1 + random.nextLong(100 * interval.micros());
      check(interval, since, until, zone);
    }
  }

  private static void check(Interval interval, long since, long until, ZoneId zone) {
    long[] starts = BucketStarts.of(interval, since, until, zone);
    String what = interval.text() + " " + Timestamps.format(since) + " " + zone;
    assertTrue(starts[0] <= since, what);
    assertTrue(starts[starts.length - 1] < until, what);
    for (int i = 0; i < starts.length; i++) {
      long end = i + 1 < starts.length ? starts[i + 1] : until;
      assertTrue(end > starts[i] && end > since, what);
      Instant instant = Timestamps.instant(starts[i]);
      ZonedDateTime local = instant.atZone(zone);
      ZonedDateTime midnight = local.toLocalDate().atStartOfDay(zone);
      if (interval.isWholeDays()) {
        assertEquals(midnight.toInstant(), instant, what);
      } else {
        long part = Timestamps.micros(instant) - Timestamps.micros(midnight.toInstant());
        assertEquals(0, part % interval.micros(), what);
        assertTrue(end - starts[i] <= interval.micros(), what);
      }
    }
  }
}
