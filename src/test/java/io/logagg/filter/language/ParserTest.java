package io.logagg.filter.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.Condition;
import io.logagg.filter.Condition.RequiredEqual;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.record.Timestamps;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ParserTest {
  private static final long NOW = Timestamps.parse("2026-11-24T12:00:00Z").orElseThrow();

  private static Condition parse(String query) {
    try {
      return Parser.parse(query, NOW);
    } catch (QuerySyntaxException e) {
      throw new AssertionError(e.column() + ": " + e.getMessage() + "\n" + e.picture(), e);
    }
  }

  private static QuerySyntaxException mistake(String query) {
    return assertThrows(QuerySyntaxException.class, () -> Parser.parse(query, NOW), query);
  }

  /** The second column is what was understood, written in the one way of the printer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '⇒',
      quoteCharacter = '\u0001',
      value = {
        "timeout ⇒ timeout",
        "a b ⇒ a AND b",
        "a AND b ⇒ a AND b",
        "a && b || c ⇒ (a AND b) OR c",
        "a OR b c ⇒ a OR (b AND c)",
        "(a OR b) c ⇒ (a OR b) AND c",
        "-a ⇒ NOT a",
        "!a ⇒ NOT a",
        "NOT a b ⇒ NOT a AND b",
        "NOT NOT a ⇒ a",
        "NOT -a ⇒ a",
        "-(a OR b) ⇒ NOT (a OR b)",
        "((a b) c) ⇒ a AND b AND c",
        "and or not to ⇒ and AND or AND not AND to",
        "* ⇒ *",
        "a * ⇒ a",
        "-* ⇒ NOT *",
        "a*b ⇒ a*b",
        "*a** ⇒ a",
        "a\\*b ⇒ \"a*b\"",
        "\"a*b\" ⇒ \"a*b\"",
        "\"a \\\" \\\\ \\n\" ⇒ \"a \\\" \\\\ \\\\n\"",
        "\\AND ⇒ \"AND\"",
        "a\\ b ⇒ \"a b\"",
        "\\-a ⇒ \"-a\"",
        "10.0.0.1:8080 ⇒ \"10.0.0.1:8080\"",
        "12:30:05 ⇒ \"12:30:05\"",
        "::1 ⇒ \"::1\"",
        "a@b.c ⇒ \"a@b.c\"",
        "user=7 ⇒ \"user=7\"",
        "message:x ⇒ x",
        "message:* ⇒ message:*",
        "app:shop ⇒ app:shop",
        "url:http://x/y ⇒ url:\"http://x/y\"",
        "a:-5 ⇒ a:\"-5\"",
        "a:\"\" ⇒ a:\"\"",
        "a:AND ⇒ a:\"AND\"",
        "a:x* ⇒ a:x*",
        "a:x**y* ⇒ a:x*y*",
        "a:** ⇒ a:*",
        "a.b-c:x ⇒ a.b-c:x",
        "@a.0:x ⇒ @a.\"0\":x",
        "metadata_.level:x ⇒ metadata_.level:x",
        "metadata_.trace_id:x ⇒ trace_id:x",
        "\"odd name\":x ⇒ \"odd name\":x",
        "attributes.\"http.status\":5 ⇒ attributes.\"http.status\":5",
        "level:err ⇒ level:ERROR",
        "level:>=warning ⇒ level:>=WARN",
        "level:[4 TO fatal} ⇒ level:[WARN TO FATAL}",
        "level:w* ⇒ level:W*",
        "a:>5 ⇒ a:>5",
        "a:<=5.50 ⇒ a:<=5.5",
        "a:[1 TO *] ⇒ a:>=1",
        "a:{* TO 1e3} ⇒ a:<1E+3",
        "a:[* TO *] ⇒ a:*",
        "a:{1 TO 2] ⇒ a:{1 TO 2]",
        "a:[ -1 TO \"2\" ] ⇒ a:[-1 TO 2]",
        "a:(b OR \"c d\" -e) ⇒ a:b OR (a:\"c d\" AND NOT a:e)",
        "a:(>=5 AND <7 NOT 6) ⇒ a:>=5 AND a:<7 AND NOT a:6",
        "a:((b)) ⇒ a:b",
        "a:(b:c) ⇒ a:\"b:c\"",
        "message:(a OR b*c) ⇒ a OR b*c",
        "/user-\\d+/ ⇒ /user-\\d+/",
        "a:/x\\/y/ ⇒ a:/x\\/y/",
        "timestamp:2026-11-24 ⇒ timestamp:[2026-11-24T00:00:00Z TO 2026-11-25T00:00:00Z}",
        "timestamp:2026-11-24T08:00:00+01:00 ⇒ timestamp:[2026-11-24T07:00:00Z TO 2026-11-24T07:00:00Z]",
        "timestamp:>2026-11-24 ⇒ timestamp:>=2026-11-25T00:00:00Z",
        "timestamp:>=2026-11-24 ⇒ timestamp:>=2026-11-24T00:00:00Z",
        "timestamp:<=2026-11-24 ⇒ timestamp:<2026-11-25T00:00:00Z",
        "timestamp:<2026-11-24 ⇒ timestamp:<2026-11-24T00:00:00Z",
        "timestamp:[2026-11-23 TO 2026-11-24] ⇒ timestamp:[2026-11-23T00:00:00Z TO 2026-11-25T00:00:00Z}",
        "received_at:>=15m ⇒ received_at:>=2026-11-24T11:45:00Z",
        "timestamp:>1764000000 ⇒ timestamp:>2025-11-24T16:00:00Z",
        "due:<2026-11-24 ⇒ due:<2026-11-24T00:00:00Z",
        "due:2026-11-24 ⇒ due:\"2026-11-24\"",
      })
  void shouldUnderstand(String query, String printed) {
    Condition condition = parse(query);
    assertEquals(printed, QueryPrinter.print(condition));
    assertEquals(condition, parse(printed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '⇒',
      quoteCharacter = '\u0001',
      value = {
        "level:>= x ⇒ 9 ⇒ a value right after \">=\"",
        "level:>=x ⇒ 9 ⇒ a level, one of TRACE, DEBUG",
        "level: ERROR ⇒ 7 ⇒ a value right after \":\"",
        "a: ⇒ 3 ⇒ a value right after",
        "http://x/y ⇒ 6 ⇒ put an address between quotes",
        "/var/log ⇒ 6 ⇒ a blank before this",
        "/api ⇒ 5 ⇒ closes the regular expression",
        "\"abc ⇒ 5 ⇒ closes the one in column 1",
        "a AND ⇒ 6 ⇒ a condition here",
        "AND a ⇒ 1 ⇒ put the word between quotes",
        "a OR OR b ⇒ 6 ⇒ a condition before \"OR\"",
        "NOT ⇒ 4 ⇒ a condition here",
        "(a ⇒ 3 ⇒ closes the \"(\" in column 1",
        "a) ⇒ 2 ⇒ a \"(\" before this",
        "() ⇒ 2 ⇒ a condition before \")\"",
        "- a ⇒ 3 ⇒ right after \"-\"",
        "--a ⇒ 2 ⇒ right after \"-\"",
        "foo(bar) ⇒ 4 ⇒ a blank before this",
        "[error] ⇒ 1 ⇒ a field before \"[\"",
        ">5 ⇒ 1 ⇒ a field before \">\"",
        "\"\" ⇒ 2 ⇒ some text between the quotes",
        "a\\ ⇒ 3 ⇒ a character after",
        "a:[1 TO 2 ⇒ 10 ⇒ closes the range",
        "a:[1 2] ⇒ 6 ⇒ TO, as in",
        "a:[TO 2] ⇒ 4 ⇒ a value, or *",
        "a:[1 TO 2026-11-24] ⇒ 9 ⇒ two numbers or two times",
        "a:>abc ⇒ 4 ⇒ a number, or a time",
        "a:>5* ⇒ 4 ⇒ a value without \"*\"",
        "app:>5 ⇒ 5 ⇒ app has no order",
        "timestamp:yesterday ⇒ 11 ⇒ a time such as",
        "timestamp:15m ⇒ 11 ⇒ for the last 15 minutes",
        "timestamp:>2026-11-24T08:00:00 ⇒ 12 ⇒ a time such as",
        "timestamp:2026* ⇒ 11 ⇒ no \"*\"",
        "id:7 ⇒ 4 ⇒ the id of a record",
        "id:/7/ ⇒ 4 ⇒ no regular expression",
        "metadata_:x ⇒ 10 ⇒ a name within the metadata",
        "😀 /a(b/ ⇒ 5 ⇒ in the regular expression a \")\"",
        "a:/x{5,2}/ ⇒ 6 ⇒ a second number",
      })
  void shouldSayWhereAQueryIsWrongAndWhatWasExpected(String query, int column, String expected) {
    QuerySyntaxException mistake = mistake(query);
    assertTrue(mistake.getMessage().contains(expected), mistake.getMessage());
    assertEquals(column, mistake.column(), mistake.getMessage());
  }

  @Test
  void shouldShowTheMistake() {
    assertEquals("  level:>= x\n          ^", mistake("level:>= x").picture());
    assertEquals("  a   (\n       ^", mistake("a\u0001\u202E (").picture());
    String picture = mistake("a ".repeat(50) + ") " + "b ".repeat(50)).picture();
    assertEquals(2, picture.lines().count());
    assertTrue(picture.lines().allMatch(line -> line.length() < 70), picture);
    assertEquals(')', picture.charAt(picture.lines().toList().get(1).indexOf('^')));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n\u00A0"})
  void shouldTakeABlankQueryForEverything(String query) {
    assertEquals(Condition.everything(), parse(query));
  }

  @Test
  void shouldKeepItsLimits() {
    assertLimit("a".repeat(Parser.MAX_CHARS), "a", Parser.MAX_CHARS);
    assertLimit("a ".repeat(Parser.MAX_TESTS), "a", Parser.MAX_TESTS);
    assertLimit("x.y:z ".repeat(Parser.MAX_TESTS / 2), "a", Parser.MAX_TESTS);
    assertLimit("(".repeat(Parser.MAX_DEPTH), "(a)" + ")".repeat(Parser.MAX_DEPTH), 32);
    assertLimit("NOT ".repeat(Parser.MAX_DEPTH), "NOT a", 32);
    assertLimit("a." + "b.".repeat(14), "c.d:x", 16);
    assertLimit("/" + "a".repeat(512), "a/", 512);
  }

  /** One more does not go in, and the message names the limit. */
  private static void assertLimit(String most, String more, int limit) {
    String right = most.startsWith("(") ? most + "a" + ")".repeat(limit) : last(most);
    parse(right);
    String mistake = mistake(most + more).getMessage();
    assertTrue(mistake.contains(String.valueOf(limit)), mistake);
  }

  private static String last(String most) {
    return most.startsWith("/")
        ? most + "/"
        : most.startsWith("a.") ? most + "c:x" : most.startsWith("N") ? most + "a" : most;
  }

  @Test
  void shouldMoveTheTimestampIntoTheBounds() {
    LogFilter filter =
        LogFilter.of(parse("x timestamp:>2026-11-24T08:00:00Z timestamp:<=2026-11-24 a:y"));
    assertEquals("2026-11-24T08:00:00.000001Z", Timestamps.format(filter.sinceMicros()));
    assertEquals("2026-11-25T00:00:00Z", Timestamps.format(filter.untilMicros()));
    assertEquals(parse("x a:y"), filter.condition());
    LogFilter alone = LogFilter.of(parse("timestamp:>=2026-11-24"));
    assertEquals(null, alone.condition());
    LogFilter either = LogFilter.of(parse("timestamp:>=2026-11-24 OR x"));
    assertEquals(null, either.sinceMicros());
  }

  @Test
  void shouldKnowWhatIsOfNamesAndWhatIsRequired() {
    assertTrue(parse("app:a -level:>=WARN (service:/x/ OR app:b*)").isOfNames());
    assertTrue(!parse("app:a OR x").isOfNames());
    assertEquals(
        List.of(new RequiredEqual(Field.Metadata.of("a", "b"), "c")),
        parse("x a.b:c -d:e f:g* (h:i OR j:k)").requiredEquals());
    LogFilter filter = LogFilter.of(parse("app:a x"));
    assertTrue(filter.needsRows() && filter.hasNames());
    assertTrue(!LogFilter.of(parse("-app:a")).needsRows());
  }

  @Test
  void shouldNeverFailOtherwiseThanBySayingWhatIsWrong() {
    Random random = new Random(7);
    String[] pieces = {
      "a",
      "level",
      ":",
      ">=",
      "<",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      " TO ",
      " AND ",
      " OR ",
      "NOT ",
      "-",
      "!",
      "\"",
      "\\",
      "/",
      "*",
      "timestamp",
      "2026-11-24",
      "15m",
      "id",
      ".",
      " ",
      "\uD83D",
      "\u0000",
      "5",
      "metadata_",
      "+",
      "?",
      "|",
      "^",
      "$",
      "\\d",
      "é",
      "&&",
      "||",
      "{2,3}",
      "(?i)"
    };
    int understood = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder query = new StringBuilder();
      for (int j = random.nextInt(12); j >= 0; j--) {
        query.append(pieces[random.nextInt(pieces.length)]);
      }
      understood += isUnderstood(query.toString()) ? 1 : 0;
    }
    assertTrue(understood > 1000, "" + understood);
  }

  private static boolean isUnderstood(String query) {
    try {
      Condition condition = Parser.parse(query, NOW);
      assertEquals(condition, parse(QueryPrinter.print(condition)), query);
      return true;
    } catch (QuerySyntaxException e) {
      assertTrue(e.column() >= 1 && e.column() <= query.length() + 1, query);
      assertTrue(e.picture().endsWith("^"), query);
      return false;
    }
  }

  @Test
  void shouldReadTheLongestQueriesInNoTime() {
    String[] worst = {
      "(", "-(", "\"", "a.", "a.\"", "/", "[", "a:(", "\\", "a:[", "\"\\", "*a", "."
    };
    assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          for (String piece : worst) {
            for (int i = 0; i < 20; i++) {
              readAnyhow(piece.repeat(Parser.MAX_CHARS / piece.length()));
            }
          }
        });
  }

  private static void readAnyhow(String query) {
    try {
      assertTrue(!QueryPrinter.print(Parser.parse(query, NOW)).isEmpty());
    } catch (QuerySyntaxException e) {
      assertTrue(e.column() <= query.length() + 1, query);
    }
  }
}
