package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.protocol.JsonCursor.BadJsonException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be read is told, never thrown at the server. */
final class JsonCursorTest {
  private static String fault(byte[] bytes) {
    return String.valueOf(
        assertThrows(
                BadJsonException.class,
                () -> {
                  try (JsonCursor json = JsonCursor.open(bytes, 0, bytes.length)) {
                    json.enter();
                    while (json.nextField()) {
                      assertEquals("a", json.name());
                      assertTrue(!json.raw().isEmpty());
                    }
                  }
                })
            .getMessage());
  }

  @Test
  void shouldTellOfWhatNestsTooDeep() {
    String json = "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
    String fault = fault(json.getBytes(StandardCharsets.UTF_8));
    assertTrue(fault.contains("depth"), fault);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE", "UTF-32LE"})
  void shouldTakeNoOtherEncodingThanUtf8(String charset) {
    String fault = fault("{\"a\":[1]}".getBytes(Charset.forName(charset)));
    assertTrue(fault.startsWith("not valid JSON"), fault);
  }

  @Test
  void shouldNotTakeZerosForAnEncoding() {
    String fault = fault(new byte[] {0, 0, '{', 0, 0, 0});
    assertTrue(fault.startsWith("not valid JSON"), fault);
  }
}
