package io.logagg.filter.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That PostgreSQL finds the same is shown by ConditionAgreementTest. */
final class RegexTest {
  private static Regex parse(String source) {
    try {
      return Regex.parse(source);
    } catch (RegexSyntaxException e) {
      throw new AssertionError(source + ", " + e.index() + ": " + e.getMessage(), e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "user-\\d+, user-17, user-x",
        "^a$, a, ab",
        "a.c, `a\nc`, ac",
        "a|b, xbx, c",
        "(ab)+c, ababc, ac",
        "(?:a|b){2}, xab, axb",
        "a{2}, aa, aba",
        "`a{2,}`, aaa, a",
        "(?i)straße, STRASSE straße, x",
        "(?i)ab[c-e], ABD, ABF",
        "[^a-c]+$, abd, abc",
        "[]a], ], b",
        "[a\\]-], -, c",
        "\\bfoo\\b, a foo b, food",
        "\\Bo, foo, o",
        "\\x41\\u0042\\x{43}, ABC, abc",
        "a\\/b, a/b, ab",
        "a??b, b, a",
        "\\w\\W\\s\\S\\D, `a- bc`, abcde",
        "\\w, a, é",
        "[\\d.]+%, 1.5%, a%",
        "}, }, {",
      })
  void shouldFindWhatIsMeant(String source, String there, String notThere) {
    assertTrue(parse(source).pattern().matcher(there).find(), there);
    assertTrue(!parse(source).pattern().matcher(notThere).find(), notThere);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "(a, 0, closes this",
        "a), 1, before this",
        "[a, 0, closes this",
        "*a, 0, something to repeat",
        "a**, 2, no second repetition",
        "a++, 2, no second repetition",
        "^*, 1, something that can be repeated",
        "(a)\\1, 3, references to groups",
        "(?=a), 0, looking ahead",
        "a(?i)b, 1, at the very beginning",
        "a{101}, 2, at most 100",
        "a{2, 3, as in",
        "a{x}, 2, a number",
        "\\q, 0, one of",
        "\\, 0, behind",
        "[z-a], 1, from a lower",
        "[\\d-z], 1, a single character",
        "[[:alpha:]], 1, for a class",
        "[^\\s\\S], 0, some character",
        "\\x{D800}, 0, that text can have",
        "\\u00, 0, hexadecimal",
        "(((a{50}){50}){50}), 0, smaller",
        "``, 0, not empty",
      })
  void shouldSayWhatIsWrong(String source, int index, String message) {
    RegexSyntaxException e =
        assertThrows(RegexSyntaxException.class, () -> Regex.parse(source), source);
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(index, e.index());
  }

  @Test
  void shouldWriteSetsOutForPostgres() {
    assertEquals("[0-9A-Z_a-z]+[^0-9].\\u002E", parse("\\w+\\D.\\.").postgres());
    assertEquals("[Aa][\\u00C9\\u00E9]", parse("(?i)aé").postgres());
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a*)*b", "(a|aa)+$x", "(.*a){20}b", "(a?){100}b", "(x+x+)+y"})
  void shouldNotRunAway(String source) {
    String text = "a".repeat(5_000) + "x".repeat(5_000);
    Regex regex = parse(source);
    assertTimeout(Duration.ofSeconds(5), () -> regex.pattern().matcher(text).find());
  }
}
