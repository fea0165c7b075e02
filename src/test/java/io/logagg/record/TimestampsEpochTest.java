package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as numbers since 1970, the unit told by their size. */
final class TimestampsEpochTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1000000",
    "1764000000, 1764000000000000",
    "99999999999, 99999999999000000",
    "100000000000, 100000000000000",
    "1764000000123, 1764000000123000",
    "99999999999999, 99999999999999000",
    "100000000000000, 100000000000000",
    "1764000000123456, 1764000000123456",
    "99999999999999999, 99999999999999999",
    "100000000000000000, 100000000000000",
    "999999999999999999, 999999999999999",
    "1764000000123456789, 1764000000123456",
    "0000000001764000000, 1764000000000000",
    "000000000000000000001764000000, 1764000000000000",
    "9223372036854775807, 9223372036854775",
    "9223372036854775808, 9223372036854775",
    "253402300799999999999, 253402300799999999",
  })
  void shouldTellTheUnitBySize(String given, long micros) {
    assertEquals(OptionalLong.of(micros), Timestamps.parse(given));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, -1000000",
    "-0, 0",
    "-0.5, -500000",
    "-1.25, -1250000",
    "-62167219200, -62167219200000000",
    "-99999999999.0, ",
    "-100000000000, -100000000000000",
    "-100000000000000, -100000000000000",
    "-100000000000000000, -100000000000000",
    "-1764000000123456789, -1764000000123456",
  })
  void shouldTakeNegativeOnesAsBefore1970(String given, Long micros) {
    assertEquals(
        micros == null ? OptionalLong.empty() : OptionalLong.of(micros), Timestamps.parse(given));
  }

  @ParameterizedTest
  @CsvSource({
    "1764000000.5, 1764000000500000",
    "1764000000.123456, 1764000000123456",
    "1764000000.1234569, 1764000000123456",
    "1764000000.000001, 1764000000000001",
    "1764000000123.4, 1764000000123400",
    "1764000000123.4567, 1764000000123456",
    "1764000000123456.9, 1764000000123456",
    "1764000000123456789.9, 1764000000123456",
    "0.0000009, 0",
    "99999999999.999999, 99999999999999999",
    "100000000000.5, 100000000000500",
  })
  void shouldKeepFractionsToTheMicrosecond(String given, long micros) {
    assertEquals(OptionalLong.of(micros), Timestamps.parse(given));
  }

  @Test
  void shouldTakeAnyNumberOfFractionDigits() {
    assertEquals(
        OptionalLong.of(1_764_000_000_333_333L), Timestamps.parse("1764000000." + "3".repeat(900)));
  }

  @ParameterizedTest
  @CsvSource({
    "1.764e9, 1764000000000000",
    "1.764E9, 1764000000000000",
    "1.764E+9, 1764000000000000",
    "1.764000000123456E9, 1764000000123456",
    "1.764000000123457E9, 1764000000123457",
    "1.764000000123E12, 1764000000123000",
    "1.764000000123456E15, 1764000000123456",
    "1.764000000123456789E18, 1764000000123456",
    "1764000000e0, 1764000000000000",
    "1764000000000000000e0, 1764000000000000",
    "17640000000e-1, 1764000000000000",
    "9.9999999999e10, 99999999999000000",
    "1e11, 100000000000000",
    "9.9999999999999e13, 99999999999999000",
    "1e14, 100000000000000",
    "9.9999999999999999e16, 99999999999999999",
    "1e17, 100000000000000",
    "9e10, 90000000000000000",
    "-1.5e0, -1500000",
    "1e-99999, 0",
    "0e999, 0",
  })
  void shouldReadExponentsExactly(String given, long micros) {
    assertEquals(OptionalLong.of(micros), Timestamps.parse(given));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        ".5",
        "-.5",
        "--1",
        "1-",
        "1e",
        "e9",
        "1e+",
        "1..5",
        "1.5.5",
        " 1764000000",
        "1764000000 ",
        "1764000000s",
        "1764000000d",
        "1764000000f",
        "1764000000.5f",
        "1764000000L",
        "0x10",
        "0x10p0",
        "1_000",
        "1,5",
        "NaN",
        "Infinity",
        "-Infinity",
        "null",
        "١٧٦٤",
        "1764٣",
        "17640000000000000٣٣",
      })
  void shouldRefuseWhatIsNoNumber(String given) {
    assertEquals(OptionalLong.empty(), Timestamps.parse(given));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "253402300800000000000",
        "-62167219201",
        "-99999999999",
        "99999999999999999999999999",
        "1e21",
        "1e999",
        "1e99999",
        "1e999999999",
        "1e2147483647",
        "1e2147483648",
        "1e99999999999999999999",
        "-1e999",
      })
  void shouldRefuseWhatIsOutOfRange(String given) {
    assertEquals(OptionalLong.empty(), Timestamps.parse(given));
  }

  @Test
  void shouldRefuseOverlongDigits() {
    assertEquals(OptionalLong.empty(), Timestamps.parse("1".repeat(1_000)));
    assertEquals(OptionalLong.empty(), Timestamps.parse("-" + "9".repeat(1_000_000)));
    assertEquals(OptionalLong.empty(), Timestamps.parse("1." + "9".repeat(1_000) + "e5000"));
  }

  @Test
  void shouldMirrorTimesAt1970() {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      String number = random.nextLong(62_167_219_200L) + "." + random.nextInt(1_000_000_000);
      long micros = Timestamps.parse(number).getAsLong();

      assertEquals(OptionalLong.of(-micros), Timestamps.parse("-" + number), "seed=" + seed);
    }
  }

  @Test
  void shouldAgreeOnTheSameTimeInEveryUnit() {
    for (long seed = 0; seed < 5_000; seed++) {
      // From 1974 on, all four units can be told apart.
      long nanos = new Random(seed).nextLong(126_230_400_000_000_000L, Long.MAX_VALUE);
      String digits = Long.toString(nanos);
      int whole = digits.length() - 9;
      OptionalLong expected = OptionalLong.of(nanos / 1000);
      String message = "seed=" + seed + " " + nanos;

      assertEquals(expected, Timestamps.parse(digits), message);
      assertEquals(expected, Timestamps.parse(digits.substring(0, whole + 6)), message);
      for (int unit = 0; unit <= 3; unit += 3) {
        String inUnit = digits.substring(0, whole + unit) + "." + digits.substring(whole + unit);
        assertEquals(expected, Timestamps.parse(inUnit), message);
        assertEquals(expected, Timestamps.parse(inUnit + "e0"), message);
      }
    }
  }
}
