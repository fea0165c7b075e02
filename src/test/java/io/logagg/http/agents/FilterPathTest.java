package io.logagg.http.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FilterPathTest {
  @ParameterizedTest
  @CsvSource({
    "errors, true, false",
    "items.*.error, false, true",
    "items.*.error.type, false, true",
    "items.index.err*, false, true",
    "**.type, false, true",
    "**.**.error.**, false, true",
    "-items, true, false",
    "-**.**.type, true, false",
    "items.*, false, true",
    "items.index.e*r*r.type, false, true",
    "items.i*d*x.*rr*.t*, false, true",
    "items.**.error, false, true",
    "e*r*o*s, true, false",
    "e**rs, true, false",
    "items.index.e*x*r, false, false",
    "items.index.e*o*r*r, false, false",
    "items.index.erro*or, false, false",
    "items.index.e*rror*r, false, false",
    "**, true, true",
  })
  void shouldTake(String value, boolean errors, boolean type) {
    FilterPath filter = FilterPath.of(value);
    assertEquals(errors, filter.takes("errors"));
    assertEquals(type, filter.takes("items", "index", "error", "type"));
  }

  /** Each of them could stand for any part of the path. */
  @Test
  void shouldBeQuickWithManyWildcards() {
    String value = "**.".repeat(1000) + "x," + "**.*.".repeat(800) + "x";
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertFalse(FilterPath.of(value).takes("items", "index", "error", "type")));
  }
}
