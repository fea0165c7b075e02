package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadLetterTest {
  private static final UUID ID = new UUID(1, 2);

  private static DeadLetter letter(byte[] bytes, int from, int to) {
    return DeadLetter.of(ID, bytes, from, to, "why", "http:ndjson", Defaults.NONE, 3);
  }

  private static DeadLetter letter(byte[] bytes) {
    return letter(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"a\":1}", "größe 😀", "\uFEFF{}", "a\0b", "\r\n", "\uFFFD"})
  void shouldKeepUtf8AsText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    DeadLetter letter = letter(bytes);

    assertFalse(letter.base64());
    assertEquals(text, letter.payload());
    assertArrayEquals(bytes, letter.bytes());
  }

  @Test
  void shouldKeepOtherBytesAsBase64() {
    for (byte[] bytes :
        new byte[][] {
          {(byte) 0xFF},
          {'a', (byte) 0xC3},
          {(byte) 0xC0, (byte) 0x80},
          {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
          {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        }) {
      DeadLetter letter = letter(bytes);

      assertTrue(letter.base64());
      assertEquals(Base64.getEncoder().encodeToString(bytes), letter.payload());
      assertArrayEquals(bytes, letter.bytes());
    }
  }

  @Test
  void shouldGiveBackAnyBytes() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(100)];
      random.nextBytes(bytes);

      assertArrayEquals(bytes, letter(bytes).bytes(), "seed=" + seed);
    }
  }

  @Test
  void shouldTakeOnlyTheGivenPart() {
    byte[] bytes = "xx{\"a\":1}yy".getBytes(StandardCharsets.UTF_8);
    byte[] binary = {0, 0, (byte) 0xFF, (byte) 0xFE, 0, 0};

    assertEquals("{\"a\":1}", letter(bytes, 2, 9).payload());
    assertArrayEquals(Arrays.copyOfRange(binary, 2, 5), letter(binary, 2, 5).bytes());
  }

  @Test
  void shouldCarryWhatItWasGiven() {
    Defaults defaults = new Defaults("shop", null, "warn");
    byte[] bytes = {'x'};

    assertEquals(
        new DeadLetter(ID, "x", false, "why", "http:json", defaults, 9),
        DeadLetter.of(ID, bytes, 0, 1, "why", "http:json", defaults, 9));
  }

  @Test
  void shouldBeNobodysIfItIsOfMoreAppsThanItCanName() {
    DeadLetter letter = letter(new byte[] {'x'});
    for (int apps : new int[] {DeadLetter.MAX_APPS, DeadLetter.MAX_APPS + 1}) {
      Set<String> names =
          IntStream.range(0, apps).mapToObj(i -> "app" + i).collect(Collectors.toSet());
      assertEquals(apps > DeadLetter.MAX_APPS ? 0 : apps, letter.withApps(names).apps().size());
    }
  }
}
