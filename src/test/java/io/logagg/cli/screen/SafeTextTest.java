package io.logagg.cli.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SafeTextTest {
  @Test
  void shouldLeaveOrdinaryTextAlone() {
    assertEquals("größe 価格 👍 = 5 %", SafeText.line("größe 価格 👍 = 5 %"));
  }

  @Test
  void shouldWriteOutWhatATerminalWouldObey() {
    assertEquals("\\x1b[2J\\x1b]0;title\\x07", SafeText.line("\u001B[2J\u001B]0;title\u0007"));
    assertEquals("\\x9b31m", SafeText.line("\u009B31m"));
    assertEquals("\\x7f\\x00\\x08", SafeText.line("\u007F\0\b"));
  }

  @Test
  void shouldKeepALineOne() {
    assertEquals("a\\nb\\rc    d", SafeText.line("a\nb\rc\td"));
    assertEquals("a\\u2028b", SafeText.line("a\u2028b"));
  }

  @Test
  void shouldWriteOutWhatTurnsTheDirectionAround() {
    assertEquals("user\\u202enimda", SafeText.line("user\u202Enimda"));
    assertEquals("\\u2066x\\u2069", SafeText.line("\u2066x\u2069"));
  }

  @Test
  void shouldWriteOutHalfOfAPair() {
    assertEquals("a\\ud83db", SafeText.line("a\uD83Db"));
  }

  @Test
  void shouldCountColumns() {
    assertEquals(4, Fitted.columns("価格"));
    assertEquals(2, Fitted.columns("👍"));
    assertEquals(1, Fitted.columns("e\u0301"));
    assertEquals(5, Fitted.columns("größe"));
  }
}
