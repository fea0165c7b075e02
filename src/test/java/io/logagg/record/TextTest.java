package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextTest {
  private static final String HIGH = "\uD83D";
  private static final String LOW = "\uDE00";

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "größe", "😀", "a😀b", "\u0001\u001F\u007F\uFFFF\uFFFD"})
  void shouldLeaveStorableTextAlone(String text) {
    assertEquals(text, Text.storable(text));
  }

  @Test
  void shouldNotCopyWhatNeedsNoChange() {
    String text = "nothing to do";

    assertSame(text, Text.storable(text));
    assertSame(text, Text.cut(text, text.length()));
  }

  @Test
  void shouldReplaceEveryNul() {
    assertEquals("\uFFFD", Text.storable("\0"));
    assertEquals("\uFFFDa\uFFFD\uFFFDb\uFFFD", Text.storable("\0a\0\0b\0"));
  }

  @Test
  void shouldReplaceLoneSurrogatesWhereverTheyStand() {
    assertEquals("\uFFFD", Text.storable(HIGH));
    assertEquals("\uFFFD", Text.storable(LOW));
    assertEquals("a\uFFFDb", Text.storable("a" + HIGH + "b"));
    assertEquals("a\uFFFDb", Text.storable("a" + LOW + "b"));
    assertEquals("\uFFFD\uFFFD", Text.storable(LOW + HIGH));
    assertEquals("😀\uFFFD", Text.storable("😀" + HIGH));
  }

  @Test
  void shouldKeepPairsNextToLoneSurrogates() {
    assertEquals("\uFFFD😀", Text.storable(HIGH + HIGH + LOW));
    assertEquals("😀\uFFFD😀", Text.storable("😀" + LOW + "😀"));
    assertEquals("😀\uFFFD", Text.storable("😀\0"));
  }

  @Test
  void shouldCutAtTheLimit() {
    assertEquals("abc", Text.cut("abc", 4));
    assertEquals("abc", Text.cut("abc", 3));
    assertEquals("ab", Text.cut("abc", 2));
  }

  @Test
  void shouldNotCutThroughAPair() {
    assertEquals("a", Text.cut("a😀", 2));
    assertEquals("a😀", Text.cut("a😀", 3));
    assertEquals("a😀", Text.cut("a😀b", 3));
    assertEquals("", Text.cut("😀", 1));
  }
}
