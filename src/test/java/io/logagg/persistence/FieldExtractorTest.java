package io.logagg.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.BloomFilter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldExtractorTest {
  private static final class Found implements FieldExtractor.Sink {
    private final Set<Long> hashes = new HashSet<>();
    private boolean isAnything;

    @Override
    public void add(long hash) {
      hashes.add(hash);
    }

    @Override
    public void addAnything() {
      isAnything = true;
    }
  }

  private static Found extract(String field, String metadata) {
    Found found = new Found();
    new FieldExtractor(field).extract(metadata, found);
    return found;
  }

  /** Values are separated by blanks; a single quote stands for a double one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'id': 'a'} | a",
        "{'x':{}, 'id' : 'a' , 'y': 1} | a",
        "{'id':'a','id':'b'} | a b",
        "{'id': ['a', 1.50, true, null, ['n'], {'id': 'o'}]} | a 1.50 1.5 true",
        "{'id': 1e3} | 1e3 1000",
        "{'id': 7} | 7",
        "{'id': false} | false",
        "{'\\u0069d': 'a'} | a",
        "{'i\\u0064': '\\u0061', 'n': {'id': 'not'}} | a",
        "{'id': 'a\\u0062'} | ab",
        "{'id': 'a\\/b'} | a/b",
        "{'k': 'id', 'l': ['id'], 'id': 'a'} | a",
        "{'k': '\\'id\\': 1'} | ~~",
        "{'id': null} | ~~",
        "{'id': {'a': 'b'}} | ~~",
        "{'ids': 'a', 'i': 'b'} | ~~",
        "{} | ~~"
      })
  void shouldFindTheValuesOfAName(String metadata, String values) {
    assertFinds("id", metadata, values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'a.b.c': 'v'} | v",
        "{'a': {'b.c': 'v'}} | v",
        "{'a': {'b': {'c': 'v'}}} | v",
        "{'a.b.c': 1, 'a': {'b.c': 2, 'b': {'c': [3, 4]}}} | 1 2 3 4",
        "{'a': {'x': {'b': 1}, 'b': {'c': 'v'}, 'y': []}, 'z': {'c': 1}} | v",
        "{'a': {'\\u0062': {'c': 'v'}}} | v",
        "{'a.b': {'c': 'v'}} | ~~",
        "{'b': {'c': 'v'}} | ~~",
        "{'a': 'v', 'c': 1} | ~~"
      })
  void shouldFindTheValuesOfAPathWhereverItsDotsAre(String metadata, String values) {
    assertFinds("a.b.c", metadata, values);
  }

  private static void assertFinds(String field, String metadata, String values) {
    Found found = extract(field, metadata.replace('\'', '"'));
    Set<Long> expected =
        Arrays.stream(values.split(" "))
            .filter(value -> !value.isEmpty())
            .map(BloomFilter::hash)
            .collect(Collectors.toSet());
    assertEquals(expected, found.hashes);
    assertTrue(!found.isAnything);
  }

  @Test
  void shouldFindNamesThatNeedEscapes() {
    assertEquals(
        Set.of(BloomFilter.hash("v")), extract("a\"/\\", "{\"a\\\"\\/\\\\\": \"v\"}").hashes);
    assertEquals(Set.of(BloomFilter.hash("v")), extract("a/b", "{\"a\\/b\": \"v\"}").hashes);
    assertEquals(Set.of(BloomFilter.hash("v")), extract("a/b", "{\"a/b\": \"v\"}").hashes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1e-500", "{\"id\": \\u00"})
  void shouldTakeAnyValueForPossibleWhereItCannotTell(String value) {
    assertTrue(extract("id", "{\"id\": " + value + "}").isAnything);
  }

  @Test
  void shouldBearDeepNestingAndLongTexts() {
    String deep = "{\"id\": " + "[".repeat(200_000) + "]".repeat(200_000) + ", \"\\u0069d\": 1}";
    assertEquals(Set.of(BloomFilter.hash("1")), extract("id", deep).hashes);
    String text = "x".repeat(1 << 20);
    assertEquals(
        Set.of(BloomFilter.hash(text)), extract("id", "{\"id\": \"" + text + "\"}").hashes);
  }
}
