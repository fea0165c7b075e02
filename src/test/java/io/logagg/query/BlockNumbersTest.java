package io.logagg.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.protocol.JsonText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockNumbersTest {
  private static String shown(String json) {
    return BlockValues.left(JsonText.unquote(json), SeriesSql.MAX_NAME_CHARS);
  }

  /** Each shown character as long as it can be, and escapes that the cut could come into. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "\u00e4",
        "\\n",
        "\\\\",
        "\\\"",
        "\\u0041",
        "x\\u0041",
        "\\uD83D\\uDE00",
        "x\\uD83D\\uDE00",
        "\uD83D\uDE00"
      })
  void shouldKeepOfATextWhatIsShown(String part) {
    for (int before = 0; before < 13; before++) {
      String json = '"' + "b".repeat(before) + part.repeat(5000) + '"';
      String cut = BlockNumbers.shortened(json);
      assertEquals(shown(json), shown(cut));
      assertTrue(cut.length() <= 2 + 12 * SeriesSql.MAX_NAME_CHARS, cut);
    }
  }

  @Test
  void shouldLeaveWhatIsShort() {
    String json = "\"" + "a".repeat(300) + "\"";
    assertSame(json, BlockNumbers.shortened(json));
    assertEquals("12", BlockNumbers.shortened("12"));
    assertEquals("[" + "1".repeat(199), BlockNumbers.shortened("[" + "1".repeat(5000) + "]"));
  }
}
