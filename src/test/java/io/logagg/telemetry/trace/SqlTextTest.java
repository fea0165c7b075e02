package io.logagg.telemetry.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SqlTextTest {
  @Test
  void shouldKeepParametersAndNamesAndNoLiteral() {
    assertEquals(
        "SELECT a1, \"b\" FROM t_20 WHERE c = $12::int4 AND d = ? AND e > ? AND f = ?",
        SqlText.withoutLiterals(
            """
            SELECT a1, "b"
            FROM t_20
            WHERE c = $12::int4 AND d = 'it''s a secret' AND e > 12.50 AND f = ''"""));
  }

  @Test
  void shouldCutALongOne() {
    assertEquals(SqlText.MAX_CHARS, SqlText.withoutLiterals("x".repeat(10_000)).length());
  }

  @Test
  void shouldNameAStatementByItsFirstWord() {
    assertEquals("SELECT", SqlText.verb("\n select 1"));
    assertEquals("SQL", SqlText.verb("-- a comment"));
    assertEquals("SQL", SqlText.verb(""));
  }
}
