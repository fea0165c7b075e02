package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@EnumSource(Kept.class)
final class LogSearchTest {
  /** By unsigned bytes, as PostgreSQL compares them; the time stands first in an id. */
  private static final Comparator<UUID> BY_ID = Comparator.comparing(UUID::toString);

  private final TestDatabase database = TestDatabase.open();
  private final LogSearch search = new LogSearch(database.database());
  private final LogScan scan = new LogScan(database.database());
  private final StoredRows rows;
  private final TestRecords records = new TestRecords(2);

  LogSearchTest(Kept kept) {
    rows = new StoredRows(database, 1, kept);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private List<UUID> page(LogFilter filter, Order order, int limit, UUID after) {
    List<UUID> ids = new ArrayList<>();
    await(
        scan.chunk(
            new From(filter, order, after), limit, row -> ids.add(row.id()), new Abandonment()));
    return ids;
  }

  private List<UUID> page(From from, int limit) {
    List<UUID> ids = new ArrayList<>();
    await(scan.chunk(from, limit, row -> ids.add(row.id()), new Abandonment()));
    return ids;
  }

  /** By each name, and some together. */
  private static Stream<LogFilter> namedFilters() {
    return Stream.of(
        new LogFilter(List.of("shop"), List.of(), List.of(), null, null, null),
        new LogFilter(List.of(), List.of("ERROR", "ODD LEVEL"), List.of(), null, null, null),
        new LogFilter(List.of("äpp", "none"), List.of("WARN"), List.of(""), null, null, null),
        new LogFilter(
            List.of(),
            List.of(),
            List.of("api"),
            TestRecords.NOW_MICROS - 200_000_001,
            TestRecords.NOW_MICROS - 30_000_001,
            null));
  }

  @ParameterizedTest
  @MethodSource("namedFilters")
  void shouldReadSparselyWhatItReadsDensely(LogFilter filter) {
    rows.add(400);
    List<UUID> expected = expected(filter, Order.NEWEST_FIRST);
    for (int limit : new int[] {1, 7, 50, 500}) {
      List<UUID> seen = new ArrayList<>();
      From from = new From(filter, Order.NEWEST_FIRST, null).sparsely(new Sparse.Minutes(null));
      List<UUID> page = page(from, limit);
      while (!page.isEmpty()) {
        assertEquals(page, await(scan.keys(from, limit, new Abandonment())));
        seen.addAll(page);
        from = from.behind(page.get(page.size() - 1));
        page = page(from, limit);
      }
      assertEquals(expected, seen);
    }
  }

  /** The minutes that were looked at have just as many as are wanted, and one lies beyond. */
  @Test
  void shouldNotTakeAFullSparseChunkForTheEnd() {
    long minute = TestRecords.NOW_MICROS - Math.floorMod(TestRecords.NOW_MICROS, 60_000_000L);
    LogRecord newest = records.at(minute, "shop", "newest");
    rows.add(newest);
    for (int i = 0; i < 3; i++) {
      rows.add(records.at(minute - 60_000_000 + i, "shop", "m"));
    }
    rows.addAsRow(records.at(minute - 600_000_000, "shop", "oldest"));
    LogFilter filter = new LogFilter(List.of("shop"), List.of(), List.of(), null, null, null);
    From from =
        new From(filter, Order.NEWEST_FIRST, newest.id()).sparsely(new Sparse.Minutes(null));
    List<UUID> ids = new ArrayList<>();
    LogScan.Chunk chunk = await(scan.chunk(from, 3, row -> ids.add(row.id()), new Abandonment()));
    assertEquals(expected(filter, Order.NEWEST_FIRST).subList(1, 4), ids);
    assertFalse(chunk.atEnd());
  }

  /** The bound lies within a minute, of which all rows are read. */
  @ParameterizedTest
  @EnumSource
  void shouldReadAsMuchOfBlocksAsOfRowsWhereItLooksSparsely(Order order) {
    long sign = order == Order.NEWEST_FIRST ? -1 : 1;
    long minute = TestRecords.NOW_MICROS - Math.floorMod(TestRecords.NOW_MICROS, 60_000_000L);
    long bound = minute + sign * 600_000_000L + 30_000_000;
    rows.add(records.at(minute, "shop", "first"));
    rows.add(records.at(bound + sign, "shop", "second"));
    rows.addAsRow(records.at(bound + 2 * sign, "shop", "third"));
    LogFilter filter = new LogFilter(List.of("shop"), List.of(), List.of(), null, null, null);
    From from = new From(filter, order, null).sparsely(new Sparse.Minutes(bound));
    assertEquals(expected(filter, order).subList(0, 2), page(from, 2));
  }

  @Test
  void shouldKnowWhatIsRare() {
    RareMatches rare = new RareMatches(database.database());
    LogFilter filter = new LogFilter(List.of("shop"), List.of(), List.of(), null, null, null);
    From from = new From(filter, Order.NEWEST_FIRST, null);
    assertEquals(from, await(rare.plan(from, 10, new Abandonment())));
    for (int i = 0; i < 20; i++) {
      rows.add(records.at(TestRecords.NOW_MICROS - i * 600_000_000L, "shop", "m"));
    }
    // The newest hour has six, the newest day all.
    assertEquals(
        Optional.of(TestRecords.NOW_MICROS + 60_000_000 - 3_600_000_000L),
        sinceOf(await(rare.plan(from, 5, new Abandonment()))));
    assertTrue(await(rare.plan(from, 10, new Abandonment())).isCutShort());
    assertEquals(Optional.empty(), sinceOf(await(rare.plan(from, 50, new Abandonment()))));
    for (int i = 0; i < 20; i++) {
      rows.add(records.at(TestRecords.NOW_MICROS - i, "shop", "m"));
    }
    assertEquals(from, await(rare.plan(from, 10, new Abandonment())));
  }

  private static Optional<Long> sinceOf(From from) {
    assertTrue(from.sparse() != null);
    return Optional.ofNullable(((Sparse.Minutes) from.sparse()).boundMicros());
  }

  private static LogFilter text(String text) {
    return new LogFilter(
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        Condition.test(Field.Column.MESSAGE, new Match.Contains(text)));
  }

  private List<UUID> expected(LogFilter filter, Order order) {
    return rows.all().stream()
        .filter(record -> StoredRows.fits(filter, record))
        .map(LogRecord::id)
        .sorted(order == Order.NEWEST_FIRST ? BY_ID.reversed() : BY_ID)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void shouldShowEveryRowOnceOverAllPages(Order order) {
    rows.add(300);
    for (int limit : new int[] {1, 7, 299, 300, 1000}) {
      List<UUID> seen = new ArrayList<>();
      List<UUID> page = page(LogFilter.ALL, order, limit, null);
      while (!page.isEmpty()) {
        seen.addAll(page);
        page = page(LogFilter.ALL, order, limit, page.get(page.size() - 1));
      }
      assertEquals(expected(LogFilter.ALL, order), seen);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldMissAndRepeatNoRowWhileOthersComeIn(Order order) {
    rows.add(150);
    Set<UUID> there = new HashSet<>(expected(LogFilter.ALL, order));
    List<UUID> seen = new ArrayList<>();
    List<UUID> page = page(LogFilter.ALL, order, 13, null);
    while (!page.isEmpty() && seen.size() < 1000) {
      seen.addAll(page);
      rows.add(5);
      page = page(LogFilter.ALL, order, 13, page.get(page.size() - 1));
    }
    assertEquals(seen.size(), new HashSet<>(seen).size(), "none twice");
    assertTrue(seen.containsAll(there), "none missed that was there before");
  }

  @Test
  void shouldFindExactlyWhatRandomFiltersMean() {
    rows.add(400);
    for (int i = 0; i < 200; i++) {
      LogFilter filter = rows.anyFilter();
      for (Order order : Order.values()) {
        assertEquals(expected(filter, order), page(filter, order, 1000, null), filter::toString);
      }
    }
  }

  @Test
  void shouldTakeNoCharacterOfATextForAWildcard() {
    for (String message : List.of("100% done", "100 percent", "a_b", "axb", "c:\\d", "c:d", "'")) {
      rows.add(records.of("shop", message));
    }
    for (String text : List.of("%", "_", "\\", "'", "0% D", "A_B", "c:\\")) {
      assertEquals(1, page(text(text), Order.NEWEST_FIRST, 10, null).size(), text);
    }
    assertEquals(7, page(text(""), Order.NEWEST_FIRST, 10, null).size());
  }

  @Test
  void shouldFindAPartOfAMessageInAnyCase() {
    rows.add(records.of("shop", "User 12345 Logged ÜN_1% off"));
    rows.add(records.of("shop", "user 12346 logged"));
    for (String text : List.of("uSER 12345 LOG", "12345", "45 l", "45", "ün_1%", "_1%", "d Ü")) {
      assertEquals(1, page(text(text), Order.NEWEST_FIRST, 10, null).size(), text);
    }
    assertEquals(2, page(text("USER 1234"), Order.NEWEST_FIRST, 10, null).size());
    for (String text : List.of("user  12345", "12347", "user 12346 lügged", "__1")) {
      assertEquals(0, page(text(text), Order.NEWEST_FIRST, 10, null).size(), text);
    }
  }

  @Test
  void shouldShowSmallAndLargeRowsInOneOrder() {
    for (int i = 0; i < 60; i++) {
      int chars = i % 7 == 3 ? 20_000 + i : i % 5 == 2 ? 700 : 10;
      rows.add(records.at(TestRecords.NOW_MICROS + i, "shop", "x".repeat(chars)));
    }
    for (Order order : Order.values()) {
      List<UUID> seen = new ArrayList<>();
      List<UUID> chunk = page(LogFilter.ALL, order, 37, null);
      while (!chunk.isEmpty()) {
        seen.addAll(chunk);
        chunk = page(LogFilter.ALL, order, 37, chunk.get(chunk.size() - 1));
      }
      assertEquals(expected(LogFilter.ALL, order), seen);
    }
  }

  @Test
  void shouldShowEveryFieldOfOneRecord() {
    LogRecord record = records.any();
    rows.add(record);
    LogRow row = await(search.find(AppAccess.ALL, record.id())).orElseThrow();
    assertEquals(record.id(), row.id());
    assertEquals(record.timestampMicros(), row.timestampMicros());
    assertEquals(record.level(), row.level());
    assertEquals(record.message(), row.message());
    assertEquals(record.service(), row.service());
    assertEquals(record.app(), row.app());
    assertEquals(record.metadata(), row.metadata());
    assertEquals(record.sourceId(), row.sourceId());
  }

  @Test
  void shouldFindNothingForIdsThatNoRecordHas() {
    rows.add(1);
    assertEquals(Optional.empty(), await(search.find(AppAccess.ALL, new UUID(1, 2))));
    assertEquals(
        Optional.empty(),
        await(search.find(AppAccess.ALL, RecordIds.of(TestRecords.NOW_MICROS, 1))));
  }

  @Test
  void shouldHideTheRowsOfDeletedApps() {
    rows.add(50);
    database.sql("UPDATE apps SET deleted_at = now() WHERE name = 'shop'");
    long left = rows.all().stream().filter(record -> !record.app().equals("shop")).count();
    assertEquals(left, page(LogFilter.ALL, Order.NEWEST_FIRST, 1000, null).size());
    LogRecord gone =
        rows.all().stream().filter(record -> record.app().equals("shop")).findFirst().orElseThrow();
    assertEquals(Optional.empty(), await(search.find(AppAccess.ALL, gone.id())));
  }
}
