package io.logagg.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against what PostgreSQL gives. */
final class JsonTextTest {
  private final TestDatabase database = TestDatabase.open();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void shouldGiveTheTextThatPostgresGives() {
    List<String> documents =
        List.of(
            "{}",
            "{\"a\":1}",
            "{ \"a\" : { \"b\" : [ 1 , {\"c\": null} ] } , \"z\":0}",
            "{\"a\":{\"b\":\"x\\u00e9 \\\" }\"}}",
            "{\"a.b\":\"first\",\"a\":{\"b\":\"second\"}}",
            "{\"a.b\":null,\"a\":{\"b\":\"second\"}}",
            "{\"a\":{\"b\":1},\"a\":{\"b\":2}}",
            "{\"a\":[{\"b\":1}]}",
            "{\"a\":\"{\\\"b\\\":1}\"}",
            "{\"a\":{\"b\":  -1.50e+3  }}",
            "{\"a\":{\"b\":true}}",
            "{\"\\u0061\":{\"b\":\"\uD83D\uDE00é\"}, \"b\" : \"ü\"}");
    for (Field.Metadata path :
        List.of(Field.Metadata.of("a"), Field.Metadata.of("b"), Field.Metadata.of("a", "b"))) {
      Sql sql = new Sql();
      String value = path.json(sql, "d::json");
      for (int i = sql.parameters().size(); i > 0; i--) {
        value = value.replace("$" + i, "'" + sql.parameters().get(i - 1) + "'");
      }
      for (String document : documents) {
        List<String> expected =
            database.texts("SELECT " + value + " FROM (VALUES ('" + document + "')) v(d)");
        List<String> own = new ArrayList<>();
        own.add(String.valueOf(path.json().apply(document)));
        assertEquals(expected, own, () -> path + " of " + document);
      }
    }
  }
}
