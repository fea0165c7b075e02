package io.logagg.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.AppAccess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the conditions mean is tested where they are used, on PostgreSQL. */
final class FilterSqlTest {
  @Test
  void shouldAddNothingForAFilterOfAll() {
    Sql sql = new Sql();
    FilterSql.addConditions(sql, LogFilter.ALL);
    assertEquals("", sql.text());
    assertEquals(List.of(), sql.parameters());
    assertTrue(LogFilter.ALL.isAll());
  }

  @Test
  void shouldOnlyEverBindWhatIsGiven() {
    String hostile = "'; DROP TABLE logs; --";
    Sql sql = new Sql();
    FilterSql.addConditions(
        sql,
        new LogFilter(
            List.of(hostile),
            List.of(hostile),
            List.of(hostile),
            1L,
            2L,
            Condition.test(Field.Column.MESSAGE, new Match.Contains(hostile))));
    new DeadLetterFilter(null, hostile, hostile, 1L, 2L, AppAccess.ALL).addConditions(sql);
    assertTrue(!sql.text().contains("DROP"), sql::text);
    assertEquals(11, sql.parameters().size());
    assertTrue(sql.text().contains("$11"), sql::text);
  }

  @Test
  void shouldEscapeWhatLikeTakesForAWildcard() {
    assertEquals("100\\% of a\\_b \\\\", FilterSql.escapeLike("100% of a_b \\"));
  }

  @ParameterizedTest
  @CsvSource({
    "'user 12345 gone',' 12345 '",
    "abc,''",
    "'','' ",
    "100%,100%",
    "'a1b22c333','333'",
    "'ünï 7',' 7'",
    "'\u212A42','42'",
  })
  void shouldFindTheLongestPartWithoutCase(String text, String part) {
    assertEquals(part, FilterSql.longestCaseless(text));
  }
}
