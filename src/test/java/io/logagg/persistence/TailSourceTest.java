package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogRow;
import io.logagg.query.TailBatch;
import io.logagg.query.TailPosition;
import io.logagg.query.TailSource;
import io.logagg.record.LogRecord;
import io.logagg.record.Timestamps;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What follows the commits, against those who write them, in transactions of any order. */
final class TailSourceTest {
  private static final long DAY_MICROS = 86_400_000_000L;

  private final TestDatabase database = TestDatabase.open();
  private final StoredBatches batches = new StoredBatches(database);
  private final TailSource source = new TailSource(database.database());
  private final TestRecords records = new TestRecords(1);
  private TailPosition position;

  @BeforeEach
  void prepare() {
    position = now();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private TailPosition now() {
    return await(source.position());
  }

  /** The next answer, from the position as a client would bring it back. */
  private TailBatch poll(LogFilter filter, int maxRows) {
    TailPosition from = TailPosition.parse(position.text()).orElseThrow();
    TailBatch batch = await(source.since(from, filter, maxRows, new Abandonment()));
    position = batch.next();
    return batch;
  }

  private TailBatch poll() {
    return poll(null, TailSource.MAX_ROWS);
  }

  /** All that waits. */
  private List<LogRow> drain(LogFilter filter, int maxRows) {
    List<LogRow> rows = new ArrayList<>();
    TailBatch batch = poll(filter, maxRows);
    assertFalse(batch.gap());
    rows.addAll(batch.rows());
    while (batch.more()) {
      batch = poll(filter, maxRows);
      assertFalse(batch.gap());
      rows.addAll(batch.rows());
    }
    return rows;
  }

  private List<LogRow> drain() {
    return drain(null, TailSource.MAX_ROWS);
  }

  private static List<UUID> ids(List<LogRow> rows) {
    return rows.stream().map(LogRow::id).toList();
  }

  private static void assertOnce(Collection<LogRecord> expected, List<LogRow> rows) {
    assertEquals(StoredBatches.idsOf(expected), new HashSet<>(ids(rows)));
    assertEquals(expected.size(), rows.size(), "none twice");
  }

  @Test
  void shouldTellWhatIsStoredAfterThePositionAndNothingElse() {
    List<LogRecord> before = batches.store(records.of("shop", "before"));
    assertOnce(before, drain());
    assertEquals(List.of(), drain());
    LogRecord record = records.any();
    batches.store(record);
    LogRow row = drain().get(0);
    assertEquals(LogRow.of(record, row.appId(), record.app()), row);
    assertEquals(List.of(), drain());
  }

  @Test
  void shouldTellOfRecordsOfAnyTimeInTheirOrder() {
    List<LogRecord> batch = new ArrayList<>();
    for (long time :
        new long[] {
          Timestamps.MAX_MICROS,
          TestRecords.NOW_MICROS,
          Timestamps.MIN_MICROS,
          0,
          TestRecords.NOW_MICROS - 900 * DAY_MICROS
        }) {
      batch.add(records.at(time, "shop", "m"));
      batch.add(records.at(time, "bank", "m"));
    }
    batches.store(batch);
    List<LogRow> rows = drain();
    assertOnce(batch, rows);
    List<UUID> sorted = new ArrayList<>(ids(rows));
    sorted.sort((one, other) -> one.toString().compareTo(other.toString()));
    assertEquals(sorted, ids(rows));
  }

  @Test
  void shouldTellOfAnOldTransactionWhenItIsCommittedAtLast() {
    PgConnection slow = database.connect();
    await(slow.query("BEGIN").execute());
    List<LogRecord> late = List.of(records.of("shop", "late"));
    batches.store(slow, false, late);
    List<LogRecord> first = batches.store(records.of("shop", "first"));
    assertOnce(first, drain());
    List<LogRecord> second = batches.store(records.of("shop", "second"));
    assertOnce(second, drain());
    assertEquals(List.of(), drain());
    await(slow.query("COMMIT").execute());
    assertOnce(late, drain());
    assertEquals(List.of(), drain());
  }

  @Test
  void shouldNotTellOfWhatIsRolledBack() {
    PgConnection connection = database.connect();
    await(connection.query("BEGIN").execute());
    batches.store(connection, true, records.many(10));
    batches.store(records.of("shop", "m"));
    assertEquals(1, drain().size());
    await(connection.query("ROLLBACK").execute());
    batches.store(records.of("shop", "m"));
    assertEquals(1, drain().size());
  }

  @Test
  void shouldTellOnceOfTwoBatchesInOneTransaction() {
    PgConnection connection = database.connect();
    await(connection.query("BEGIN").execute());
    List<LogRecord> all = new ArrayList<>(records.many(20));
    batches.store(connection, false, all);
    List<LogRecord> others = records.many(20);
    batches.store(connection, true, others);
    await(connection.query("COMMIT").execute());
    all.addAll(others);
    assertOnce(all, drain());
  }

  @Test
  void shouldTellOnlyWhatIsNewOfARepeatedBatch() {
    PgConnection connection = database.connect();
    List<LogRecord> old = List.of(records.of("shop", "old"), records.of("shop", "old too"));
    batches.store(old);
    drain();
    List<LogRecord> both = new ArrayList<>(old);
    LogRecord fresh = records.of("shop", "fresh");
    both.add(fresh);
    // Under another key, as a foreign entry that was put there twice.
    List<LogRecord> reversed = List.of(both.get(2), both.get(1), both.get(0));
    batches.store(connection, true, reversed);
    assertOnce(List.of(fresh), drain());
  }

  @Test
  void shouldGoOnInTheMiddleOfAGroupWhateverComesInMeanwhile() {
    List<LogRecord> group = new ArrayList<>(batches.store(records.many(50)));
    List<LogRow> rows = new ArrayList<>(poll(null, 20).rows());
    assertEquals(20, rows.size());
    List<LogRecord> later = batches.store(records.many(30));
    TailBatch second = poll(null, 20);
    assertTrue(second.more());
    rows.addAll(second.rows());
    rows.addAll(poll(null, 20).rows());
    assertOnce(group, rows);
    assertOnce(later, drain(null, 7));
  }

  @Test
  void shouldKeepAnAnswerWithinItsBytes() {
    List<LogRecord> all = new ArrayList<>();
    String large = "x".repeat(TailSource.MAX_BYTES / 3);
    for (int i = 0; i < 10; i++) {
      all.add(records.of("shop", large));
    }
    batches.store(all);
    List<LogRow> rows = new ArrayList<>();
    TailBatch batch = poll();
    int answers = 1;
    while (batch.more()) {
      assertEquals(3, batch.rows().size());
      rows.addAll(batch.rows());
      batch = poll();
      answers++;
    }
    rows.addAll(batch.rows());
    assertOnce(all, rows);
    assertEquals(4, answers);
  }

  @Test
  void shouldReadAGroupInManyRangesOfTime() {
    List<LogRecord> all = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      all.add(records.at(TestRecords.NOW_MICROS - i * 7_000_000L, "shop", "m" + i % 2));
    }
    batches.store(all);
    LogFilter filter =
        new LogFilter(
            List.of("shop"),
            List.of(),
            List.of(),
            null,
            null,
            Condition.test(Field.Column.MESSAGE, new Match.Contains("M1")));
    TailPosition start = position;
    assertOnce(all, drain());
    position = start;
    assertEquals(450, drain(filter, 10).size());
    assertEquals(List.of(), drain(filter, 10));
  }

