package io.logagg.http.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.record.Timestamps;
import io.vertx.core.json.Json;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class JsonOutputTest {
  private final Random random = new Random(9);

  private static String written(Consumer<JsonOutput> what) {
    JsonOutput out = new JsonOutput();
    what.accept(out);
    return out.take().toString();
  }

  @Test
  void shouldWriteAnyTextSoThatItIsReadBack() {
    for (int c = 0; c < 0x3000; c++) {
      String text = "a" + (char) c + "b";
      assertEquals(text, Json.decodeValue(written(out -> out.string(text))));
    }
    for (String text : List.of("", "\"", "\\\\", "\u0000\n", "ünï 😀", "x".repeat(100_000) + '"')) {
      assertEquals(text, Json.decodeValue(written(out -> out.string(text))));
    }
    assertEquals("\"\\n\\u001f\\\"\\\\/\"", written(out -> out.string("\n\u001f\"\\/")));
  }

  @Test
  void shouldGrowWhateverComes() {
    String quotes = "\"".repeat(10_000);
    assertEquals("\"" + "\\\"".repeat(10_000) + "\"", written(out -> out.string(quotes)));
  }

  @Test
  void shouldWriteTimesAsTheyAreWrittenElsewhere() {
    List<Long> edges =
        List.of(0L, -1L, 1L, 1000L, 999_000L, Timestamps.MIN_MICROS, Timestamps.MAX_MICROS);
    for (long time : edges) {
      assertEquals('"' + Timestamps.format(time) + '"', written(out -> out.time(time)));
    }
    JsonOutput out = new JsonOutput();
    for (int i = 0; i < 10_000; i++) {
      long time = random.nextLong(Timestamps.MIN_MICROS, Timestamps.MAX_MICROS);
      long rounded = i % 3 == 0 ? time : time - Math.floorMod(time, i % 3 == 1 ? 1000 : 1_000_000);
      out.time(rounded);
      assertEquals('"' + Timestamps.format(rounded) + '"', out.take().toString());
    }
  }

  @Test
  void shouldWriteIdsAndNumbersAsJavaDoes() {
    for (int i = 0; i < 1000; i++) {
      UUID id = new UUID(random.nextLong(), random.nextLong());
      assertEquals('"' + id.toString() + '"', written(out -> out.uuid(id)));
    }
    for (long number : List.of(0L, -1L, 42L, Long.MIN_VALUE, Long.MAX_VALUE)) {
      assertEquals(Long.toString(number), written(out -> out.number(number)));
    }
  }

  @Test
  void shouldBeginAnewAfterItWasTaken() {
    JsonOutput out = new JsonOutput();
    out.string("x".repeat(3 << 20));
    assertEquals((3 << 20) + 2, out.take().length());
    out.raw('a');
    assertEquals("a", out.take().toString());
    assertEquals("", out.take().toString());
  }
}
