package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as RFC 3339 writes them; the expected ones are those of {@link OffsetDateTime}. */
final class TimestampsRfc3339Test {
  private static OptionalLong at(String instant) {
    return OptionalLong.of(Timestamps.micros(Instant.parse(instant)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T12:00:00Z, 2026-03-01T12:00:00Z",
    "2026-03-01t12:00:00z, 2026-03-01T12:00:00Z",
    "2026-03-01 12:00:00Z, 2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00, 2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00+00:00, 2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00-00:00, 2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00+02:00, 2026-03-01T10:00:00Z",
    "2026-03-01T12:00:00+0530, 2026-03-01T06:30:00Z",
    "2026-03-01T12:00:00-08, 2026-03-01T20:00:00Z",
    "2026-03-01T12:00:00-03:30, 2026-03-01T15:30:00Z",
    "2026-03-01T00:30:00+01:00, 2026-02-28T23:30:00Z",
    "2026-03-01T12:00:00+23:59, 2026-02-28T12:01:00Z",
    "2026-03-01T12:00:00-23:59, 2026-03-02T11:59:00Z",
    "2026-03-01T12:00:00.25+02:00, 2026-03-01T10:00:00.25Z",
    "'2026-03-01T12:00:00,25Z', 2026-03-01T12:00:00.25Z",
    "2026-03-01 12:00:00.123456, 2026-03-01T12:00:00.123456Z",
    "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z, 2000-02-29T00:00:00Z",
    "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
  })
  void shouldReadEveryForm(String given, String expected) {
    assertEquals(at(expected), Timestamps.parse(given));
  }

  @Test
  void shouldKeepTheMicrosecondOfAnyNumberOfDigits() {
    String digits = "987654321987";
    for (int n = 1; n <= digits.length(); n++) {
      String kept = digits.substring(0, Math.min(n, 6));
      assertEquals(
          at("2026-03-01T12:00:00." + kept + "Z"),
          Timestamps.parse("2026-03-01T12:00:00." + digits.substring(0, n) + "Z"),
          n + " digits");
    }
    assertEquals(
        at("2026-03-01T12:00:00.1Z"),
        Timestamps.parse("2026-03-01T12:00:00.1" + "0".repeat(500) + "Z"));
  }

  @Test
  void shouldCutOffBelowTheMicrosecondBefore1970Too() {
    assertEquals(
        at("1960-01-01T00:00:00.000001Z"), Timestamps.parse("1960-01-01T00:00:00.0000019Z"));
  }

  @Test
  void shouldTakeALeapSecondAsTheEndOfItsMinute() {
    OptionalLong expected = at("2016-12-31T23:59:59.999999Z");

    assertEquals(expected, Timestamps.parse("2016-12-31T23:59:60Z"));
    assertEquals(expected, Timestamps.parse("2016-12-31T23:59:60.5Z"));
    assertEquals(expected, Timestamps.parse("2017-01-01T00:59:60+01:00"));
  }

  @Test
  void shouldTakeTheWholeRangeAndNothingBeyond() {
    assertEquals(OptionalLong.of(Timestamps.MIN_MICROS), Timestamps.parse("0000-01-01T00:00:00Z"));
    assertEquals(at("0001-01-01T00:00:00Z"), Timestamps.parse("0001-01-01T00:00:00Z"));
    assertEquals(
        OptionalLong.of(Timestamps.MAX_MICROS), Timestamps.parse("9999-12-31T23:59:59.999999Z"));
    assertEquals(OptionalLong.of(Timestamps.MAX_MICROS), Timestamps.parse("9999-12-31T23:59:60Z"));
    assertEquals(OptionalLong.empty(), Timestamps.parse("0000-01-01T00:00:00+00:01"));
    assertEquals(OptionalLong.empty(), Timestamps.parse("9999-12-31T23:59:59-00:01"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T24:00:00Z",
        "x026-03-01T12:00:00Z",
        "2026-x3-01T12:00:00Z",
        "2026-03-x1T12:00:00Z",
        "2026-03-01T1x:00:00Z",
        "2026-03-01T12:x0:00Z",
        "2026-03-01T12:00:0xZ",
        "2026-03-01T12:60:00Z",
        "2026-03-01T12:00:61Z",
        "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z",
        "2026-02-30T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "1900-02-29T12:00:00Z",
        "2026-04-31T12:00:00Z",
        "2026-01-00T12:00:00Z",
        "2026-03-01X12:00:00Z",
        "2026/03/01T12:00:00Z",
        "2026-03-01T12.00.00Z",
        "2026-03-01T12:00:0xZ",
        "2026-03-01T12:00:00.Z",
        "2026-03-01T12:00:00.",
        "2026-03-01T12:00:00.1.2Z",
        "2026-03-01T12:00:00ZZ",
        "2026-03-01T12:00:00Z ",
        " 2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00+24:00",
        "2026-03-01T12:00:00+02:60",
        "2026-03-01T12:00:00+2:00",
        "2026-03-01T12:00:00+02:0",
        "2026-03-01T12:00:00+02-00",
        "2026-03-01T12:00:00*02:00",
        "2026-03-01T12:00:00+",
        "2026-03-01T12:00:00 UTC",
        "2026-03-01T12:00:00+02:00[Europe/Berlin]",
        "12026-03-01T12:00:00Z",
        "-2026-03-01T12:00:00Z",
        "٢٠٢٦-03-01T12:00:00Z",
        "2026-03-01T12:00",
        "2026-03-01",
        "yesterday",
        "Sun, 01 Mar 2026 12:00:00 GMT",
      })
  void shouldRefuseWhatIsNoTime(String given) {
    assertEquals(OptionalLong.empty(), Timestamps.parse(given));
  }

  @Test
  void shouldReadWhatTheJdkWritesForAnyOffset() {
    for (long seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * (random.nextInt(18 * 120 + 1) - 18 * 60));
      OffsetDateTime time =
          OffsetDateTime.of(
              1 + random.nextInt(9998),
              1 + random.nextInt(12),
              1 + random.nextInt(28),
              random.nextInt(24),
              random.nextInt(60),
              1 + random.nextInt(59),
              random.nextInt(1_000_000_000),
              offset);

      assertEquals(
          OptionalLong.of(Timestamps.micros(time)),
          Timestamps.parse(time.toString()),
          "seed=" + seed + " " + time);
    }
  }

  @Test
  void shouldReadBackWhatItWrote() {
    Random random = new Random(42);
    for (int i = 0; i < 10_000; i++) {
      long micros = random.nextLong(Timestamps.MIN_MICROS, Timestamps.MAX_MICROS + 1);
      // Whole seconds and milliseconds are written shorter.
      micros -= Math.floorMod(micros, new long[] {1, 1_000, 1_000_000, 60_000_000}[i % 4]);
      String text = Timestamps.format(micros);

      assertEquals(OptionalLong.of(micros), Timestamps.parse(text), "seed=42 " + text);
      assertTrue(
          text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3}|\\.\\d{6})?Z"), text);
      assertEquals(micros, Timestamps.micros(Timestamps.instant(micros)), text);
      assertEquals(micros, Timestamps.micros(Timestamps.utc(micros)), text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "-1, 1969-12-31T23:59:59.999999Z",
    "1500000, 1970-01-01T00:00:01.500Z",
    "-62167219200000000, 0000-01-01T00:00:00Z",
    "253402300799999999, 9999-12-31T23:59:59.999999Z",
  })
  void shouldWriteRfc3339(long micros, String expected) {
    assertEquals(expected, Timestamps.format(micros));
  }

  @Test
  void shouldCutInstantsOffBelow() {
    assertEquals(1, Timestamps.micros(Instant.ofEpochSecond(0, 1_999)));
    assertEquals(-1, Timestamps.micros(Instant.ofEpochSecond(-1, 999_999_001)));
    assertEquals(
        -1, Timestamps.micros(Instant.ofEpochSecond(-1, 999_999_001).atOffset(ZoneOffset.MAX)));
  }
}
