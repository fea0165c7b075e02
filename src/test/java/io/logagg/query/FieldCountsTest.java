package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.FieldCounts.Counted;
import io.logagg.query.FieldCounts.Counts;
import io.logagg.query.FieldCounts.Request;
import io.logagg.query.FieldCounts.Value;
import io.logagg.query.LogStats.Totals;
import io.logagg.record.LogRecord;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kept.class)
final class FieldCountsTest {
  private static final List<CountedField> FIELDS =
      Stream.concat(
              Stream.of("level", "app", "service", "message"),
              MetadataModel.PATHS.stream().map(path -> "metadata_." + path))
          .map(name -> CountedField.parse(name).orElseThrow())
          .toList();

  private final TestDatabase database = TestDatabase.open();
  private final FieldCounts counts = new FieldCounts(database.database());
  private final StoredRows rows;
  private final MetadataModel model = new MetadataModel(22);
  private final Random random = new Random(23);

  FieldCountsTest(Kept kept) {
    rows = new StoredRows(database, 21, kept);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      rows.add(model.any(TestRecords.NOW_MICROS - random.nextInt(40) * 7_300_000L));
    }
  }

  private Counted count(LogFilter filter, List<CountedField> fields, int limit) {
    return await(counts.count(new Request(filter, fields, limit), new Abandonment()));
  }

  private static Set<String> values(LogRecord record, CountedField field) {
    String service = record.service();
    return switch (field.kind()) {
      case LEVEL -> Set.of(record.level());
      case APP -> Set.of(record.app());
      case SERVICE -> service == null ? Set.of() : Set.of(service);
      case MESSAGE -> Set.of(record.message());
      case METADATA -> MetadataModel.values(record, field.name().substring(10));
    };
  }

  /** The same by the records themselves. */
  private Counts expected(LogFilter filter, CountedField field, int limit) {
    Map<String, Long> found = new TreeMap<>();
    long missing = 0;
    for (LogRecord record : rows.all()) {
      if (StoredRows.fits(filter, record)) {
        Set<String> values = values(record, field);
        missing += values.isEmpty() ? 1 : 0;
        values.forEach(value -> found.merge(value, 1L, Long::sum));
      }
    }
    List<Value> sorted =
        found.entrySet().stream()
            .map(entry -> new Value(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparing(Value::count).reversed().thenComparing(Value::value))
            .toList();
    List<Value> listed = sorted.subList(0, Math.min(limit, sorted.size()));
    long other = sorted.stream().skip(limit).mapToLong(Value::count).sum();
    return new Counts(field, listed, other, missing);
  }

  private void assertRight(int filters) {
    for (int i = 0; i < filters; i++) {
      LogFilter filter = rows.anyFilter();
      List<CountedField> fields = new ArrayList<>(FIELDS);
      fields.removeIf(field -> random.nextInt(3) == 0);
      int limit = 1 + random.nextInt(8);
      Counted counted = count(filter, fields, limit);
      assertEquals(
          fields.stream().map(field -> expected(filter, field, limit)).toList(),
          counted.fields(),
          filter::toString);
      assertFalse(counted.scanned().isApproximate());
      for (CountedField field : fields) {
        Counted single = count(filter, List.of(field), limit);
        assertEquals(expected(filter, field, limit), single.fields().get(0), filter::toString);
      }
    }
  }

  @Test
  void shouldCountTheValuesThatTheRecordsHaveHoweverFolded() {
    add(300);
    assertRight(30);
    rows.fold();
    rows.deleteSome();
    assertRight(20);
    rows.fold();
    add(30);
    assertRight(20);
  }

  @Test
  void shouldCountNamesAsTheTotalsDo() {
    LogStats stats = new LogStats(database.database());
    rows.whateverHappens(
        filters -> {
          for (int i = 0; i < filters / 5; i++) {
            LogFilter filter = rows.anyFilter();
            Totals totals = await(stats.totals(filter));
            List<CountedField> names =
                List.of(CountedField.LEVEL, CountedField.APP, CountedField.SERVICE);
            List<Map<String, Long>> maps =
                count(filter, names, 1000).fields().stream().map(FieldCountsTest::map).toList();
            assertEquals(
                List.of(totals.byLevel(), totals.byApp(), totals.byService()),
                maps,
                filter::toString);
          }
        });
  }

  private static Map<String, Long> map(Counts counts) {
    Map<String, Long> map =
        counts.values().stream()
            .collect(Collectors.toMap(Value::value, Value::count, Long::sum, TreeMap::new));
    if (counts.missing() > 0) {
      map.put("", counts.missing());
    }
    return map;
  }

  @Test
  void shouldCountNothingOfDeletedApps() {
    add(100);
    database.sql("UPDATE apps SET deleted_at = now() WHERE name = 'bank'");
    rows.all().removeIf(record -> record.app().equals("bank"));
    assertRight(10);
  }

  @Test
  void shouldLookAtTheNewestMinutesAndSaySoWhenThereIsTooMuch() {
    for (int minute = 0; minute < 10; minute++) {
      for (int i = 0; i < 20; i++) {
        rows.add(model.any(TestRecords.NOW_MICROS - minute * 60_000_000L + i));
      }
    }
    FieldCounts bounded = new FieldCounts(database.database(), 50);
    List<CountedField> fields = List.of(CountedField.MESSAGE, CountedField.APP);
    Counted counted =
        await(bounded.count(new Request(LogFilter.ALL, fields, 1000), new Abandonment()));

    long since = TestRecords.NOW_MICROS - 2 * 60_000_000L;
    assertEquals(new Scanned(true, 60, since), counted.scanned());
    LogFilter newest = LogFilter.ALL.within(since, null);
    assertEquals(expected(newest, CountedField.MESSAGE, 1000), counted.fields().get(0));
    assertEquals(expected(LogFilter.ALL, CountedField.APP, 1000), counted.fields().get(1));
  }

  @Test
  void shouldLookAtTheNewestMinutesEvenWhenTheyAreDaysApart() {
    for (int day = 0; day < 10; day++) {
      rows.add(model.any(TestRecords.NOW_MICROS - day * 86_400_000_000L));
    }
    FieldCounts bounded = new FieldCounts(database.database(), 4);
    Request request = new Request(LogFilter.ALL, List.of(CountedField.MESSAGE), 5);
    assertEquals(5, await(bounded.count(request, new Abandonment())).scanned().records());
    LogFilter five = LogFilter.ALL.within(TestRecords.NOW_MICROS - 3 * 86_400_000_000L, null);
    Request fewer = new Request(five, List.of(CountedField.MESSAGE), 5);
    assertEquals(
        new Scanned(false, 4, null), await(bounded.count(fewer, new Abandonment())).scanned());
  }

  @Test
  void shouldReadPathsWithAndWithoutTheirPrefix() {
    assertEquals(CountedField.parse("metadata_.a.b"), CountedField.parse("a.b"));
    assertTrue(CountedField.parse("metadata_.level").orElseThrow().path() != null);
    for (String bad : List.of("", "a..b", ".a", "metadata_", "metadata_.", "timestamp", "id")) {
      assertTrue(CountedField.parse(bad).isEmpty(), bad);
    }
    assertTrue(CountedField.parse("a.".repeat(16) + "b").isEmpty());
    assertTrue(CountedField.parse("a.".repeat(15) + "b").isPresent());
  }
}
