package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class FailureNewsTest {
  private long nowNanos = -5;
  private final FailureNews news = new FailureNews(() -> nowNanos);

  @Test
  void shouldTellAReasonOnceHoweverLongItLasts() {
    assertTrue(news.isNews("a"));
    for (int hour = 0; hour < 10; hour++) {
      nowNanos += 60 * FailureNews.AGAIN_NANOS;
      assertFalse(news.isNews("a"));
    }
  }

  @Test
  void shouldTellEachChange() {
    assertTrue(news.isNews("a"));
    assertTrue(news.isNews("b"));
    assertTrue(news.isNews("a"));
  }

  @Test
  void shouldTellTheEndOfWhatWasTold() {
    assertFalse(news.over());
    assertTrue(news.isNews("a"));
    assertTrue(news.over());
    assertFalse(news.over());
  }

  @Test
  void shouldTellAtMostOnceAMinuteWhatComesAndGoes() {
    assertTrue(news.isNews("a"));
    news.over();
    nowNanos += FailureNews.AGAIN_NANOS - 1;
    assertFalse(news.isNews("a"));
    nowNanos += 1;
    assertTrue(news.isNews("a"), "it has come back, and lasts");
  }
}
