package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.LogRecord;
import io.logagg.testing.Eventually;
import io.logagg.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is removed and what stays; the counts must be right with either. */
final class RetentionTest {
  private final KeptLogs logs = new KeptLogs();
  private final TestDatabase database = logs.database();

  @AfterEach
  void close() {
    logs.close();
  }

  private void assertLeft(String... messages) {
    assertEquals(List.of(messages), logs.messages());
    assertEquals(0, database.wrongRollups());
  }

  private static final String FOLD =
      """
      WITH taken AS (DELETE FROM rollup_deltas RETURNING *)
      INSERT INTO rollups AS r SELECT minute, app_id, level, service, sum(n) FROM taken GROUP BY 1, 2, 3, 4
      ON CONFLICT (minute, app_id, level, service) DO UPDATE SET n = r.n + excluded.n""";

  private void fold() {
    database.sql(FOLD);
  }

  private long dropped() {
    return database.number("SELECT dropped_partitions FROM retention_totals");
  }

  private long removed() {
    return database.number("SELECT removed_records FROM retention_totals");
  }

  @Test
  void shouldDropPartitionsOnceAllInThemIsTooOld() {
    logs.write(logs.old(0, "a"), logs.old(29, "a"), logs.old(30, "a"), logs.old(31, "a"));
    fold();
    logs.write(logs.old(31, "b"), logs.old(32, "b"));
    logs.runByAge(30);
    assertLeft("a0", "a29", "a30");
    assertEquals(2, dropped());
    assertEquals(3, removed());
    assertEquals(3, logs.partitions().size());
  }

  @Test
  void shouldKeepAllForEverWithoutAnyLimit() {
    logs.write(logs.old(0, "a"), logs.old(20_000, "a"));
    logs.runByAge(null);
    assertLeft("a0", "a20000");
  }

