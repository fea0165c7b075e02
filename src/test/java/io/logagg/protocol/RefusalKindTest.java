package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.RefusalKind;
import io.logagg.record.TimeWindow;
import io.logagg.testing.TestRecords;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a record, as a word. */
final class RefusalKindTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no json|BAD_JSON",
        "[]|BAD_JSON",
        "{\"app\":|BAD_JSON",
        "{\"app\":\"a\",\"message\":\"m\"} more|BAD_JSON",
        "{\"app\":\"a\"}|MISSING_FIELD",
        "{\"message\":\"m\"}|MISSING_FIELD",
        "{\"app\":\" \",\"message\":\"m\"}|MISSING_FIELD",
        "{\"app\":[],\"message\":\"m\"}|BAD_FIELD",
        "{\"app\":\"a\",\"message\":\"m\",\"metadata_\":1}|BAD_FIELD",
        "{\"app\":\"LONG\",\"message\":\"m\"}|BAD_FIELD",
        "{\"app\":\"a\",\"message\":\"m\",\"timestamp\":\"soon\"}|BAD_TIMESTAMP",
        "{\"app\":\"a\",\"message\":\"m\",\"timestamp\":0}|TIMESTAMP_OUT_OF_RANGE",
        "{\"app\":\"a\",\"message\":\"m\",\"timestamp\":\"2099-01-01T00:00:00Z\"}|TIMESTAMP_OUT_OF_RANGE",
      })
  void shouldSayWhatIsWrong(String json, RefusalKind kind) {
    byte[] bytes = json.replace("LONG", "x".repeat(257)).getBytes(StandardCharsets.UTF_8);
    Decoded decoded =
        new JsonRecordDecoder(new TimeWindow(30, 2))
            .decode(
                bytes,
                0,
                bytes.length,
                Defaults.NONE,
                new DerivedStamps("x", TestRecords.NOW_MICROS),
                null);
    assertEquals(kind, assertInstanceOf(Decoded.Refused.class, decoded).kind());
  }
}
