package io.logagg.persistence;

import static io.logagg.persistence.Writer.request;
import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The jobs in the background, as fast as the test wants them. */
final class UpkeepTest {
  private final Writer writer = Writer.open();
  private final TestDatabase database = writer.database();
  private final TestRecords records = new TestRecords(1);
  private final OnContext context = new OnContext(database.vertx());

  @AfterEach
  void close() {
    writer.close();
  }

  private Upkeep start() {
    return context.get(
        () -> {
          Upkeep upkeep = new Upkeep(database.vertx(), database.database(), 100);
          upkeep.start(new DeadLetterBound(10, 1000), new FieldIndex(List.of()));
          return upkeep;
        });
  }

  private void awaitNumber(String sql, long expected) {
    Eventually.value(sql, () -> database.number(sql), number -> number == expected);
  }

  @Test
  void shouldFoldDeltasWithoutChangingAnySum() {
    Upkeep one = start();
    Upkeep other = start();
    for (int i = 0; i < 30; i++) {
      writer.write(request(records.batch(100)));
      assertEquals(0, database.wrongRollups());
    }
    awaitNumber("SELECT count(*) FROM rollup_deltas", 0);
    assertEquals(3000, database.number("SELECT sum(n)::int8 FROM rollups"));
    assertEquals(0, database.wrongRollups());
    context.await(() -> Future.succeededFuture(stop(one, other)));
  }

  private static Void stop(Upkeep... all) {
    for (Upkeep upkeep : all) {
      upkeep.stop();
    }
    return null;
  }

  @Test
  void shouldFoldMoreThanOneChunkAtOnce() {
    database.sql(
        """
        INSERT INTO rollup_deltas SELECT date_trunc('minute', now()), 1, 'INFO', '', 1
        FROM generate_series(1, 45000)""");
    start();
    awaitNumber("SELECT count(*) FROM rollup_deltas", 0);
    assertEquals(45_000, database.number("SELECT n FROM rollups"));
  }

  @Test
  void shouldRemoveDeletedAppsWithAllThatIsTheirs() {
    writer.write(records.of("gone", "1"), records.of("stays", "2"));
    int id = (int) database.number("SELECT id FROM apps WHERE name = 'gone'");
    AppStore store = new AppStore(database.database());
    await(store.update(AppAccess.ALL, id, app -> new AppStore.AppDraft("renamed", null, null)));
    await(store.delete(AppAccess.ALL, id, true));
    start();
    awaitNumber("SELECT count(*) FROM apps", 1);
    assertEquals(List.of("stays:2"), writer.messages());
    assertEquals(0, database.number("SELECT count(*) FROM app_renames"));
    awaitNumber("SELECT count(*) FROM rollup_deltas", 0);
    assertEquals(1, database.number("SELECT sum(n)::int8 FROM rollups"));
  }

  @Test
  void shouldRemoveTheRowsOfDeletedAppsFromManyPartitions() {
    List<LogRecord> all = new ArrayList<>();
    for (int day = 0; day < 100; day++) {
      long time = TestRecords.NOW_MICROS - day * 86_400_000_000L;
      all.add(records.at(time, "gone", "1"));
      all.add(records.at(time + 1, day % 10 == 0 ? "stays" : "gone too", "2"));
    }
    writer.write(request(RecordBatch.of(all)));
    AppStore store = new AppStore(database.database());
    for (String app : List.of("gone", "gone too")) {
      int id = (int) database.number("SELECT id FROM apps WHERE name = '%s'".formatted(app));
      await(store.delete(AppAccess.ALL, id, true));
    }
    start();
    awaitNumber("SELECT count(*) FROM apps", 1);
    assertEquals(10, writer.rows());
    assertEquals(0, database.wrongRollups());
  }

