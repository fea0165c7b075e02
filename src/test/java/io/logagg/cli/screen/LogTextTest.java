package io.logagg.cli.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.cli.screen.LogLine.Field;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LogTextTest {
  private static final Look WIDE = new Look(80, false, ZoneOffset.UTC, false);
  private static final Look CUT = new Look(80, false, ZoneOffset.UTC, true);
  private static final Look PIPE = new Look(0, false, ZoneOffset.UTC, false);

  private static LogLine line(String level, String message, Field... fields) {
    return new LogLine(
        "id", "2026-11-24T08:00:00.123456Z", level, "shop", "api", message, List.of(fields));
  }

  private static String shown(Look look, LogLine line) {
    return new LogText(look).of(line);
  }

  @Test
  void shouldShowAShortRecordInOneLine() {
    assertEquals(
        "11-24 08:00:00.123 ERROR shop/api Connection reset http.status=502 user=\"a b\"\n",
        shown(
            WIDE,
            line(
                "ERROR",
                "Connection reset",
                new Field("http.status", "502"),
                new Field("user", "a b"))));
  }

  @Test
  void shouldGoOnInTheNextLineBetweenWordsAndFields() {
    assertEquals(
        """
        11-24 08:00:00.123 WARN  shop/api Payment 4711 was declined by the bank, and the
            customer was told to try another card later_than=2026-11-24T09:00:00Z
            reason="card expired" attempt=3
        """,
        shown(
            WIDE,
            line(
                "WARN",
                "Payment 4711 was declined by the bank, and the customer was told to try another card",
                new Field("later_than", "2026-11-24T09:00:00Z"),
                new Field("reason", "card expired"),
                new Field("attempt", "3"))));
  }

  @Test
  void shouldKeepTheLinesOfAStackTrace() {
    assertEquals(
        """
        11-24 08:00:00.123 ERROR shop/api java.lang.IllegalStateException: no such cart
                at shop.Carts.find(Carts.java:12)
            Caused by: java.io.IOException: closed
        """,
        shown(
            WIDE,
            line(
                "ERROR",
                "java.lang.IllegalStateException: no such cart\n\tat shop.Carts.find(Carts.java:12)\nCaused by: java.io.IOException: closed\n")));
  }

  @Test
  void shouldNotLetARecordReachTheTerminal() {
    String shown =
        shown(
            WIDE,
            new LogLine(
                "id",
                "2026-11-24T08:00:00Z",
                "INFO\u001B[1m",
                "sh\u001Bop",
                "a\u0007pi",
                "\u001B]0;owned\u0007 \u001B[31mred",
                List.of(new Field("k\u001B", "v\u009Bv"), new Field("m", "two\nlines"))));
    assertTrue(
        shown.chars().allMatch(c -> c == '\n' || (c >= ' ' && (c < 0x7F || c >= 0xA0))), shown);
    assertTrue(shown.contains("\\x1b]0;owned\\x07"), shown);
    assertTrue(shown.contains("m=two\\nlines"), shown);
  }

  @Test
  void shouldColourTheLevelAndStayReadableWithout() {
    Look coloured = new Look(80, true, ZoneOffset.UTC, false);
    String with = shown(coloured, line("ERROR", "broken", new Field("a", "1")));
    assertEquals(
        "\u001B[2m11-24 08:00:00.123\u001B[0m \u001B[31mERROR\u001B[0m \u001B[36mshop/api\u001B[0m broken \u001B[2ma=1\u001B[0m\n",
        with);
    assertEquals(
        shown(WIDE, line("ERROR", "broken", new Field("a", "1"))),
        with.replaceAll("\u001B\\[[0-9;]*m", ""));
  }

  @Test
  void shouldCutToOneLineIfWanted() {
    String shown = shown(CUT, line("INFO", "one\ntwo " + "long ".repeat(20), new Field("k", "v")));
    assertEquals(
        "11-24 08:00:00.123 INFO  shop/api one ⏎ two long long long long long long long …\n",
        shown);
    assertEquals(81, shown.length());
  }

  @Test
  void shouldNeverBeWiderThanTheTerminal() {
    Random random = new Random(7);
    String letters = "ab cd\tÄ価👍\u0301x";
    for (int i = 0; i < 2000; i++) {
      StringBuilder message = new StringBuilder();
      random
          .ints(random.nextInt(200), 0, letters.codePointCount(0, letters.length()))
          .forEach(
              at -> message.appendCodePoint(letters.codePoints().skip(at).findFirst().orElse('x')));
      int columns = 40 + random.nextInt(60);
      LogLine line =
          line("INFO", message.toString(), new Field("k".repeat(random.nextInt(90) + 1), "v"));
      for (boolean oneLine : new boolean[] {false, true}) {
        String shown = shown(new Look(columns, false, ZoneOffset.UTC, oneLine), line);
        shown
            .lines()
            .forEach(
                row ->
                    assertTrue(Fitted.columns(row) <= columns, () -> columns + " columns: " + row));
      }
    }
  }

  @Test
  void shouldLoseNothingOfAMessageThatIsBroken() {
    String message = "word ".repeat(60).strip();
    String shown = shown(WIDE, line("INFO", message));
    assertEquals(60, shown.split("word", -1).length - 1);
  }

  @Test
  void shouldNotBreakLinesForPrograms() {
    String message = "word ".repeat(60).strip();
    String shown = shown(PIPE, line("INFO", message, new Field("k", "v")));
    assertEquals("2026-11-24T08:00:00.123Z INFO  shop/api " + message + " k=v\n", shown);
  }

  @Test
  void shouldShowTimesWhereThePersonIs() {
    Look tokyo = new Look(0, false, ZoneId.of("Asia/Tokyo"), false);
    assertTrue(shown(tokyo, line("INFO", "m")).startsWith("2026-11-24T17:00:00.123+09:00 "));
  }

  @Test
  void shouldNameOnlyTheAppWhereThereIsNoService() {
    String shown =
        shown(WIDE, new LogLine("i", "2026-11-24T08:00:00Z", "INFO", "shop", null, "m", List.of()));
    assertFalse(shown.contains("/"), shown);
  }
}
