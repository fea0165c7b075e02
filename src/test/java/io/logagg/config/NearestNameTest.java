package io.logagg.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestNameTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "abc, abc, 0",
    "abc, abd, 1",
    "abc, ab, 1",
    "ab, abc, 1",
    "abc, acb, 1",
    "abc, '', 3",
    "kitten, sitting, 3"
  })
  void shouldCountEdits(String a, String b, int distance) {
    assertEquals(distance, NearestName.distance(a, b));
    assertEquals(distance, NearestName.distance(b, a));
  }

  @Test
  void shouldFindTheNearestOrNone() {
    List<String> names = List.of("http.port", "http.host", "redis.url");
    assertEquals(Optional.of("http.host"), NearestName.find("http.hots", names));
    assertEquals(Optional.of("redis.url"), NearestName.find("url", names));
    assertEquals(Optional.empty(), NearestName.find("something.else", names));
    assertEquals(Optional.empty(), NearestName.find("http.port".repeat(20), names));
  }
}
