package io.logagg.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.block.ValueFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MetadataValuesTest {
  private static byte[] filter(String... documents) {
    MetadataValues values = new MetadataValues();
    for (String document : documents) {
      values.add(document);
    }
    return values.filter();
  }

  private static boolean mayHave(byte[] filter, String path, String value) {
    return ValueFilter.mayHave(filter, MetadataValues.hash(path, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":\"x\"} | a | x",
        "{ \"a\" : { \"b\" : { \"c\" : \"x\" } } } | a.b.c | x",
        "{\"a.b\":{\"c\":\"x\"}} | a.b.c | x",
        "{\"a\":{\"b.c\":\"x\"},\"d\":1} | a.b.c | x",
        "{\"a\":{\"b\":1},\"d\":\"x\"} | d | x",
        "{\"a\":[{\"b\":[1]},[2],\"x\",7]} | a | x",
        "{\"a\":[{\"b\":[1]},[2],\"x\",7],\"c\":8} | a | 7",
        "{\"a\":[{\"b\":[1]},[2],\"x\",7],\"c\":8} | c | 8",
        "{\"a\":true} | a | true",
        "{\"a\":5e2} | a | 5e2",
        "{\"a\":5e2} | a | 500",
        "{\"a\":1.50} | a | 1.5",
        "{\"a\":\"\\u00e9\"} | a | é",
        "{\"a\":1,\"a\":2} | a | 1",
      })
  void shouldHaveWhatAQueryMayAskFor(String document, String path, String value) {
    assertTrue(mayHave(filter(document, "{}", "{\"other\":1}"), path, value));
  }

  @Test
  void shouldDenyOtherPathsAndValues() {
    byte[] filter = filter("{\"a\":{\"b\":\"x\"},\"c\":\"y\"}");
    assertTrue(mayHave(filter, "a.b", "x"));
    assertFalse(mayHave(filter, "a.b", "y"));
    assertFalse(mayHave(filter, "c", "x"));
    assertFalse(mayHave(filter, "b", "x"));
    assertFalse(mayHave(filter, "a", "x"));
  }

  @Test
  void shouldSayPerhapsToAllIfANumberIsBeyondComparison() {
    assertEquals(0, filter("{\"a\":1e999}").length);
    assertTrue(mayHave(filter("{\"a\":1e999}"), "a", "whatever"));
  }
}
