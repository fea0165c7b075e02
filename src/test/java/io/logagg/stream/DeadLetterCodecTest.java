package io.logagg.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.RecordIds;
import io.logagg.record.RefusalKind;
import io.logagg.testing.TestRecords;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadLetterCodecTest {
  private static final String GOOD =
      """
      {"id":"8ed00000-0000-8000-8000-000000000001","payload":"x","payload_encoding":"utf-8","reason":"r",\
      "source":"s","first_seen":"2026-11-24T12:00:00Z","defaults":{"app":"a"}}""";

  private static DeadLetter letter(byte[] payload, Defaults defaults) {
    long at = TestRecords.NOW_MICROS + 7;
    return DeadLetter.of(
        RecordIds.of(at, 1),
        payload,
        0,
        payload.length,
        "the \"reason\"",
        "http:json",
        defaults,
        at);
  }

  private static DeadLetter decode(String json) {
    return DeadLetterCodec.decode(TestEntries.of("data", json));
  }

  @Test
  void shouldReadWhatItWrote() {
    for (Defaults defaults : new Defaults[] {Defaults.NONE, new Defaults("a", "s", "INFO")}) {
      DeadLetter letter = letter("{\"a\": \u0000 \"ünï 😀\"".getBytes(UTF_8), defaults);
      assertEquals(letter, decode(DeadLetterCodec.encode(letter)));
    }
  }

  @Test
  void shouldKeepWhoseItIs() {
    DeadLetter letter = letter(new byte[] {'x'}, Defaults.NONE);
    for (Set<String> apps : List.of(Set.<String>of(), Set.of("shop"), Set.of("shop", "ünï \""))) {
      DeadLetter read = decode(DeadLetterCodec.encode(letter.withApps(apps)));
      assertEquals(apps, read.apps());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",\"apps\":[]", ",\"apps\":null", ",\"apps\":[\"a\",1]", ",\"apps\":1"})
  void shouldBeNobodysIfThatCannotBeTold(String apps) {
    String json = GOOD.substring(0, GOOD.length() - 1) + apps + "}";
    assertEquals(Set.of(), decode(json).apps());
  }

  @Test
  void shouldKeepBytesThatAreNoText() {
    byte[] bytes = new byte[1000];
    new Random(1).nextBytes(bytes);
    DeadLetter letter = letter(bytes, Defaults.NONE);
    DeadLetter read = decode(DeadLetterCodec.encode(letter));
    assertTrue(read.base64());
    assertArrayEquals(bytes, read.bytes());
  }

  @Test
  void shouldReadTheExampleThatTheOthersSpoil() {
    assertEquals("x", decode(GOOD).payload());
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "payload", "reason", "source", "first_seen"})
  void shouldRefuseALetterThatLacksAField(String field) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> decode(GOOD.replace('"' + field + '"', "\"other\"")));
    assertTrue(e.getMessage().contains(field), e::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "17", "{", "null", "{\"id\":", "\"text\""})
  void shouldRefuseWhatIsNoLetterAtAll(String json) {
    assertThrows(IllegalArgumentException.class, () -> decode(json));
  }

  @Test
  void shouldRefuseValuesThatMeanNothing() {
    assertThrows(IllegalArgumentException.class, () -> decode(GOOD.replace("8ed0", "zzzz")));
    assertThrows(IllegalArgumentException.class, () -> decode(GOOD.replace("2026-11", "2026-13")));
    assertThrows(
        IllegalArgumentException.class,
        () -> decode(GOOD.replace("utf-8", "base64").replace("\"x\"", "\"no base 64\"")));
  }

  @Test
  void shouldRefuseAnEntryWithoutData() {
    assertThrows(
        IllegalArgumentException.class,
        () -> DeadLetterCodec.decode(TestEntries.of(TestEntries.ID, Map.of())));
  }

  @Test
  void shouldKeepTheKindAndReadOneThatIsNotKnown() {
    for (RefusalKind kind : RefusalKind.values()) {
      DeadLetter letter = letter(new byte[] {'x'}, Defaults.NONE).withKind(kind);
      assertEquals(letter, decode(DeadLetterCodec.encode(letter)));
    }
    assertEquals(RefusalKind.OTHER, decode(GOOD).kind());
    String newer = GOOD.replace("\"reason\"", "\"kind\":\"of_tomorrow\",\"reason\"");
    assertEquals(RefusalKind.OTHER, decode(newer).kind());
  }
}
