package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeSpansTest {
  private static final long NOW = 1_764_000_000_123_456L;

  @ParameterizedTest
  @CsvSource({
    "1ms, 1000",
    "3s, 3000000",
    "15m, 900000000",
    "2h, 7200000000",
    "7d, 604800000000",
    "2w, 1209600000000",
    "999999w, 604799395200000000",
  })
  void shouldReadHowLongItIs(String span, long micros) {
    assertEquals(OptionalLong.of(micros), TimeSpans.micros(span));
    assertEquals(
        OptionalLong.of(Math.max(Timestamps.MIN_MICROS, NOW - micros)),
        TimeSpans.before(NOW, span));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "15", "m", "-15m", "1.5h", "15 m", "15M", "1y", "1000000d", "1h30m"})
  void shouldRefuseWhatIsNoSpan(String text) {
    assertEquals(OptionalLong.empty(), TimeSpans.micros(text));
    assertEquals(OptionalLong.empty(), TimeSpans.before(NOW, text));
  }

  @Test
  void shouldNotGoBeforeWhatCanBeWritten() {
    assertEquals(OptionalLong.of(Timestamps.MIN_MICROS), TimeSpans.before(NOW, "999999w"));
  }
}
