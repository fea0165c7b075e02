package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.protocol.RecordingSink.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonSplitterTest {
  private static final String BOM = "\u00EF\u00BB\u00BF";

  /** Each body must give the same however it is cut into chunks. */
  private static void assertSplits(int maxBytes, String body, Outcome expected) {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);

    assertEquals(expected, split(maxBytes, bytes, RecordingSink.whole()), "whole");
    assertEquals(expected, split(maxBytes, bytes, RecordingSink.bytewise()), "byte by byte");
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(expected, split(maxBytes, bytes, RecordingSink.random(seed)), "seed=" + seed);
    }
  }

  private static void assertSplits(String body, String... expected) {
    assertSplits(1_000, body, Outcome.of(expected));
  }

  private static Outcome split(int maxBytes, byte[] body, RecordingSink.Chunks chunks) {
    return RecordingSink.split(JsonSplitter::new, maxBytes, body, chunks);
  }

  @Test
  void shouldCutAnArrayIntoItsElements() {
    assertSplits("[{\"a\":1},{\"b\":2}]", "1:{\"a\":1}", "2:{\"b\":2}");
    assertSplits(" [ {\"a\":1} ,\r\n\t{\"b\":2}\n] \n", "1:{\"a\":1}", "2:{\"b\":2}");
  }

  @Test
  void shouldTakeOneObject() {
    assertSplits("{\"a\":1}", "1:{\"a\":1}");
    assertSplits("\n {\"a\": {\"b\": [1, {}]}}\n ", "1:{\"a\": {\"b\": [1, {}]}}");
  }

  @Test
  void shouldTakeObjectsOneBehindAnother() {
    assertSplits("{\"a\":1}{\"b\":2}\n{}\t{}", "1:{\"a\":1}", "2:{\"b\":2}", "3:{}", "4:{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[ ]", " [\n\t] ", BOM + "[]"})
  void shouldGiveNothingForAnEmptyArray(String body) {
    assertSplits(body);
  }

  @Test
  void shouldSkipAByteOrderMark() {
    assertSplits(BOM + "[{\"a\":1}]", "1:{\"a\":1}");
    assertSplits(BOM + " {\"a\":1}", "1:{\"a\":1}");
  }

  @Test
  void shouldRefuseAByteOrderMarkElsewhere() {
    String expected = "expected a JSON array or object, found byte 0xEF at byte ";

    assertSplits(100, " " + BOM + "[]", Outcome.faulty(expected + 1));
    assertSplits(100, BOM + BOM + "[]", Outcome.faulty(expected + 3));
    assertSplits(100, BOM.substring(0, 2) + "[]", Outcome.faulty(expected + 0));
    assertSplits(100, BOM.substring(0, 1) + " []", Outcome.faulty(expected + 0));
  }

  @Test
  void shouldNotLookAtBracketsInStrings() {
    assertSplits("[{\"a\":\"]}[{,\"},{\"}\":\"[\"}]", "1:{\"a\":\"]}[{,\"}", "2:{\"}\":\"[\"}");
  }

  @Test
  void shouldUnderstandEscapedQuotes() {
    assertSplits(
        "[{\"a\":\"\\\"}\"},{\"b\":\"\\\\\"},{\"c\":\"\\\\\\\"]\"},\"\\\",\"]",
        "1:{\"a\":\"\\\"}\"}",
        "2:{\"b\":\"\\\\\"}",
        "3:{\"c\":\"\\\\\\\"]\"}",
        "4:\"\\\",\"");
  }

  @Test
  void shouldHandOnScalarsForTheDecoderToRefuse() {
    assertSplits(
        "[1, -2.5e3,true ,null,\"a,]\",[1,[2]],{}]",
        "1:1",
        "2:-2.5e3",
        "3:true",
        "4:null",
        "5:\"a,]\"",
        "6:[1,[2]]",
        "7:{}");
  }

  @Test
  void shouldHandOnWhatIsNoJsonWithoutItsNeighbours() {
    assertSplits("[{a:b},nope,{\"x\":},{}]", "1:{a:b}", "2:nope", "3:{\"x\":}", "4:{}");
  }

  @Test
  void shouldTakeAnElementOfExactlyTheLimit() {
    assertSplits(
        7, "[{\"a\":1},\"12345\",1234567]", Outcome.of("1:{\"a\":1}", "2:\"12345\"", "3:1234567"));
    assertSplits(7, "{\"a\":1}", Outcome.of("1:{\"a\":1}"));
  }

  @Test
  void shouldHandOnTheStartOfALongerElementAndGoOn() {
    assertSplits(
        7,
        "[{\"a\":12}, {\"b\":2},\"123456\",12345678 ,{}]",
        Outcome.of("1>8:{\"a\":12", "2:{\"b\":2}", "3>8:\"123456", "4>8:1234567", "5:{}"));
    assertSplits(7, "{\"a\":12}{}", Outcome.of("1>8:{\"a\":12", "2:{}"));
  }

  @Test
  void shouldGoOnAfterAnElementFarBeyondTheLimit() {
    String huge = "{\"a\":\"" + "x".repeat(200_000) + "\"}";

    assertSplits(
        2_000,
        "[" + huge + ",{\"b\":2}]",
        Outcome.of("1>200008:" + huge.substring(0, 2_000), "2:{\"b\":2}"));
  }

  @Test
  void shouldTakeAnyDepth() {
    String deep = "[".repeat(50_000) + "]".repeat(50_000);

    assertSplits(200_000, "[" + deep + ",{}]", Outcome.of("1:" + deep, "2:{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\r\n\t", BOM})
  void shouldRefuseAnEmptyBody(String body) {
    assertSplits(100, body, Outcome.faulty("the body is empty"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{},", "[{}, ", "[{}", "[{} "})
  void shouldRefuseAnArrayThatIsCutOffBetweenElements(String body) {
    assertSplits(100, body, Outcome.faulty("the body ends before the JSON array does", "1:{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[ "})
  void shouldRefuseAnArrayThatIsCutOffAtItsStart(String body) {
    assertSplits(100, body, Outcome.faulty("the body ends before the JSON array does"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{},{",
        "[{},{\"a",
        "[{},{\"a\\\"}]",
        "[{},[[]",
        "[{},1",
        "[{},\"a",
        "[{},\"a]",
        "{}{\"a\":1",
      })
  void shouldRefuseABodyThatIsCutOffWithinAnElement(String body) {
    assertSplits(100, body, Outcome.faulty("the body ends within element 2 of the JSON", "1:{}"));
  }

  @Test
  void shouldRefuseStrayCommas() {
    String expected = "expected an element of the array, found ";

    assertSplits(100, "[{},]", Outcome.faulty(expected + "']' at byte 4", "1:{}"));
    assertSplits(100, "[,{}]", Outcome.faulty(expected + "',' at byte 1"));
    assertSplits(100, "[{},,{}]", Outcome.faulty(expected + "',' at byte 4", "1:{}"));
  }

  @Test
  void shouldRefuseAMissingComma() {
    assertSplits(
        100, "[{} {}]", Outcome.faulty("expected ',' or ']', found '{' at byte 4", "1:{}"));
    assertSplits(100, "[{}}", Outcome.faulty("expected ',' or ']', found '}' at byte 3", "1:{}"));
  }

  @Test
  void shouldRefuseGarbageBehindTheArray() {
    String expected = "expected nothing behind the array, found ";

    assertSplits(100, "[{}]x", Outcome.faulty(expected + "'x' at byte 4", "1:{}"));
    assertSplits(100, "[{}]\n[{}]", Outcome.faulty(expected + "'[' at byte 5", "1:{}"));
    assertSplits(100, "[] \0", Outcome.faulty(expected + "byte 0x00 at byte 3"));
  }

  @Test
  void shouldRefuseGarbageBehindAnObject() {
    String expected = "expected another object or the end, found ";

    assertSplits(100, "{} x", Outcome.faulty(expected + "'x' at byte 3", "1:{}"));
    assertSplits(100, "{},{}", Outcome.faulty(expected + "',' at byte 2", "1:{}"));
    assertSplits(100, "{}[{}]", Outcome.faulty(expected + "'[' at byte 2", "1:{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"text\"", "true", "]", "hello", "\0"})
  void shouldRefuseWhatIsNeitherArrayNorObject(String body) {
    String found = body.equals("\0") ? "byte 0x00" : "'" + body.charAt(0) + "'";

    assertSplits(
        100,
        body,
        Outcome.faulty("expected a JSON array or object, found " + found + " at byte 0"));
  }

  @Test
  void shouldSplitAnyBodyTheSameInAnyChunks() {
    String[] parts = {
      "{", "}", "[", "]", ",", "\"", "\\", " ", "\n", "{}", "{\"a\":1}", "1", BOM, "\u00EF", ","
    };
    for (long seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      StringBuilder body = new StringBuilder(new String[] {"", "[", "[{}", BOM}[random.nextInt(4)]);
      for (int i = random.nextInt(25); i > 0; i--) {
        body.append(parts[random.nextInt(parts.length)]);
      }
      byte[] bytes = body.toString().getBytes(StandardCharsets.ISO_8859_1);
      int maxBytes = 1 + random.nextInt(12);
      Outcome whole = split(maxBytes, bytes, RecordingSink.whole());

      assertEquals(whole, split(maxBytes, bytes, RecordingSink.bytewise()), "seed=" + seed);
      assertEquals(whole, split(maxBytes, bytes, RecordingSink.random(seed)), "seed=" + seed);
    }
  }
}
