package io.logagg.protocol.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.protocol.RecordingSink;
import io.logagg.protocol.RecordingSink.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SyslogFramerTest {
  private static final int MAX = 20;

  /** However the stream is cut into chunks. */
  private static void assertFrames(String stream, Outcome expected) {
    byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(expected, split(bytes, RecordingSink.whole()));
    assertEquals(expected, split(bytes, RecordingSink.bytewise()));
    for (int seed = 0; seed < 20; seed++) {
      assertEquals(expected, split(bytes, RecordingSink.random(seed)));
    }
  }

  private static Outcome split(byte[] bytes, RecordingSink.Chunks chunks) {
    return RecordingSink.split(SyslogFramer::new, MAX, bytes, chunks);
  }

  @Test
  void shouldCutAtLineFeedsAndNuls() {
    assertFrames(
        "<1>a\n<2>b\r\n<3>c\0\n\n<4>d e", Outcome.of("1:<1>a", "2:<2>b", "3:<3>c", "4:<4>d e"));
  }

  @Test
  void shouldCountOctets() {
    assertFrames(
        "4 <1>a6 <2>b\nc11 <3>0123456712 <4>012345678\n",
        Outcome.of("1:<1>a", "2:<2>b\nc", "3:<3>01234567", "4:<4>012345678"));
  }

  @Test
  void shouldTellTheFramingOfEachFrameAnew() {
    assertFrames(
        "<1>a\n4 <2>b\n<3>c\n5 <4>de<5>f\n4 <6>g",
        Outcome.of("1:<1>a", "2:<2>b", "3:<3>c", "4:<4>de", "5:<5>f", "6:<6>g"));
  }

  @Test
  void shouldTakeLinesThatBeginWithDigitsForLines() {
    assertFrames(
        "404 not found\n12345678901 <x\n2026-01-01 x\n7\n 3 <1>\n",
        Outcome.of("1:404 not found", "2:12345678901 <x", "3:2026-01-01 x", "4:7", "5: 3 <1>"));
  }

  @Test
  void shouldPassOverWhatIsTooLong() {
    String just = "<1>" + "x".repeat(17);
    String over = just + "y";
    assertFrames(
        "20 %s%s\r\n21 %s%s\n50 %s%s<9>z\n".formatted(just, just, over, over, over, "-".repeat(29)),
        Outcome.of(
            "1:" + just, "2:" + just, "3>21:" + just, "4>21:" + just, "5>50:" + just, "6:<9>z"));
  }

  @Test
  void shouldSayWhatIsMissingAtTheEnd() {
    assertFrames(
        "<1>a\n9 <2>b",
        Outcome.faulty("the connection ended with 5 bytes of the message missing", "1:<1>a"));
    assertFrames("12", Outcome.of("1:12"));
    assertFrames("12 ", Outcome.of("1:12 "));
    assertFrames("", Outcome.of());
  }
}
