package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LevelTest {
  @Test
  void shouldBeOrderedBySeverity() {
    assertEquals(
        List.of(
            "TRACE",
            "DEBUG",
            "INFO",
            "NOTICE",
            "WARN",
            "ERROR",
            "CRITICAL",
            "ALERT",
            "FATAL",
            "EMERGENCY"),
        Arrays.stream(Level.values()).map(Level::name).toList());
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void shouldFoldEveryCaseOfAKnownName(Level level) {
    String lower = level.name().toLowerCase(Locale.ROOT);
    String title = level.name().charAt(0) + lower.substring(1);

    assertEquals(level.name(), Level.fold(level.name()));
    assertEquals(level.name(), Level.fold(lower));
    assertEquals(level.name(), Level.fold(title));
    assertEquals(level.name(), Level.fold(" \t" + title + "\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "warning, WARN",
    "err, ERROR",
    "crit, CRITICAL",
    "emerg, EMERGENCY",
    "panic, EMERGENCY",
    "severe, ERROR",
    "verbose, TRACE",
    "information, INFO",
    "informational, INFO",
    "Warning, WARN",
    "WARNING, WARN",
    "eRR, ERROR",
    "Panic, EMERGENCY",
    "SEVERE, ERROR",
  })
  void shouldFoldOtherSpellings(String given, String expected) {
    assertEquals(expected, Level.fold(given));
  }

  @ParameterizedTest
  @CsvSource({
    "0, EMERGENCY", "1, ALERT", "2, CRITICAL", "3, ERROR", "4, WARN", "5, NOTICE", "6, INFO",
    "7, DEBUG", "10, TRACE", "20, DEBUG", "30, INFO", "40, WARN", "50, ERROR", "60, FATAL",
    "' 3 ', ERROR",
  })
  void shouldFoldNumbersOfSyslogAndPino(String given, String expected) {
    assertEquals(expected, Level.fold(given));
  }

  @ParameterizedTest
  @CsvSource({
    "audit, AUDIT",
    "8, 8",
    "70, 70",
    "-1, -1",
    "info!, INFO!",
    "größe, GRÖSSE",
    "отладка, ОТЛАДКА",
    "i, I",
    "critical error, CRITICAL ERROR",
  })
  void shouldKeepUnknownOnesInUpperCase(String given, String expected) {
    assertEquals(expected, Level.fold(given));
  }

  @Test
  void shouldNotDependOnTheDefaultLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      assertEquals("CRITICAL", Level.fold("critical"));
      assertEquals("INFO", Level.fold("Info"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\r\n", "\u2003\u2028"})
  void shouldTakeBlankAsInfo(String blank) {
    assertEquals("INFO", Level.fold(blank));
  }

  @Test
  void shouldKeepThirtyTwoCharactersAndNoMore() {
    assertEquals("A".repeat(32), Level.fold("a".repeat(32)));
    assertEquals("A".repeat(32), Level.fold("a".repeat(33)));
    assertEquals("A".repeat(32), Level.fold("a".repeat(300)));
    assertEquals("S".repeat(32), Level.fold("ß".repeat(32)));
  }

  @Test
  void shouldNeverKeepHalfAPair() {
    assertEquals("A".repeat(31), Level.fold("a".repeat(31) + "😀😀"));
    assertEquals("A".repeat(30) + "😀", Level.fold("a".repeat(30) + "😀😀"));
  }

  @Test
  void shouldBeStorable() {
    assertEquals("A\uFFFDB", Level.fold("a\0b"));
    assertEquals("A\uFFFD", Level.fold("a\uD800"));
    assertEquals("\uFFFDA", Level.fold("\uDC00a"));
  }

  @Test
  void shouldNotKeepBlanksThatTheCutLeftAtTheEnd() {
    assertEquals("WARN", Level.fold("warn" + " ".repeat(40) + "x"));
  }

  @Test
  void shouldFoldWhatIsFoldedToItself() {
    char[] alphabet = "aZß \t0\0é\uD83D\uDE00ŉ".toCharArray();
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      StringBuilder given = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        given.append(alphabet[random.nextInt(alphabet.length)]);
      }
      String folded = Level.fold(given.toString());

      assertEquals(folded, Level.fold(folded), "seed=" + seed);
      assertTrue(folded.length() <= Level.MAX_CHARS, "seed=" + seed);
    }
  }
}