  @Test
  void shouldLeaveOutWhatWasDeletedMeanwhile() {
    List<LogRecord> all = batches.store(records.of("shop", "stays"), records.of("bank", "goes"));
    database.sql("DELETE FROM logs WHERE message = 'goes'");
    assertOnce(all.subList(0, 1), drain());
    batches.store(records.of("bank", "hidden"), records.of("shop", "shown"));
    database.sql("UPDATE apps SET deleted_at = now() WHERE name = 'bank'");
    assertEquals(List.of("shown"), drain().stream().map(LogRow::message).toList());
  }

  @Test
  void shouldPassOverTheOlderCommitsWhenTooManyWait() {
    TailSource bounded = new TailSource(database.database(), 100);
    List<List<LogRecord>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(batches.store(records.many(30)));
    }
    TailBatch batch = await(bounded.since(position, null, 10, new Abandonment()));
    assertEquals(180, batch.skipped());
    List<LogRow> rows = rest(bounded, batch);
    List<LogRecord> newest = new ArrayList<>();
    all.subList(6, 10).forEach(newest::addAll);
    assertOnce(newest, rows);
    assertEquals(List.of(), drain());
  }

  private List<LogRow> rest(TailSource bounded, TailBatch first) {
    List<LogRow> rows = new ArrayList<>(first.rows());
    TailBatch batch = first;
    while (batch.more()) {
      batch = await(bounded.since(batch.next(), null, 50, new Abandonment()));
      assertEquals(0, batch.skipped());
      rows.addAll(batch.rows());
    }
    position = batch.next();
    return rows;
  }

  @Test
  void shouldNotPassOverOneLargeCommit() {
    TailSource bounded = new TailSource(database.database(), 100);
    List<LogRecord> large = batches.store(records.many(500));
    TailBatch batch = await(bounded.since(position, null, 1000, new Abandonment()));
    assertEquals(0, batch.skipped());
    assertOnce(large, rest(bounded, batch));
  }

  @Test
  void shouldSayThatThereIsAGapWhenWhatCameInIsForgotten() {
    TailPosition old = position;
    batches.store(records.many(10));
    poll(null, 5);
    TailPosition within = position;
    batches.store(records.many(10));
    TailPosition recent = now();
    database.sql("UPDATE commits SET stored_at = stored_at"); // Rows of a dump, as it were.
    batches.store(records.many(10));
    for (TailPosition lost : List.of(old, within, recent)) {
      position = lost;
      TailBatch batch = poll();
      assertTrue(batch.gap());
      assertEquals(List.of(), batch.rows());
      List<LogRecord> next = batches.store(records.of("shop", "next"));
      assertOnce(next, drain());
    }
  }

  @Test
  void shouldForgetOldCommitsAndKeepWhatOthersMayNeed() {
    TailPosition old = position;
    batches.store(records.many(10));
    assertEquals(0, purge(), "all are young");
    beOldFromNowOn();
    batches.store(records.many(10));
    batches.store(records.many(10));
    TailPosition newest = now();
    assertEquals(3, purge(), "the first of all, and two batches; the newest stays");
    assertEquals(0, purge());
    position = newest;
    List<LogRecord> next = batches.store(records.of("shop", "next"));
    assertOnce(next, drain());
    position = old;
    assertTrue(poll().gap());
  }

  @Test
  void shouldForgetWhatARestoredDumpBroughtAndKeepOne() {
    batches.store(records.many(10));
    database.sql("UPDATE commits SET n = n");
    purge();
    assertEquals(1, database.number("SELECT count(*) FROM commits WHERE n = 0"));
    assertEquals(1, database.number("SELECT count(*) FROM commits"));
    position = now();
    List<LogRecord> next = batches.store(records.of("shop", "next"));
    assertOnce(next, drain());
  }

  private int purge() {
    return await(database.database().write(connection -> CommitPurge.step(connection, 1000)));
  }

  /** Whatever is stored from now on counts as two hours old. */
  private void beOldFromNowOn() {
    database.sql("ALTER TABLE commits ALTER stored_at SET DEFAULT now() - interval '2 hours'");
  }
}
