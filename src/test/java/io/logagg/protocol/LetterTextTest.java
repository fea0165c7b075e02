package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.logagg.protocol.redact.Redaction;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.RefusalKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What of a dead letter's payload is kept. */
final class LetterTextTest {
  private static DeadLetter letter(byte[] payload, RefusalKind kind) {
    return DeadLetter.of(
            new UUID(1, 2), payload, 0, payload.length, "bad: a@b.io", "test", Defaults.NONE, 7)
        .withKind(kind);
  }

  private static DeadLetter kept(Redaction redaction, DeadLetter letter) {
    return new RecordRules(FieldNames.NONE, Defaults.NONE, Map.of(), List.of(), redaction)
        .letter(letter);
  }

  private static String kept(String payload, String... fields) {
    DeadLetter kept =
        kept(
            RecordRulesTest.redaction(fields),
            letter(payload.getBytes(StandardCharsets.UTF_8), RefusalKind.BAD_FIELD));
    assertFalse(kept.base64());
    assertEquals("bad: [redacted:email]", kept.reason());
    return kept.payload();
  }

  @Test
  void shouldKeepALetterWhereNothingIsConfigured() {
    DeadLetter letter = letter(new byte[] {(byte) 0xFF}, RefusalKind.OTHER);
    assertSame(letter, RecordRules.NONE.letter(letter));
  }

  @Test
  void shouldRedactARecordAndKeepWhatTellsWhoseItIs() {
    assertEquals(
        """
        {"app":"a@b.io", "service":"s@b.io","id":"i@b.io","timestamp":"2026-01-01T00:00:00Z",
         "msg":"[redacted:email]","n":1e5,"metadata_":{"app":"[redacted:email]","p":"[redacted:field]"}}""",
        kept(
            """
            {"app":"a@b.io", "service":"s@b.io","id":"i@b.io","timestamp":"2026-01-01T00:00:00Z",
             "msg":"x\\u0040b.io","n":1e5,"metadata_":{"app":"a@b.io","p":{"a":[1]}}}""",
            "p"));
    assertEquals(
        "{\"timestamp\":\"[redacted:email]\",\"service\":{\"x\":\"[redacted:email]\"}}",
        kept("{\"timestamp\":\"t@b.io\",\"service\":{\"x\":\"t@b.io\"}}"));
    assertEquals("[\"[redacted:email]\",2]", kept("[\"a@b.io\",2]"));
    assertEquals("\"[redacted:email]\"", kept("\"a@b.io\""));
  }

  @Test
  void shouldRedactWhatIsNoJsonAsOneText() {
    assertEquals("{\"m\":\"[redacted:email]\",", kept("{\"m\":\"a\\u0040b.io\","));
    assertEquals(
        "{m:\"https://u:[redacted:url_password]@h\"", kept("{m:\"https:\\/\\/u:pw\\u0040h\""));
    assertEquals("\\\\u0040 \\\"", kept("\\\\u0040 \\\""));
    assertEquals(
        "{\"a\":tru,\"[redacted:field]", kept("{\"a\":tru,\"Password\":hunter2}", "x.password"));
    assertEquals("plain", kept("plain", "password"));
  }

  @Test
  void shouldMendWhatIsNoUtf8() {
    byte[] payload = "{\"m\":\"a@b.io ?\"}".getBytes(StandardCharsets.UTF_8);
    payload[payload.length - 3] = (byte) 0xFF;
    DeadLetter kept = kept(RecordRulesTest.redaction(), letter(payload, RefusalKind.BAD_FIELD));
    assertEquals("{\"m\":\"[redacted:email] \uFFFD\"}", kept.payload());
    assertFalse(kept.base64());
  }

  @Test
  void shouldLeaveOutTheEndOfWhatWasCut() {
    String payload = "{\"m\":\"" + "x".repeat(1000) + " 4111 1111 1111 11";
    DeadLetter kept =
        kept(
            RecordRulesTest.redaction(),
            letter(payload.getBytes(StandardCharsets.UTF_8), RefusalKind.TOO_LARGE));
    assertEquals(payload.substring(0, payload.length() - 256), kept.payload());
    DeadLetter small =
        kept(RecordRulesTest.redaction(), letter(new byte[] {'4'}, RefusalKind.TOO_LARGE));
    assertEquals("", small.payload());
    RecordRules rules =
        new RecordRules(
            FieldNames.NONE, Defaults.NONE, Map.of(), List.of(), RecordRulesTest.redaction());
    DeadLetter ended = letter(payload.getBytes(StandardCharsets.UTF_8), RefusalKind.OTHER);
    assertEquals(kept.payload(), rules.letter(ended, true).payload());
    assertEquals(payload, rules.letter(ended, false).payload());
  }
}
