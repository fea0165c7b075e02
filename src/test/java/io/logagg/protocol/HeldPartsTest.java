package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.protocol.clef.ClefTranslator;
import io.logagg.protocol.datadog.DatadogTranslator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Where the parts of bodies end that are held as a whole: else a few would fill the heap. */
final class HeldPartsTest {
  private static final int COUNT = 40;
  private static final int MAX = 1 << 20;
  private static final int LARGE = WholeBody.PART_BYTES / 4;

  private static WholeBody.Parser parser(boolean onLines, String record) {
    byte[] bytes = (record + "\n").repeat(COUNT).getBytes(StandardCharsets.UTF_8);
    return onLines
        ? new HeldLines(bytes, bytes.length, MAX)
        : JsonValues.of(bytes, bytes.length, MAX);
  }

  private static void assertFewAtATime(
      WholeBody.Parser parser, RecordingSink sink, SliceSink through) throws FramingException {
    int before = 0;
    for (boolean last = false; !last; ) {
      last = parser.next(through);
      int count = sink.slices().size();
      assertTrue(count - before <= 4, () -> count + " at once");
      before = count;
    }
    assertEquals(COUNT, before);
  }

  @Test
  void shouldHandOnFewLargeRecordsAtATime() throws FramingException {
    String large = "{\"message\":\"" + "x".repeat(LARGE) + "\"}";
    for (boolean onLines : new boolean[] {true, false}) {
      RecordingSink sink = new RecordingSink();
      assertFewAtATime(parser(onLines, large), sink, sink);
    }
  }

  @Test
  void shouldHandOnFewRecordsAtATimeThatGrow() throws FramingException {
    for (boolean onLines : new boolean[] {true, false}) {
      RecordingSink sink = new RecordingSink();
      String rendered =
          "{\"@mt\":\"" + "{a}".repeat(300) + "\",\"a\":\"" + "x".repeat(LARGE / 300) + "\"}";
      assertFewAtATime(parser(onLines, rendered), sink, ClefTranslator.into(sink, MAX));
      RecordingSink shared = new RecordingSink();
      SliceSink translator =
          DatadogTranslator.into(
              shared, MAX, name -> name.equals("hostname") ? "x".repeat(LARGE) : null);
      assertFewAtATime(parser(onLines, "{}"), shared, translator);
    }
  }
}
