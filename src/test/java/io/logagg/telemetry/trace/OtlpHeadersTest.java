package io.logagg.telemetry.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OtlpHeadersTest {
  @Test
  void shouldReadPairs() {
    assertEquals(Map.of(), OtlpHeaders.parse(""));
    assertEquals(
        Map.of("api-key", "a=b+c", "tenant", "a b,c"),
        OtlpHeaders.parse(" api-key = a=b+c ,,tenant=a%20b%2Cc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "=secret", "a b=secret", "a=%zzsecret", "a=secret%0d%0ab"})
  void shouldRefuseWhatIsNoPairAndNotRepeatIt(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> OtlpHeaders.parse(text));
    assertFalse(e.getMessage().contains("secret"));
  }
}
