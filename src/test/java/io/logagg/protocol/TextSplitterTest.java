package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.protocol.RecordingSink.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TextSplitterTest {
  private static void assertRecords(boolean joins, String text, Outcome expected) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    for (RecordingSink.Chunks chunks :
        new RecordingSink.Chunks[] {
          RecordingSink.whole(), RecordingSink.bytewise(), RecordingSink.random(1)
        }) {
      assertEquals(
          expected,
          RecordingSink.split(
              (sink, max) -> new TextSplitter(sink, max, joins), 100, bytes, chunks));
    }
  }

  @Test
  void shouldMakeARecordOfEachLineOrTrace() {
    String text = "a\r\n\n b\nc \"d\"\n \n\tlast";
    assertRecords(
        true,
        text,
        Outcome.of(
            "1:{\"message\":\"a\"}",
            "3:{\"message\":\" b\"}",
            "4:{\"message\":\"c \\\"d\\\"\"}",
            "6:{\"message\":\"\\tlast\"}"));
    assertRecords(
        true,
        "a\n\tb\n  c\nd",
        Outcome.of("1:{\"message\":\"a\\n\\tb\\n  c\"}", "4:{\"message\":\"d\"}"));
    assertRecords(
        false,
        "a\n\tb\nd\n",
        Outcome.of("1:{\"message\":\"a\"}", "2:{\"message\":\"\\tb\"}", "3:{\"message\":\"d\"}"));
  }

  @Test
  void shouldTellOfLinesThatAreTooLong() {
    String line = "x".repeat(101);
    assertRecords(
        true,
        "a\n" + line + "\nb",
        Outcome.of("1:{\"message\":\"a\"}", "2>101:" + line.substring(1), "3:{\"message\":\"b\"}"));
  }
}
