package io.logagg.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IntervalTest {
  @ParameterizedTest
  @CsvSource({
    "1s,1",
    "30s,30",
    "90s,90",
    "1m,60",
    "90m,5400",
    "12h,43200",
    "24h,86400",
    "86400s,86400",
    "1d,86400",
    "48h,172800",
    "7d,604800",
    "3650d,315360000",
  })
  void shouldReadWholePartsOfDaysAndWholeDays(String text, long seconds) {
    Interval interval = Interval.parse(text).orElseThrow();
    assertEquals(text, interval.text());
    assertEquals(seconds, interval.seconds());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "1",
        "0s",
        "-1s",
        "01s",
        "1.5h",
        "1 h",
        "1H",
        "1w",
        "500ms",
        "7s",
        "7m",
        "7h",
        "25h",
        "1441m",
        "3651d",
        "999999999d",
        "9999999999s",
        "1d1h",
        "١s",
        "auto"
      })
  void shouldRefuseWhatDividesNoDayOrIsNone(String text) {
    assertTrue(Interval.parse(text).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "1,1s,1m",
    "120,1s,1m",
    "121,5s,1m",
    "3600,30s,1m",
    "3601,1m,1m",
    "86400,15m,15m",
    "604800,3h,3h",
    "2592000,6h,6h",
    "31536000,7d,7d",
  })
  void shouldChooseAsManyBucketsAsAScreenShows(long seconds, String any, String wholeMinutes) {
    assertEquals(any, Interval.auto(seconds * 1_000_000, false).text());
    assertEquals(wholeMinutes, Interval.auto(seconds * 1_000_000, true).text());
  }

  @Test
  void shouldChooseForARangeOfAnyLength() {
    assertEquals("3650d", Interval.auto(Long.MAX_VALUE, true).text());
  }
}
