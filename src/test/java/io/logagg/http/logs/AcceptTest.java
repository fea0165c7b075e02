package io.logagg.http.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AcceptTest {
  private static final List<String> FORMS = List.of("application/json", "x/lines", "text/csv");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/*|application/json",
        "text/csv|text/csv",
        "TEXT/CSV; q=0.5|text/csv",
        "text/html|application/json",
        "text/html, */*;q=0.8|application/json",
        "text/*|text/csv",
        "x/lines, application/json|x/lines",
        "application/json, x/lines|application/json",
        "x/lines, */*|x/lines",
        "x/lines;q=0.5, text/csv;q=0.7|text/csv",
        "text/csv;q=0, */*|application/json",
        "application/json;q=0, */*;q=0.1|x/lines",
        "text/csv;charset=utf-8;q=0.9, application/json;q=0.8|text/csv",
        "q=;;,/,*|application/json",
      })
  void shouldChooseWhatTheClientLikesBest(String header, String expected) {
    assertEquals(expected, Accept.best(header, FORMS));
  }

  @Test
  void shouldChooseTheFirstWhenNothingIsAskedFor() {
    assertEquals("application/json", Accept.best(null, FORMS));
  }
}
