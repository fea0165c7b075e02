package io.logagg.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldValueTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "0.000, 0",
    "7, 7",
    "7.0, 7",
    "7.50, 7.5",
    "1e3, 1000",
    "1E+3, 1000",
    "12e-1, 1.2",
    "-1.5e2, -150",
    "1000, 1000"
  })
  void shouldKnowTheOneFormOfANumber(String number, String canonical) {
    assertEquals(Optional.of(canonical), FieldValue.canonicalNumber(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "1e",
        "--1",
        "1e99999",
        "1e-999999999",
        "1e2147483648",
        "٣",
        "0x1",
        "1 ",
        "NaN"
      })
  void shouldTakeNothingElse(String text) {
    assertEquals(Optional.empty(), FieldValue.canonicalNumber(text));
  }

  @Test
  void shouldNotLookIntoHugeNumbers() {
    String longest = "1".repeat(FieldValue.MAX_NUMBER_CHARS);
    assertEquals(Optional.of(longest), FieldValue.canonicalNumber(longest));
    assertEquals(Optional.empty(), FieldValue.canonicalNumber(longest + "1"));
  }
}
