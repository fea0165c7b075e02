package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogPatterns.Limits;
import io.logagg.query.LogPatterns.Request;
import io.logagg.query.LogPatternsFound.Pattern;
import io.logagg.record.AppAccess;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kept.class)
final class LogPatternsTest {
  private static final long SECOND = 1_000_000;

  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.open();
  private final SealedRows sealed = new SealedRows(database.connect(), new Random(1));
  private final Kept kept;

  LogPatternsTest(Kept kept) {
    this.kept = kept;
  }

  @BeforeEach
  void prepare() {
    database.sql(
        """
        CREATE TABLE logs_all PARTITION OF logs DEFAULT;
        INSERT INTO apps (name) VALUES ('shop'), ('bank')""");
  }

  @AfterEach
  void close() {
    database.close();
    await(vertx.close());
  }

  /** Adds so many rows of an app, a second apart, the newest last. */
  private void add(String app, String level, String messageSql, int count) {
    database.sql(
        """
        INSERT INTO logs
        SELECT to_timestamp(%d + i), (SELECT count(*) FROM logs) + (SELECT coalesce(sum(n), 0) FROM blocks) + i, now(), (SELECT id FROM apps WHERE name = '%s'), '%s', '', %s, '{}', ''
        FROM generate_series(1, %d) i"""
            .formatted(TestRecords.NOW_MICROS / SECOND, app, level, messageSql, count));
    sealed.seal(kept);
  }

  private LogPatternsFound find(Limits limits, Request request) {
    return await(
        new LogPatterns(vertx, database.database(), limits).find(request, new Abandonment()));
  }

  private LogPatternsFound find(LogFilter filter) {
    return find(Limits.USUAL, new Request(filter, 100, false));
  }

  private static Map<String, Long> counts(LogPatternsFound found) {
    return found.patterns().stream()
        .collect(Collectors.toMap(Pattern::template, Pattern::count, Long::sum, TreeMap::new));
  }

  private static long at(int second) {
    return (TestRecords.NOW_MICROS / SECOND + second) * SECOND;
  }

  private static LogFilter ofApp(String app) {
    return new LogFilter(List.of(app), List.of(), List.of(), null, null, null);
  }

  @Test
  void shouldFindNothingWhereNothingIs() {
    assertEquals(new LogPatternsFound(List.of(), 0, 0, false, false), find(LogFilter.ALL));
  }

  @Test
  void shouldTellOfEachPatternWhatThereIs() {
    add("shop", "INFO", "'order ' || i || ' paid'", 30);
    add("bank", "WARN", "'order ' || i || ' paid'", 5);
    add("bank", "ERROR", "'no connection to 10.0.0.' || i", 5);
    LogPatternsFound found = find(LogFilter.ALL);
    assertEquals(40, found.scanned());
    assertFalse(found.approximate());
    assertEquals(0, found.other());
    Pattern first = found.patterns().get(0);
    assertEquals("order <num> paid", first.template());
    assertEquals(35, first.count());
    assertEquals(35 / 40.0, first.share());
    assertEquals(Map.of("INFO", 30L, "WARN", 5L), first.levels());
    assertEquals(at(1), first.firstSeenMicros());
    assertEquals(at(30), first.lastSeenMicros());
    assertEquals(List.of(), first.members());
    LogRow sample =
        await(new LogSearch(database.database()).find(AppAccess.ALL, first.sampleId()))
            .orElseThrow();
    assertEquals("order 30 paid", sample.message());
    assertEquals("no connection to <address>", found.patterns().get(1).template());
  }

  @Test
  void shouldLookOnlyAtWhatTheFilterMeansAndAtLiveApps() {
    add("shop", "INFO", "'order ' || i || ' paid'", 30);
    add("bank", "WARN", "'no money'", 5);
    assertEquals(Map.of("no money", 5L), counts(find(ofApp("bank"))));
    database.sql("UPDATE apps SET deleted_at = now() WHERE name = 'shop'");
    assertEquals(Map.of("no money", 5L), counts(find(LogFilter.ALL)));
  }

  @Test
  void shouldReadAllRowsOverManyChunks() {
    add("shop", "INFO", "'order ' || i || ' paid ' || repeat('x', 300 * (i / 9000))", 10_000);
    LogPatternsFound found = find(Limits.USUAL, new Request(LogFilter.ALL, 100, true));
    assertEquals(10_000, found.scanned());
    assertFalse(found.approximate());
    assertEquals(
        10_000,
        found.patterns().stream()
            .map(Pattern::members)
            .flatMap(Collection::stream)
            .distinct()
            .count());
    assertEquals(10_000, counts(found).values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void shouldSayWhenNotAllWasLookedAt() {
    add("shop", "INFO", "'order ' || i || ' paid'", 2000);
    LogPatternsFound some =
        find(new Limits(1999, 60_000, 0), new Request(LogFilter.ALL, 100, false));
    assertEquals(1999, some.scanned());
    assertTrue(some.approximate());
    assertEquals(at(2), some.patterns().get(0).firstSeenMicros());
    LogPatternsFound all =
        find(new Limits(2000, 60_000, 0), new Request(LogFilter.ALL, 100, false));
    assertEquals(2000, all.scanned());
    assertFalse(all.approximate());
    LogPatternsFound late = find(new Limits(2000, 0, 0), new Request(LogFilter.ALL, 100, false));
    assertTrue(late.approximate());
    assertTrue(late.scanned() > 0 && late.scanned() < 2000, () -> "scanned " + late.scanned());
  }

  @Test
  void shouldListAsManyIdsAsItMay() {
    add("shop", "INFO", "'order ' || i || ' paid'", 20);
    LogPatternsFound cut = find(new Limits(100, 60_000, 12), new Request(LogFilter.ALL, 100, true));
    List<UUID> members = cut.patterns().get(0).members();
    assertEquals(12, members.size());
    assertTrue(cut.membersCut());
    assertEquals(cut.patterns().get(0).sampleId(), members.get(0));
    LogPatternsFound all = find(new Limits(100, 60_000, 20), new Request(LogFilter.ALL, 100, true));
    assertEquals(20, all.patterns().get(0).members().size());
    assertFalse(all.membersCut());
  }

  @Test
  void shouldLeaveOutTheSmallestBeyondTheLimit() {
    add("shop", "INFO", "'order ' || i || ' paid'", 20);
    add("bank", "INFO", "'no money'", 3);
    LogPatternsFound found = find(Limits.USUAL, new Request(LogFilter.ALL, 1, false));
    assertEquals(Map.of("order <num> paid", 20L), counts(found));
    assertEquals(3, found.other());
    assertEquals(23, found.scanned());
  }

  @Test
  void shouldCutLongMessages() {
    add("shop", "INFO", "repeat('word ', 40000)", 3);
    LogPatternsFound found = find(LogFilter.ALL);
    assertEquals(1, found.patterns().size());
    assertEquals(3, found.patterns().get(0).count());
    assertTrue(found.patterns().get(0).template().length() < 1100);
  }

  @Test
  void shouldStopWhenNobodyWaits() {
    add("shop", "INFO", "'order ' || i || ' paid'", 20);
    Abandonment abandonment = new Abandonment();
    abandonment.happen();
    LogPatterns patterns = new LogPatterns(vertx, database.database(), Limits.USUAL);
    Throwable e =
        assertThrows(
            Throwable.class,
            () -> await(patterns.find(new Request(LogFilter.ALL, 100, false), abandonment)));
    assertTrue(String.valueOf(e).contains("AbandonedException"), e::toString);
  }
}
