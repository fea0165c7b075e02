package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogHistogram.GroupBy;
import io.logagg.query.LogHistogram.Request;
import io.logagg.record.LogRecord;
import io.logagg.record.Timestamps;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kept.class)
final class LogHistogramTest {
  private static final List<String> INTERVALS = List.of("1s", "5s", "30s", "1m", "5m", "1h", "1d");
  private static final List<GroupBy> GROUPS = List.of(GroupBy.values());
  private static final List<String> ZONES =
      List.of("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe");

  private final TestDatabase database = TestDatabase.open();
  private final LogHistogram histogram = new LogHistogram(database.database());
  private final StoredRows rows;
  private final Random random = new Random(8);

  LogHistogramTest(Kept kept) {
    rows = new StoredRows(database, 7, kept);
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** A bucket by itself. */
  private record Bucket(long start, long total, Map<String, Long> groups, long other) {}

  private List<Bucket> count(
      LogFilter filter, @Nullable String interval, String zone, GroupBy groupBy) {
    Interval parsed = interval == null ? null : Interval.parse(interval).orElseThrow();
    Request request = new Request(filter, parsed, ZoneId.of(zone), groupBy);
    return buckets(await(histogram.count(request, new Abandonment())));
  }

  private static List<Bucket> buckets(Histogram counted) {
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < counted.size(); i++) {
      Map<String, Long> groups = new TreeMap<>();
      counted.groups(i, groups::put);
      buckets.add(new Bucket(counted.startMicros(i), counted.total(i), groups, counted.other(i)));
    }
    return buckets;
  }

  /** The same by the records themselves. */
  private List<Bucket> expected(LogFilter filter, String interval, String zone, GroupBy groupBy) {
    long[] starts =
        BucketStarts.of(
            Interval.parse(interval).orElseThrow(),
            filter.sinceMicros(),
            filter.untilMicros(),
            ZoneId.of(zone));
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      long end = i + 1 < starts.length ? starts[i + 1] : Long.MAX_VALUE;
      Map<String, Long> groups = new TreeMap<>();
      long total = 0;
      for (LogRecord record : rows.all()) {
        long time = record.timestampMicros();
        if (StoredRows.fits(filter, record) && time >= starts[i] && time < end) {
          if (groupBy != GroupBy.NOTHING) {
            groups.merge(group(groupBy, record), 1L, Long::sum);
          }
          total++;
        }
      }
      buckets.add(new Bucket(starts[i], total, groups, 0));
    }
    return buckets;
  }

  private static String group(GroupBy groupBy, LogRecord record) {
    String service = record.service();
    return switch (groupBy) {
      case LEVEL -> record.level();
      case APP -> record.app();
      case SERVICE -> service == null ? "" : service;
      case NOTHING -> "";
    };
  }

  private void assertRight(int filters) {
    for (int i = 0; i < filters; i++) {
      LogFilter any = rows.anyFilter();
      long since =
          any.sinceMicros() == null ? TestRecords.NOW_MICROS - 400_000_000 : any.sinceMicros();
      long until = any.untilMicros() == null ? TestRecords.NOW_MICROS + 5 : any.untilMicros();
      LogFilter filter = any.within(since, until);
      String interval = INTERVALS.get(random.nextInt(INTERVALS.size()));
      String zone = ZONES.get(random.nextInt(ZONES.size()));
      GroupBy groupBy = GROUPS.get(random.nextInt(GROUPS.size()));
      List<Bucket> expected = since < until ? expected(filter, interval, zone, groupBy) : List.of();
      assertEquals(
          expected,
          count(filter, interval, zone, groupBy),
          () -> filter + " " + interval + " " + zone + " " + groupBy);
    }
  }

  @Test
  void shouldCountTheRowsWhateverIsAskedForAndHoweverFolded() {
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
  void shouldShowNoBucketWhereNothingIsAndNoRangeIsGiven() {
    assertEquals(List.of(), count(LogFilter.ALL, "1h", "UTC", GroupBy.LEVEL));
    assertEquals(List.of(), count(LogFilter.ALL, null, "UTC", GroupBy.NOTHING));
  }

  @Test
  void shouldBeginWithTheFirstRecordAndEndWithTheLast() {
    rows.add(100);
    for (String interval : new @Nullable String[] {null, "1s", "1m", "1d"}) {
      List<Bucket> all = count(LogFilter.ALL, interval, "UTC", GroupBy.APP);
      assertEquals(100, all.stream().mapToLong(Bucket::total).sum());
      LogFilter early = LogFilter.ALL.within(null, TestRecords.NOW_MICROS - 100_000_000);
      long before = rows.all().stream().filter(record -> StoredRows.fits(early, record)).count();
      List<Bucket> some = count(early, interval, "UTC", GroupBy.NOTHING);
      assertEquals(before, some.stream().mapToLong(Bucket::total).sum());
    }
    List<Bucket> minutes = count(LogFilter.ALL, "1m", "UTC", GroupBy.LEVEL);
    assertTrue(minutes.get(0).total() > 0 && minutes.get(minutes.size() - 1).total() > 0);
  }

  @Test
  void shouldChoosePartsOfMinutesForAShortRangeOfFewRecords() {
    rows.add(30);
    LogFilter minute =
        LogFilter.ALL.within(TestRecords.NOW_MICROS - 60_000_000, TestRecords.NOW_MICROS + 2);
    Request request = new Request(minute, null, ZoneOffset.UTC, GroupBy.NOTHING);
    assertEquals("1s", await(histogram.count(request, new Abandonment())).interval());
  }

  @Test
  void shouldTellTheLargestGroupsAndSumUpTheRest() {
    database.sql(
        """
        INSERT INTO rollups SELECT '2026-11-24T08:00:00Z', 1, 'INFO', 's' || i, 100 - i FROM generate_series(1, 25) i""");
    long since = Timestamps.parse("2026-11-24T08:00:00Z").orElseThrow();
    LogFilter filter = LogFilter.ALL.within(since, since + 3_600_000_000L);
    Bucket bucket = count(filter, "1h", "UTC", GroupBy.SERVICE).get(0);
    assertEquals(20, bucket.groups().size());
    assertEquals(99, bucket.groups().get("s1"));
    assertEquals(80, bucket.groups().get("s20"));
    assertEquals(79 + 78 + 77 + 76 + 75, bucket.other());
    assertEquals(2500 - 325, bucket.total());
  }

  @Test
  void shouldFailWhereThereAreTooManyBuckets() {
    LogFilter year = LogFilter.ALL.within(0L, 366L * 86_400_000_000L);
    assertThrows(TooManyBucketsException.class, () -> count(year, "1m", "UTC", GroupBy.NOTHING));
  }
}