  /** A chunk that is full is not the last of its stretch. */
  @Test
  void shouldRemoveAllRowsOfAMinuteThatHasManyChunks() {
    List<LogRecord> all = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      all.add(records.of("gone", "m" + i));
    }
    writer.write(request(RecordBatch.of(all)));
    await(
        new AppStore(database.database())
            .delete(AppAccess.ALL, (int) database.number("SELECT id FROM apps"), true));
    AppPurge purge = new AppPurge(10);
    int steps = 0;
    while (await(database.database().write(purge::step)) > 0 && steps < 20) {
      steps++;
    }
    assertEquals(4, steps, "three chunks, and once more from the start");
    assertEquals(0, writer.rows());
    assertEquals(0, database.number("SELECT count(*) FROM apps"));
    assertEquals(0, database.wrongRollups());
  }

  @Test
  void shouldForgetOnlyWhatIsOldEnough() {
    database.sql(
        """
        INSERT INTO dedupe (key, record_id, seen_at)
        SELECT gen_random_uuid(), gen_random_uuid(), now() - h * interval '1 hour' FROM generate_series(0, 48) h;
        INSERT INTO stored_entries (key, entry_ms, stored_at)
        SELECT gen_random_uuid(), e, now() - h * interval '1 hour'
        FROM generate_series(0, 48) h, (VALUES (NULL), (7)) AS v(e);
        INSERT INTO idempotent_requests (key, holder, held_until, seen_at)
        SELECT gen_random_uuid(), gen_random_uuid(), now(), now() - h * interval '1 hour' FROM generate_series(0, 48) h;
        INSERT INTO seen_bodies (body, key, seen_at)
        SELECT gen_random_uuid(), gen_random_uuid(), now() - h * interval '1 hour' FROM generate_series(0, 48) h""");
    start();
    awaitNumber("SELECT count(*) FROM dedupe", 25);
    awaitNumber("SELECT count(*) FROM idempotent_requests", 25);
    awaitNumber("SELECT count(*) FROM seen_bodies", 25);
    awaitNumber("SELECT count(*) FROM stored_entries WHERE entry_ms IS NULL", 24);
    assertEquals(49, database.number("SELECT count(*) FROM stored_entries WHERE entry_ms = 7"));
  }

  @Test
  void shouldKeepTheNewestDeadLetters() {
    insertLetters(30, 1);
    start();
    awaitNumber("SELECT count(*) FROM dead_letters", 10);
    assertEquals(
        10,
        database.number("SELECT count(*) FROM dead_letters WHERE right(id::text, 2)::int > 20"));
  }

  @Test
  void shouldKeepTheDeadLettersWithinTheirBytes() {
    insertLetters(8, 300);
    start();
    awaitNumber("SELECT count(*) FROM dead_letters", 3);
    awaitNumber("SELECT dropped FROM dead_letter_totals", 5);
    assertEquals(
        List.of("3 900 5 1500"),
        database.texts(
            "SELECT concat_ws(' ', kept, kept_bytes, dropped, dropped_bytes) FROM dead_letter_totals"));
    assertEquals(
        3, database.number("SELECT count(*) FROM dead_letters WHERE right(id::text, 2)::int > 5"));
  }

  @Test
  void shouldKeepTheNewestDeadLetterThoughItIsTooLarge() {
    insertLetters(2, 3000);
    start();
    awaitNumber("SELECT count(*) FROM dead_letters", 1);
    awaitNumber("SELECT kept_bytes FROM dead_letter_totals", 3000);
    assertEquals(
        1, database.number("SELECT count(*) FROM dead_letters WHERE right(id::text, 2) = '02'"));
  }

  private void insertLetters(int count, int bytes) {
    database.sql(
        """
        INSERT INTO dead_letters (id, payload, kind, reason, source, first_seen, last_seen)
        SELECT ('00000000-0000-8000-8000-' || lpad(n::text, 12, '0'))::uuid, convert_to(repeat('x', {bytes}), 'UTF8'),
          'other', 'r', 's', now(), now()
        FROM generate_series(1, {count}) n"""
            .replace("{bytes}", String.valueOf(bytes))
            .replace("{count}", String.valueOf(count)));
  }
}