  @Test
  void shouldRemoveOldRowsFromAPartitionThatStays() {
    LocalDate first = logs.today.minusMonths(2).withDayOfMonth(1);
    LocalDate middle = first.withDayOfMonth(15);
    logs.makePartition(PartitionRange.ofMonth(first));
    List<LogRecord> old = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      // Several of the same time, so that chunks end among them.
      old.add(logs.record(first.plusDays(i / 2), Duration.ofSeconds(i / 4), "a", "old" + i));
    }
    logs.write(old);
    fold();
    logs.write(
        logs.record(middle.minusDays(1), Duration.ofHours(24).minusNanos(1000), "a", "last old"),
        logs.record(middle, Duration.ZERO, "a", "first kept"),
        logs.record(middle.plusDays(1), "a", "kept"));
    int days = (int) ChronoUnit.DAYS.between(middle, logs.today);
    logs.run(new RetentionLimits(days, 0), 3);
    assertLeft("kept", "first kept");
    assertEquals(0, dropped());
    assertEquals(26, removed());
  }

  @Test
  void shouldKeepAnAppLongerOrShorterThanTheOthers() {
    for (int days : new int[] {0, 3, 10, 40}) {
      logs.write(logs.old(days, "usual"), logs.old(days, "longer"), logs.old(days, "shorter"));
    }
    logs.keep("longer", 30);
    logs.keep("shorter", 2);
    fold();
    logs.runByAge(7);
    assertLeft("longer0", "shorter0", "usual0", "longer3", "usual3", "longer10");
    assertEquals(1, dropped());
  }

  @Test
  void shouldExpireAnAppAloneWhereTheOthersAreKeptForEver() {
    logs.write(logs.old(5, "a"), logs.old(5, "b"), logs.old(900, "b"));
    logs.keep("b", 4);
    logs.runByAge(null);
    assertLeft("a5");
    assertEquals(1, dropped());
  }

  @Test
  void shouldDropWhatOnlyADeletedAppHasLeft() {
    logs.write(logs.old(10, "gone"), logs.old(1, "a"));
    database.sql("UPDATE apps SET deleted_at = now(), retention_days = 999 WHERE name = 'gone'");
    logs.runByAge(7);
    assertLeft("a1");
    assertEquals(1, dropped());
  }

  @Test
  void shouldForgetCountsThatHaveComeToNothing() {
    logs.write(logs.old(5, "a"), logs.old(5, "b"));
    logs.keep("b", 4);
    fold();
    logs.runByAge(null);
    fold();
    assertEquals(1, database.number("SELECT count(*) FROM rollups WHERE n = 0"));
    logs.runByAge(null);
    assertEquals(0, database.number("SELECT count(*) FROM rollups WHERE n = 0"));
    assertLeft("a5");
  }

  @Test
  void shouldDropTheOldestWhileAllIsTooLargeButNeverTheOneOfNow() {
    for (int days = 0; days < 5; days++) {
      logs.write(logs.old(days, "a"));
    }
    logs.keep("a", 9999);
    long bytes =
        database.number(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'logs'::regclass");
    logs.run(new RetentionLimits(null, bytes), 1000);
    assertEquals(0, dropped());
    logs.run(new RetentionLimits(null, bytes - 1), 1000);
    assertLeft("a0", "a1", "a2", "a3");
    logs.run(new RetentionLimits(null, 1), 1000);
    assertLeft("a0");
    assertEquals(4, removed());
    assertTrue(database.number("SELECT dropped_bytes FROM retention_totals") > 0);
    assertEquals(1, database.number("SELECT partitions FROM retention_totals"));
  }

  @Test
  void shouldDoNothingWhileAnotherHasTheLease() {
    logs.write(logs.old(9, "a"));
    Retention first = logs.retention(new RetentionLimits(null, 0));
    Retention second = logs.retention(new RetentionLimits(7, 0));
    logs.context().await(first::pass);
    logs.context().await(second::pass);
    assertLeft("a9");
    logs.context().await(first::stop);
    logs.context().await(second::pass);
    assertLeft();
  }

  @Test
  void shouldKeepARecordThatIsStoredWhileItsPartitionIsBeingDropped() {
    logs.write(logs.old(9, "a"), logs.old(1, "kept"));
    logs.keep("kept", 100);
    fold();
    PgConnection other = database.connect();
    long app = database.number("SELECT id FROM apps WHERE name = 'kept'");
    await(
        other
            .query(
                """
                BEGIN;
                INSERT INTO logs SELECT "timestamp", 7, received_at, %d, level, service, 'late', metadata_, source_id
                FROM logs WHERE message = 'a9';
                INSERT INTO rollup_deltas SELECT minute, %d, level, service, 1 FROM rollups
                WHERE minute < now() - interval '5 days'"""
                    .formatted(app, app))
            .execute());
    Retention retention = logs.retention(new RetentionLimits(7, 0));
    Future<Void> pass = logs.context().start(retention::pass);
    Eventually.value("the drop that waits", this::waitingForAll, waiting -> waiting > 0);
    await(other.query("COMMIT").execute());
    await(pass);
    assertLeft("kept1", "late");
    assertEquals(0, dropped());
  }

  private long waitingForAll() {
    return database.number(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'");
  }

  @Test
  void shouldBringNoCountsBackByAFoldingUnderWay() {
    logs.write(logs.old(9, "a"), logs.old(9, "b"), logs.old(1, "a"));
    PgConnection folding = database.connect();
    String lock = "BEGIN; SELECT pg_advisory_xact_lock(" + Upkeep.FOLD_LOCK + "); ";
    await(folding.query(lock + FOLD).execute());
    Retention retention = logs.retention(new RetentionLimits(7, 0));
    Future<Void> pass = logs.context().start(retention::pass);
    Eventually.value(
        "something to wait for the folding",
        () -> database.number("SELECT count(*) FROM pg_locks WHERE NOT granted"),
        waiting -> waiting > 0);
    await(folding.query("COMMIT").execute());
    await(pass);
    assertLeft("a1");
    assertEquals(2, removed());
  }

  @Test
  void shouldDropNothingOnceTheLeaseIsLost() {
    logs.write(logs.old(9, "a"));
    PgConnection reader = database.connect();
    await(reader.query("BEGIN; SELECT count(*) FROM logs").execute());
    Retention retention = logs.retention(new RetentionLimits(7, 0));
    Future<Void> pass = logs.context().start(retention::pass);
    Eventually.value("the drop that waits", this::waitingForAll, waiting -> waiting > 0);
    // Between one try and the next.
    database.sql("UPDATE leases SET fence = fence + 1, holder = gen_random_uuid()");
    await(reader.query("COMMIT").execute());
    assertThrows(Lease.LostException.class, () -> await(pass));
    assertLeft("a9");
  }

  @Test
  void shouldGiveWayToWritersWhileAReaderHoldsUpTheDrop() {
    logs.write(logs.old(9, "a"), logs.old(0, "a"));
    PgConnection reader = database.connect();
    await(reader.query("BEGIN; SELECT count(*) FROM logs").execute());
    Retention retention = logs.retention(new RetentionLimits(7, 0));
    Future<Void> pass = logs.context().start(retention::pass);
    Eventually.value("the drop that waits", this::waitingForAll, waiting -> waiting > 0);
    // Far longer than the drop waits, and all of them behind it.
    for (int i = 0; i < 10; i++) {
      logs.write(logs.record(logs.today, "a", "more" + i));
    }
    assertFalse(pass.isComplete());
    assertEquals(12, database.number("SELECT count(*) FROM logs"));
    await(reader.query("COMMIT").execute());
    await(pass);
    assertEquals(1, dropped());
    assertEquals(11, database.number("SELECT count(*) FROM logs"));
    assertEquals(0, database.wrongRollups());
  }

  @Test
  void shouldRemoveTheRowsOfAPartitionThatCannotBeDropped() {
    logs.write(logs.old(9, "a"), logs.old(0, "a"));
    database.sql("CREATE VIEW mine AS SELECT * FROM " + logs.partitions().get(0));
    logs.runByAge(7);
    assertLeft("a0");
    assertEquals(0, dropped());
  }
}
