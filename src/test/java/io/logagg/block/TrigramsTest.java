package io.logagg.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrigramsTest {
  private static boolean mayHave(Trigrams set, String text) {
    return Trigrams.bits(text).stream().allMatch(set::has);
  }

  @Test
  void shouldNeverDenyWhatIsThere() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      for (int i = 0; i < length; i++) {
        text.appendCodePoint(
            random.nextInt(4) == 0 ? 0x80 + random.nextInt(0x2_0000) : 0x20 + random.nextInt(0x5F));
      }
      Trigrams set = new Trigrams();
      set.add(text.toString());
      int from = random.nextInt(text.length() + 1);
      int to = from + random.nextInt(text.length() - from + 1);
      String part = text.substring(from, to);
      assertTrue(mayHave(set, part), part);
      assertTrue(mayHave(set, asciiUpper(part)), part);
    }
  }

  @Test
  void shouldNotDenyLettersBeyondTheBasicPlaneInTheOtherCase() {
    Trigrams set = new Trigrams();
    set.add("\uD801\uDC28\uD801\uDC29 and more");
    assertTrue(mayHave(set, "\uD801\uDC00\uD801\uDC01 AND"));
    assertFalse(mayHave(set, "\uD801\uDC00\uD801\uDC01 OR MORE"));
  }

  private static String asciiUpper(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append(c < 0x80 ? (char) Character.toUpperCase(c) : (char) c));
    return out.toString();
  }

  @Test
  void shouldDenyNearlyAllThatIsNotThere() {
    Trigrams set = new Trigrams();
    for (int i = 0; i < 4000; i++) {
      set.add("GET /api/v1/orders/%d answered 200 in %d ms".formatted(i * 7919, i % 300));
    }
    assertFalse(mayHave(set, "quixotry"));
    assertTrue(mayHave(set, "Answered".toUpperCase(Locale.ROOT)));
    assertTrue(set.count() < Trigrams.BITS / 10, () -> set.count() + " bits");
  }

  @Test
  void shouldAskNothingForShortTexts() {
    assertEquals(List.of(), Trigrams.bits("ab"));
    assertEquals(1, Trigrams.bits("abc").size());
    assertEquals(1, Trigrams.bits("aaaaaa").size());
  }
}
