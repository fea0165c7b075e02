package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.FieldSample.Found;
import io.logagg.query.FieldSample.Sample;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kept.class)
final class FieldSampleTest {
  private final TestDatabase database = TestDatabase.open();
  private final StoredRows rows;
  private int added;

  FieldSampleTest(Kept kept) {
    rows = new StoredRows(database, 31, kept);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void add(String metadata, String service) {
    long time = TestRecords.NOW_MICROS - added++ * 1_000_000L;
    rows.add(
        new LogRecord(
            RecordIds.of(time, added),
            time,
            time,
            "INFO",
            "shop",
            service,
            "text",
            metadata,
            null,
            null));
  }

  private Sample take(LogFilter filter, int maxRows) {
    return await(new FieldSample(database.database(), maxRows).take(filter, new Abandonment()));
  }

  private static Map<String, Found> byName(Sample sample) {
    return sample.fields().stream().collect(Collectors.toMap(Found::name, Function.identity()));
  }

  @Test
  void shouldCallPathsSoThatTheyAreFound() {
    add("{\"a.b\":{\"c\":4,\"d.e\":5},\"f\":{\"g.h\":6},\"\\\"q\":{\"r\":7}}", "api");
    Sample sample = take(LogFilter.ALL, 100);
    List<Found> paths = sample.fields().stream().filter(field -> field.path() != null).toList();
    assertEquals(
        Set.of(
            "metadata_.\"a.b\".c",
            "metadata_.\"a.b\".d.e",
            "metadata_.f.g.h",
            "metadata_.\"\\\"q\".r"),
        paths.stream().map(Found::name).collect(Collectors.toSet()));
    for (Found found : paths) {
      CountedField field = CountedField.parse(found.name()).orElseThrow();
      assertEquals(
          List.of(new FieldCounts.Value(found.example(), 1)),
          await(
                  new FieldCounts(database.database())
                      .count(
                          new FieldCounts.Request(LogFilter.ALL, List.of(field), 10),
                          new Abandonment()))
              .fields()
              .get(0)
              .values());
    }
  }

  @Test
  void shouldTellPathsTypesAndHowManyRecordsHaveThem() {
    add("{\"a\":{\"b\":1,\"c\":{\"d\":\"x\"}},\"n\":null,\"list\":[1]}", "api");
    add("{\"a.b\":2,\"a\":{\"b\":\"two\"},\"empty\":{}}", "");
    add("{\"deep\":{\"2\":{\"3\":{\"4\":{\"5\":{\"6\":true}}}}},\"a\":false}", "");
    Sample sample = take(LogFilter.ALL, 100);
    Map<String, Found> found = byName(sample);

    assertEquals(new Scanned(false, 3, null), sample.scanned());
    assertFalse(sample.hasMore());
    assertEquals(2, found.get("metadata_.a.b").records());
    assertEquals(Map.of("number", 2L, "string", 1L), found.get("metadata_.a.b").types());
    assertEquals(3, found.get("metadata_.a.b").distinct());
    assertEquals("x", found.get("metadata_.a.c.d").example());
    assertEquals(Map.of("array", 1L), found.get("metadata_.list").types());
    assertEquals(Map.of("object", 1L), found.get("metadata_.empty").types());
    assertEquals(Map.of("boolean", 1L), found.get("metadata_.a").types());
    assertEquals("{\"6\":true}", found.get("metadata_.deep.2.3.4.5").example());
    assertFalse(found.containsKey("metadata_.n"));
    assertEquals(3, found.get("app").records());
    assertEquals("shop", found.get("app").example());
    assertEquals(1, found.get("service").records());
    assertFalse(found.containsKey("source_id"));
    assertEquals(
        List.of("app", "level", "message", "received_at", "timestamp", "service", "metadata_.a.b"),
        sample.fields().stream().map(Found::name).limit(7).toList());
  }

  @Test
  void shouldTakeTheNewestAndSaySoWhenThereAreMore() {
    for (int i = 0; i < 200; i++) {
      add("{\"k" + i / 100 + "\":" + i + "}", "");
    }
    Sample some = take(LogFilter.ALL, 50);
    assertEquals(new Scanned(true, 50, null), some.scanned());
    assertTrue(byName(some).containsKey("metadata_.k0"));
    assertFalse(byName(some).containsKey("metadata_.k1"));
    assertEquals(new Scanned(false, 200, null), take(LogFilter.ALL, 200).scanned());
  }

  @Test
  void shouldTellNoMorePathsThanItMay() {
    String many =
        IntStream.range(0, FieldSample.MAX_PATHS + 1)
            .mapToObj(i -> "\"p" + i + "\":1")
            .collect(Collectors.joining(",", "{", "}"));
    add(many, "");
    Sample sample = take(LogFilter.ALL, 10);
    assertTrue(sample.hasMore());
    assertEquals(
        FieldSample.MAX_PATHS,
        sample.fields().stream().filter(field -> field.path() != null).count());
  }

  @Test
  void shouldChooseForFacetsWhatHasFewValues() {
    for (int i = 0; i < 100; i++) {
      add("{\"trace\":\"t%d\",\"region\":\"r%d\",\"tags\":[1]}".formatted(i, i % 3), "");
    }
    assertEquals(
        List.of("metadata_.region"),
        take(LogFilter.ALL, 1000).facets(5).stream().map(CountedField::name).toList());
  }

  @Test
  void shouldFindNothingWhereNothingIs() {
    Sample sample = take(LogFilter.ALL, 10);
    assertEquals(List.of(), sample.fields());
    assertEquals(new Scanned(false, 0, null), sample.scanned());
  }
}
