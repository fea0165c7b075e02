package io.logagg.persistence;

import static io.logagg.persistence.Writer.request;
import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.WriteOutcome;
import io.logagg.postgres.Abandonment;
import io.logagg.query.FieldLookup;
import io.logagg.query.TimeRange;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.Timestamps;
import io.logagg.testing.Eventually;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Filters as they are written and looked up, whatever is registered when. */
final class FieldIndexTest {
  private static final long HOUR_MICROS = 3_600_000_000L;

  private final Writer writer = Writer.open();
  private final TestDatabase database = writer.database();
  private final TestRecords records = new TestRecords(1);
  private final FieldLookup lookup = new FieldLookup(database.database());
  private final Random random = new Random(3);

  @BeforeEach
  void awaitRegistration() {
    awaitComplete(2);
  }

  @AfterEach
  void close() {
    writer.close();
  }

  private void awaitComplete(int fields) {
    Eventually.value(
        "complete fields",
        () -> database.number("SELECT count(*) FROM indexed_fields WHERE complete"),
        count -> count == fields);
  }

  private LogRecord record(long timeMicros, String metadata) {
    LogRecord plain = records.at(timeMicros, "shop", "m");
    return new LogRecord(
        plain.id(),
        timeMicros,
        plain.receivedAtMicros(),
        "INFO",
        "shop",
        null,
        "m",
        metadata,
        null,
        null);
  }

  private LogRecord traced(long timeMicros, String id) {
    return record(timeMicros, "{\"n\": 1, \"trace_id\": \"" + id + "\"}");
  }

  private Optional<List<TimeRange>> ranges(String field, String value) {
    return await(lookup.ranges(field, value, null, null, new Abandonment()));
  }

  private boolean mayHold(String field, String value, long timeMicros) {
    return ranges(field, value).orElseThrow().stream()
        .anyMatch(range -> range.sinceMicros() <= timeMicros && timeMicros < range.untilMicros());
  }

  private static TimeRange at(long timeMicros) {
    return new TimeRange(timeMicros, timeMicros + 1);
  }

