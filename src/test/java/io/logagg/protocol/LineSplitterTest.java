package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.protocol.RecordingSink.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LineSplitterTest {
  private static final String BOM = "\u00EF\u00BB\u00BF";

  /** Each body must give the same however it is cut into chunks. */
  private static void assertSplits(int maxBytes, String body, String... expected) {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    Outcome outcome = Outcome.of(expected);

    assertEquals(outcome, split(maxBytes, bytes, RecordingSink.whole()), "whole");
    assertEquals(outcome, split(maxBytes, bytes, RecordingSink.bytewise()), "byte by byte");
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(outcome, split(maxBytes, bytes, RecordingSink.random(seed)), "seed=" + seed);
    }
  }

  private static Outcome split(int maxBytes, byte[] body, RecordingSink.Chunks chunks) {
    return RecordingSink.split(LineSplitter::new, maxBytes, body, chunks);
  }

  @Test
  void shouldCutAtLineFeeds() {
    assertSplits(100, "{\"a\":1}\n{\"b\":2}\n", "1:{\"a\":1}", "2:{\"b\":2}");
  }

  @Test
  void shouldTakeALastLineWithoutLineFeed() {
    assertSplits(100, "one\ntwo", "1:one", "2:two");
  }

  @Test
  void shouldTakeCrLf() {
    assertSplits(100, "one\r\ntwo\r\nthree\r", "1:one", "2:two", "3:three");
  }

  @Test
  void shouldNotCutAtACarriageReturnAlone() {
    assertSplits(100, "one\rtwo\n", "1:one\rtwo");
  }

  @Test
  void shouldPassOverBlankLinesButCountThem() {
    assertSplits(100, "\n\r\none\n \t\r\n\n  two \n\n", "3:one", "6:two");
  }

  @Test
  void shouldGiveNothingForAnEmptyBody() {
    assertSplits(100, "");
    assertSplits(100, "\n");
    assertSplits(100, " \r\n\t\n ");
    assertSplits(100, BOM);
    assertSplits(100, BOM + "\r\n");
  }

  @Test
  void shouldSkipAByteOrderMarkAtTheStartOnly() {
    assertSplits(100, BOM + "one\n" + BOM + "two", "1:one", "2:" + BOM + "two");
    assertSplits(100, BOM + " \none", "2:one");
    assertSplits(100, BOM + BOM + "one", "1:" + BOM + "one");
  }

  @Test
  void shouldKeepPartOfAByteOrderMark() {
    assertSplits(100, BOM.substring(0, 2) + "\none", "1:" + BOM.substring(0, 2), "2:one");
  }

  @Test
  void shouldTakeALineOfExactlyTheLimit() {
    assertSplits(5, "12345\n12345", "1:12345", "2:12345");
  }

  @Test
  void shouldHandOnTheStartOfALongerLine() {
    assertSplits(5, "123456\nok\n1234567890", "1>6:12345", "2:ok", "3>10:12345");
  }

  @Test
  void shouldNotCountTheLineEndOrTheByteOrderMarkAgainstTheLimit() {
    assertSplits(5, "12345\r\n12345\r", "1:12345", "2:12345");
    assertSplits(5, BOM + "12345\n12345", "1:12345", "2:12345");
    assertSplits(5, BOM + "12345\r\n12345\r\n", "1:12345", "2:12345");
    assertSplits(5, BOM + "123456\n", "1>6:12345");
    assertSplits(5, "123456\r\n1234567\r\n", "1>6:12345", "2>7:12345");
  }

  @Test
  void shouldGoOnAfterLinesFarBeyondTheLimit() {
    String body = "x".repeat(200_000) + "\ngood\n" + "y".repeat(5_000) + "\nlast";

    assertSplits(
        2_000,
        body,
        "1>200000:" + "x".repeat(2_000),
        "2:good",
        "3>5000:" + "y".repeat(2_000),
        "4:last");
  }

  @Test
  void shouldHoldLinesOfSeveralChunksAboveItsFirstCapacity() {
    String line = "0123456789".repeat(30_000);

    assertSplits(300_000, line + "\nshort\n" + line, "1:" + line, "2:short", "3:" + line);
  }

  @Test
  void shouldSplitAnyBodyTheSameInAnyChunks() {
    for (long seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      StringBuilder body = new StringBuilder(random.nextInt(4) == 0 ? BOM : "");
      for (int i = random.nextInt(60); i > 0; i--) {
        body.append("ab \r\n\n\u00EF\u00BB\u00BF".charAt(random.nextInt(9)));
      }
      byte[] bytes = body.toString().getBytes(StandardCharsets.ISO_8859_1);
      int maxBytes = 1 + random.nextInt(12);
      Outcome whole = split(maxBytes, bytes, RecordingSink.whole());

      assertEquals(whole, split(maxBytes, bytes, RecordingSink.bytewise()), "seed=" + seed);
      assertEquals(whole, split(maxBytes, bytes, RecordingSink.random(seed)), "seed=" + seed);
    }
  }
}
