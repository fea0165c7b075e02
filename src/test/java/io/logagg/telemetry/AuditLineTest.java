package io.logagg.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AuditLineTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "logs_d20261124|logs_d20261124",
        "2026-11-24T08:00:00.5Z|2026-11-24T08:00:00.5Z",
        "a,b|a,b",
        "10.0.0.1|10.0.0.1",
        "two words|\"two words\"",
        "``|\"\"",
        "a=b|\"a=b\"",
        "he said \"x\"|\"he said \\\"x\\\"\"",
        "back\\slash|\"back\\\\slash\"",
        "äpp|\"äpp\"",
      })
  void shouldQuoteWhatIsNotPlain(String value, String written) {
    assertEquals(written, AuditLine.value(value));
  }

  @Test
  void shouldKeepEachValueOnItsLineAndWithinItsQuotes() {
    for (int c = 0; c < 0x10000; c++) {
      String written = AuditLine.value("x" + (char) c + "\" action=forged");
      assertTrue(written.startsWith("\"x") && written.endsWith("\\\" action=forged\""), written);
      boolean isOfLines =
          written
              .chars()
              .anyMatch(
                  w ->
                      Character.isISOControl(w)
                          || Character.getType(w) == Character.FORMAT
                          || Character.getType(w) == Character.LINE_SEPARATOR
                          || Character.getType(w) == Character.PARAGRAPH_SEPARATOR
                          || Character.isSurrogate((char) w));
      assertEquals(false, isOfLines, written);
    }
  }

  @Test
  void shouldCutLongValues() {
    assertEquals("\"" + "x".repeat(256) + "\"...", AuditLine.value("x".repeat(257)));
    assertEquals("x".repeat(256), AuditLine.value("x".repeat(256)));
  }
}