  @Test
  void shouldFindWhereAValueIsAndNotWhereItIsNot() {
    List<RecordBatch> batches = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      batches.add(Writer.batch(traced(TestRecords.NOW_MICROS - i * HOUR_MICROS, "id-" + i)));
    }
    batches.forEach(batch -> writer.write(request(batch)));
    int found = 0;
    for (int i = 0; i < 50; i++) {
      assertTrue(mayHold("trace_id", "id-" + i, TestRecords.NOW_MICROS - i * HOUR_MICROS));
      found += ranges("trace_id", "id-" + i).orElseThrow().size();
    }
    assertTrue(found < 60, "ranges: " + found);
    assertEquals(Optional.of(List.of()), ranges("http.id", "id-1"));
    assertEquals(Optional.empty(), ranges("other", "id-1"), "not registered");
  }

  @Test
  void shouldNeverMissAValueOfALargeBatchAndSeldomFindAnother() {
    List<LogRecord> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(traced(TestRecords.NOW_MICROS - i, "v" + i));
    }
    writer.write(request(RecordBatch.of(all)));
    assertEquals(1, database.number("SELECT count(*) FROM field_filters"));
    assertEquals(1500, database.number("SELECT octet_length(bits) FROM field_filters"));
    for (int i = 0; i < 1000; i++) {
      assertTrue(mayHold("trace_id", "v" + i, TestRecords.NOW_MICROS - i), "v" + i);
    }
    long wrong = 0;
    for (int i = 0; i < 1000; i++) {
      wrong += ranges("trace_id", "w" + i).orElseThrow().size();
    }
    assertTrue(wrong < 30, "of 1000 values that are not there, found " + wrong);
  }

  @Test
  void shouldKeepWithinTheTimesThatAreAskedFor() {
    writer.write(traced(TestRecords.NOW_MICROS, "a"), traced(TestRecords.NOW_MICROS - 1000, "a"));
    writer.write(traced(0, "a"));
    long now = TestRecords.NOW_MICROS;
    assertEquals(
        Optional.of(List.of(at(0), new TimeRange(now - 1000, now + 1))), ranges("trace_id", "a"));
    assertEquals(List.of(new TimeRange(now - 500, now)), between(now - 500, now));
    assertEquals(List.of(), between(1, now - 1000));
    assertEquals(List.of(at(now)), between(now, now + 5));
  }

  private List<TimeRange> between(long since, long until) {
    return await(lookup.ranges("trace_id", "a", since, until, new Abandonment())).orElseThrow();
  }

  @Test
  void shouldMakeAFilterForEachStretchOfTimesThatLieApart() {
    writer.write(
        traced(Timestamps.MIN_MICROS, "old"),
        traced(TestRecords.NOW_MICROS, "new"),
        traced(Timestamps.MAX_MICROS, "far"));
    assertEquals(3, database.number("SELECT count(*) FROM field_filters"));
    assertTrue(ranges("trace_id", "old").orElseThrow().contains(at(Timestamps.MIN_MICROS)));
    assertTrue(ranges("trace_id", "far").orElseThrow().contains(at(Timestamps.MAX_MICROS)));
    assertFalse(mayHold("trace_id", "new", 0));
  }

  @Test
  void shouldFindNumbersInAnySpellingAndElements() {
    writer.write(record(1, "{\"trace_id\": 1.50e1, \"http\": {\"id\": [\"x\", 7]}}"));
    for (String value : List.of("1.50e1", "15", "15.0", "1.5E1")) {
      assertTrue(mayHold("trace_id", value, 1), value);
    }
    for (String value : List.of("x", "7", "7.0")) {
      assertTrue(mayHold("http.id", value, 1), value);
    }
  }

  @Test
  void shouldFindWhatARecordWasChangedTo() {
    LogRecord record = traced(5, "before");
    writer.write(record);
    LogEditor editor = new LogEditor(database.database(), InstantSource.fixed(TestRecords.NOW));
    await(
        editor.update(
            AppAccess.ALL,
            record.id(),
            content ->
                new LogEditor.Content(
                    content.level(),
                    content.service(),
                    content.message(),
                    "{\"http.id\": \"after\"}")));
    assertTrue(mayHold("http.id", "after", 5));
  }

  @Test
  void shouldNotTellOfAFieldUntilAllRowsHaveTheirFilters() {
    List<LogRecord> old = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      old.add(record(TestRecords.NOW_MICROS - i * HOUR_MICROS, "{\"late\": \"v" + i + "\"}"));
    }
    writer.write(request(RecordBatch.of(old)));
    FieldIndex index = new FieldIndex(List.of("late"));
    assertEquals(1, await(database.database().write(index::register)));
    assertEquals(0, await(database.database().write(index::register)));
    writer.write(record(7, "{\"late\": \"new\"}"));
    assertEquals(Optional.empty(), ranges("late", "v1"));
    int steps = 0;
    while (await(database.database().write(index::backfill)) > 0 && steps < 20) {
      steps++;
    }
    assertTrue(steps < 20);
    for (int i = 0; i < 300; i++) {
      assertTrue(mayHold("late", "v" + i, TestRecords.NOW_MICROS - i * HOUR_MICROS), "v" + i);
    }
    assertTrue(mayHold("late", "new", 7));
  }

  @Test
  void shouldGoThroughLargeRowsInSteps() {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 10; i++) {
      writer.write(record(i, "{\"late\": \"v" + i + "\", \"x\": \"" + large + "\"}"));
    }
    FieldIndex index = new FieldIndex(List.of("late"));
    await(database.database().write(index::register));
    int steps = 0;
    while (await(database.database().write(index::backfill)) > 0) {
      steps++;
    }
    assertEquals(4, steps, "five rows at a time, and once more to see that there are none");
    for (int i = 0; i < 10; i++) {
      assertTrue(mayHold("late", "v" + i, i));
    }
  }

  /** Fields come while batches are under way, by processes that know nothing of one another. */
  @Test
  void shouldMissNothingThatIsStoredWhileFieldsAreRegistered() {
    List<LogRecord> all = new ArrayList<>();
    List<Future<WriteOutcome>> asked = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<LogRecord> batch = new ArrayList<>();
      for (int n = 0; n < 20; n++) {
        long time = TestRecords.NOW_MICROS - random.nextInt(1_000_000_000);
        batch.add(record(time, "{\"f%d\": \"v%d-%d\"}".formatted(n % 6, i, n)));
      }
      all.addAll(batch);
      asked.add(writer.ask(request(RecordBatch.of(batch))));
      if (i % 10 == 5) {
        await(database.database().write(new FieldIndex(List.of("f" + i / 10))::register));
        await(asked.get(i - 3));
      }
      if (i >= 8) {
        // No more than may wait.
        await(asked.get(i - 8));
      }
    }
    asked.forEach(one -> assertEquals(20, await(one).stored()));
    FieldIndex index = new FieldIndex(List.of());
    while (await(database.database().write(index::backfill)) > 0) {
      assertTrue(true, "until there is no more to do");
    }
    for (LogRecord record : all) {
      String field = record.metadata().substring(2, 4);
      String value = record.metadata().substring(8, record.metadata().length() - 2);
      assertTrue(mayHold(field, value, record.timestampMicros()), record.metadata());
    }
  }

  @Test
  void shouldWaitForATransactionThatDoesNotKnowTheField() {
    writer.write(record(1, "{}"));
    PgConnection slow = database.connect();
    await(slow.query("BEGIN; SELECT count(*) FROM indexed_fields").execute());
    FieldIndex index = new FieldIndex(List.of("late"));
    Future<Integer> registering = database.database().write(index::register);
    Eventually.value(
        "the lock",
        () -> database.number("SELECT count(*) FROM pg_locks WHERE NOT granted"),
        waiting -> waiting == 1);
    assertFalse(registering.isComplete());
    await(slow.query("COMMIT").execute());
    assertEquals(1, await(registering));
  }

  @Test
  void shouldForgetFiltersOfTimesBeforeTheOldestRow() {
    writer.write(traced(1000, "a"));
    writer.write(traced(2000, "b"));
    writer.write(traced(TestRecords.NOW_MICROS, "c"));
    database.sql("DELETE FROM logs WHERE \"timestamp\" < 'epoch'::timestamptz + interval '2 ms'");
    String forget = FieldIndex.FORGET.replace("$1", "100");
    assertEquals(1, database.sql(forget).rowCount());
    assertTrue(mayHold("trace_id", "b", 2000));
    database.sql("DELETE FROM logs");
    assertEquals(2, database.sql(forget).rowCount());
  }

  @Test
  void shouldSayNothingWhenTheStretchesAreTooMany() {
    database.sql(
        """
        INSERT INTO field_filters SELECT t, t, 1, 'trace_id', '\\xFF'
        FROM generate_series('2020-01-01'::timestamptz, '2020-01-01'::timestamptz + interval '1999 hours', '1 hour') t""");
    assertEquals(2000, ranges("trace_id", "a").orElseThrow().size());
    database.sql(
        "INSERT INTO field_filters VALUES ('2021-01-01', '2021-01-01', 1, 'trace_id', '\\xFF')");
    assertEquals(Optional.empty(), ranges("trace_id", "a"));
  }
}
