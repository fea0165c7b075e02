package io.logagg.filter.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** That the automaton finds what RE2 finds. */
final class AutomatonTest {
  private static final String[] ATOMS = {
    "a", "b", "B", "0", "_", ".", " ", "[ab]", "[^a]", "\\d", "\\w", "\\W", "\\s", "é", "[à-ü]",
    "€", "😀", "^", "$", "\\b", "\\B", "(?:)"
  };
  private static final String[] TIMES = {"*", "+", "?", "{2}", "{0,2}", "{1,}", "{2,3}", "*?"};
  private static final String[] CHARS = {
    "a", "b", "A", "B", "0", "7", "_", " ", "\n", "-", "é", "É", "ß", "€", "😀", "\u2028"
  };

  private final Random random = new Random(20261129);

  private String pick(String... any) {
    return any[random.nextInt(any.length)];
  }

  private String expression(int depth) {
    if (depth == 0) {
      return pick(ATOMS);
    }
    return switch (random.nextInt(6)) {
      case 0 -> "(" + expression(depth - 1) + "|" + expression(depth - 1) + ")";
      case 1 -> "(" + expression(depth - 1) + ")" + pick(TIMES);
      case 2 -> expression(depth - 1);
      default -> expression(depth - 1) + expression(depth - 1);
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(8);
    for (int i = 0; i < length; i++) {
      text.append(pick(CHARS));
    }
    return text.toString();
  }

  private static boolean isIn(Automaton automaton, String text) {
    byte[] utf8 = ("x" + text + "y").getBytes(StandardCharsets.UTF_8);
    return automaton.isIn(utf8, 1, utf8.length - 1);
  }

  @Test
  void shouldFindWhatRe2Finds() {
    int found = 0;
    int expressions = 0;
    while (expressions < 5000) {
      String source = (random.nextInt(4) == 0 ? "(?i)" : "") + expression(random.nextInt(5));
      Regex regex;
      try {
        regex = Regex.parse(source);
      } catch (RegexSyntaxException e) {
        continue;
      }
      expressions++;
      Automaton automaton = regex.automaton();
      List<String> required = regex.requiredTexts();
      for (int i = 0; i < 20; i++) {
        String text = text();
        boolean expected = regex.pattern().matcher(text).find();
        assertEquals(expected, isIn(automaton, text), () -> source + " in \"" + text + "\"");
        found += expected ? 1 : 0;
        if (expected) {
          String folded = text.toLowerCase(Locale.ROOT);
          assertTrue(required.stream().allMatch(folded::contains), () -> source + " " + required);
        }
      }
    }
    assertTrue(found > 10_000 && found < 90_000, found + " of 100000 were found");
  }

  @Test
  void shouldKnowWhatAMatchMustHave() throws RegexSyntaxException {
    assertEquals(
        List.of("timeout after ", " ms"), Regex.parse("timeout after \\d+ ms").requiredTexts());
    assertEquals(List.of("worker-"), Regex.parse("(?i)^Worker-[0-9]$").requiredTexts());
    assertEquals(List.of("ab", "c"), Regex.parse("(?:ab)+x?c").requiredTexts());
    assertEquals(List.of("a", "b"), Regex.parse("aéb").requiredTexts());
    assertEquals(List.of(), Regex.parse("foo|bar").requiredTexts());
    assertEquals(List.of(), Regex.parse("(?:foo)*[ab]").requiredTexts());
  }

  /** One that has more states than are kept: a text of a and b whose 30th from the end is an a. */
  @Test
  void shouldForgetStatesAndGoOn() throws RegexSyntaxException {
    Automaton automaton = Regex.parse("a[ab]{29}$").automaton();
    Random any = new Random(1);
    for (int round = 0; round < 20; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 2000; i++) {
        text.append(any.nextBoolean() ? 'a' : 'b');
      }
      text.setCharAt(2000 - 30, 'a');
      assertTrue(isIn(automaton, text.toString()));
      text.setCharAt(2000 - 30, 'b');
      assertFalse(isIn(automaton, text.toString()));
    }
  }
}
