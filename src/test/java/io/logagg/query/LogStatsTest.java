package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.filter.LogFilter;
import io.logagg.query.LogStats.Totals;
import io.logagg.record.LogRecord;
import io.logagg.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kept.class)
final class LogStatsTest {
  private final TestDatabase database = TestDatabase.open();
  private final LogStats stats = new LogStats(database.database());
  private final StoredRows rows;

  LogStatsTest(Kept kept) {
    rows = new StoredRows(database, 3, kept);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Totals expected(LogFilter filter) {
    List<LogRecord> fitting =
        rows.all().stream().filter(record -> StoredRows.fits(filter, record)).toList();
    return new Totals(
        fitting.size(),
        count(fitting, LogRecord::level),
        count(fitting, LogRecord::app),
        count(fitting, record -> record.service() == null ? "" : record.service()));
  }

  private static Map<String, Long> count(List<LogRecord> list, Function<LogRecord, String> value) {
    return list.stream().collect(groupingBy(value, TreeMap::new, counting()));
  }

  private void assertRight(int filters) {
    assertEquals(expected(LogFilter.ALL), await(stats.totals(LogFilter.ALL)));
    for (int i = 0; i < filters; i++) {
      LogFilter filter = rows.anyFilter();
      assertEquals(expected(filter), await(stats.totals(filter)), filter::toString);
    }
  }

  @Test
  void shouldCountNothingWhereNothingIs() {
    assertEquals(new Totals(0, Map.of(), Map.of(), Map.of()), await(stats.totals(LogFilter.ALL)));
  }

  @Test
  void shouldCountTheRowsWhateverTheFilterAndHoweverFolded() {
    rows.whateverHappens(this::assertRight);
  }

  @Test
  void shouldCountNothingOfDeletedApps() {
    rows.add(60);
    database.sql("UPDATE apps SET deleted_at = now() WHERE name = 'bank'");
    rows.all().removeIf(record -> record.app().equals("bank"));
    assertRight(20);
  }

  @Test
  void shouldCountToTheMicrosecondAtBothEnds() {
    rows.add(30);
    for (LogRecord record : List.copyOf(rows.all())) {
      long time = record.timestampMicros();
      LogFilter one = new LogFilter(List.of(), List.of(), List.of(), time, time + 1, null);
      assertEquals(expected(one), await(stats.totals(one)));
      LogFilter none = new LogFilter(List.of(), List.of(), List.of(), time, time, null);
      assertEquals(0, await(stats.totals(none)).total());
      LogFilter turned =
          new LogFilter(List.of(), List.of(), List.of(), time + 90_000_000, time, null);
      assertEquals(0, await(stats.totals(turned)).total());
    }
  }
}
