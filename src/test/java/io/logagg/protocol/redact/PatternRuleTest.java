package io.logagg.protocol.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PatternRuleTest {
  private static String redacted(String regex, String text) {
    return new Redaction(List.of(new PatternRule("own", Pattern.compile(regex))), List.of())
        .text(text);
  }

  @Test
  void shouldReplaceEveryMatch() {
    assertEquals(
        "[redacted:own], [redacted:own] and ORD-1",
        redacted("ORD-[0-9]{3}", "ORD-123, ORD-456 and ORD-1"));
    assertEquals("größe [redacted:own] 😀", redacted("grün😀?", "größe grün😀 😀"));
    String text = "nothing";
    assertSame(text, redacted("ORD", text));
  }

  @Test
  void shouldLeaveEmptyMatches() {
    assertEquals("ab[redacted:own]c", redacted("x*", "abxxc"));
  }

  @Test
  void shouldNotRunAwayWithinAMatch() {
    String text = "a".repeat(100_000) + "b";
    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertSame(text, redacted("(a+)+$", text)));
  }

  /** Each match is looked for up to the end of the text, in vain. */
  @Test
  void shouldNotRunAwayFromMatchToMatch() {
    String text = "a".repeat(200_000);
    String left = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> redacted("a.*b|a", text));
    assertTrue(left.endsWith("[redacted:own]"), "what was not looked through is not kept");
    assertTrue(left.replace("[redacted:own]", "").isEmpty(), "no secret is left");
  }
}
