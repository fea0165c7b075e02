package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.persistence.SealCatalog.WrittenException;
import io.logagg.persistence.SealingSteps.Tally;
import io.logagg.persistence.StagedBlocks.StaleException;
import io.logagg.persistence.Staging.Limits;
import io.logagg.persistence.Staging.StillReadException;
import io.logagg.postgres.Abandonment;
import io.logagg.record.LogRecord;
import io.logagg.record.Timestamps;
import io.logagg.seal.SealedBlock.BlockKey;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What takes the place of a partition of rows while others read and write. */
final class StagingTest {
  private static final int RECORDS = 9000;

  private final SealedLogs sealing = new SealedLogs();
  private final KeptLogs logs = sealing.logs;
  private final PartitionRange range = PartitionRange.ofDay(logs.today.minusDays(5));
  private final SealMeters meters = new SealMeters(new Metrics());
  private final Lease lease =
      new Lease(logs.database().database(), Sealing.LEASE, new UUID(1, 2), 60_000);
  private final SealTransactions transactions =
      new SealTransactions(
          logs.database().vertx(), logs.database().database(), 0, lease, meters, new Abandonment());
  private final Staging staging =
      new Staging(transactions, meters, new Limits(0, 15), new Random(1));
  private List<String> before = List.of();
  private long counted;

  @BeforeEach
  void store() {
    List<LogRecord> many = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      many.add(logs.old(5, i % 7 == 0 ? "a" : "b"));
    }
    for (int i = 0; i < RECORDS; i += 1000) {
      logs.write(many.subList(i, i + 1000));
    }
    logs.database().sql("UPDATE commits SET stored_at = now() - interval '2 days'");
    before = sealing.seen(1000);
    assertTrue(logs.context().await(lease::hold));
  }

  @AfterEach
  void close() {
    sealing.close();
  }

  private boolean seal() {
    Tally tally =
        (connection, records) -> {
          counted += records;
          return Future.succeededFuture();
        };
    return logs.context().await(() -> staging.seal(range, tally));
  }

  private long tables(String like) {
    return logs.database()
        .number(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname LIKE '" + like + "'");
  }

  private void assertAllAreRows() {
    assertEquals(0, sealing.blocks());
    assertNothingStaged();
  }

  private void assertNothingStaged() {
    assertEquals(0, tables("staged\\_d%"));
    assertEquals(0, logs.database().number("SELECT count(*) FROM staged_partitions"));
    assertEquals(0, logs.database().number("SELECT count(*) FROM staging_disturbances"));
    assertEquals(
        0, logs.database().number("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'staging%'"));
  }

  private void assertAllSealed() {
    assertEquals(RECORDS, sealing.sealed());
    assertEquals(3, sealing.blocks());
    assertEquals(0, sealing.rows());
    assertEquals(RECORDS, counted);
    assertEquals(0, tables(range.table()));
    assertNothingStaged();
    assertEquals(before, sealing.seen(1000));
  }

  @Test
  void shouldPutBlocksIntoThePlaceOfRows() {
    assertTrue(seal());
    assertAllSealed();
    logs.write(logs.old(5, "late"));
    assertEquals(RECORDS + 1, sealing.seen(1000).size());
    assertFalse(seal(), "there are blocks of it");
    assertEquals(RECORDS + 1, sealing.seen(1000).size());
  }

  @Test
  void shouldLeaveRowsThatSomebodyMayFollow() {
    logs.write(logs.old(5, "late"));
    WrittenException e = assertThrows(WrittenException.class, this::seal);
    assertEquals(
        range.table() + ": not ended, or written to within the last 70 minutes", e.getMessage());
    assertAllAreRows();
  }

  @Test
  void shouldStageNothingThatHangsOnAnother() {
    logs.database().sql("CREATE VIEW of_somebody AS SELECT * FROM " + range.table());
    assertFalse(seal(), "its rows are moved some at a time");
    assertAllAreRows();
    assertEquals(before, sealing.seen(1000));
  }

  /** Whatever was the reason: rows are dropped only for as many in blocks. */
  @Test
  void shouldNotDropRowsThatAreInNoBlock() {
    assertThrowsWhileAnOldSnapshotIsThere();
    logs.database()
        .sql(
            "UPDATE staged_partitions SET done_at = NULL; DELETE FROM "
                + range.stagedTable()
                + " WHERE first_seq = (SELECT min(first_seq) FROM "
                + range.stagedTable()
                + ")");
    assertThrows(StaleException.class, this::seal);
    assertAllAreRows();
    assertEquals(before, sealing.seen(1000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DROP TABLE {rows}", "ALTER TABLE logs DETACH PARTITION {rows}"})
  void shouldForgetWhatIsNoPartitionAnyMore(String change) {
    assertThrowsWhileAnOldSnapshotIsThere();
    logs.database().sql(change.replace("{rows}", range.table()));
    logs.context().await(lease::release);
    sealing.pass();
    assertAllAreRows();
  }

  @Test
  void shouldLeaveNothingOfAnEmptyPartition() {
    logs.database().sql("DELETE FROM logs");
    assertTrue(seal());
    assertEquals(0, tables(range.table()));
    assertEquals(0, tables(range.blocksTable()));
    assertNothingStaged();
    logs.write(logs.old(5, "late"));
    assertEquals(1, sealing.rows());
  }

  /** A transaction that has read neither rows nor blocks yet, and must see each record once. */
  @Test
  void shouldWaitForSnapshotsThatAreOlderThanTheBlocks() {
    PgConnection reader = logs.database().connect();
    await(reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").execute());
    assertThrows(StillReadException.class, this::seal);
    assertThrows(StillReadException.class, this::seal);
    assertEquals(before, sealing.seen(1000));
    assertEquals(
        RECORDS,
        number(
            reader,
            "SELECT (SELECT count(*) FROM logs) + (SELECT coalesce(sum(n), 0) FROM blocks)"));
    await(reader.query("COMMIT").execute());
    assertTrue(seal());
    assertAllSealed();
  }

  @Test
  void shouldNotWaitForSnapshotsThatAreNewer() {
    PgConnection reader = logs.database().connect();
    await(reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").execute());
    assertThrows(StillReadException.class, this::seal);
    await(reader.query("COMMIT").execute());
    await(reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").execute());
    assertTrue(seal());
    assertEquals(
        RECORDS,
        number(
            reader,
            "SELECT (SELECT count(*) FROM logs) + (SELECT coalesce(sum(n), 0) FROM blocks)"));
    assertAllSealed();
  }

  /** Of a role that ours is no member of, PostgreSQL shows only whether it is in a transaction. */
  @Test
  void shouldWaitForTransactionsOfOtherRolesOnly() {
    logs.database()
        .sql(
            "CREATE ROLE logagg_reader; CREATE ROLE somebody LOGIN PASSWORD 'x' IN ROLE logagg_reader");
    try {
      PgConnection other = logs.database().connect("somebody", "x");
      await(other.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").execute());
      assertThrows(StillReadException.class, this::seal);
      await(other.query("COMMIT").execute());
      assertTrue(seal(), "it is connected, and no more");
      assertAllSealed();
      await(other.close());
    } finally {
      logs.database().sql("DROP ROLE somebody; DROP ROLE logagg_reader");
    }
  }

  @Test
  void shouldTakeHiddenSnapshotsToBeOverAfterAWhile() {
    PgConnection reader = logs.database().connect();
    await(reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").execute());
    assertThrows(StillReadException.class, this::seal);
    logs.database().sql("UPDATE staged_partitions SET done_at = now() - interval '16 minutes'");
    assertTrue(seal());
    assertAllSealed();
  }

  /** One who reads blocks before rows, or rows before blocks, in one transaction. */
  @ParameterizedTest
  @ValueSource(strings = {"SELECT count(*) FROM blocks", "SELECT count(*) FROM logs"})
  void shouldGiveWayToWhoHasReadOneOfBoth(String first) {
    PgConnection reader = logs.database().connect();
    assertThrowsWhileAnOldSnapshotIsThere();
    await(reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; " + first).execute());
    assertThrows(RuntimeException.class, this::seal);
    assertEquals(
        RECORDS,
        number(
            reader,
            "SELECT (SELECT count(*) FROM logs) + (SELECT coalesce(sum(n), 0) FROM blocks)"));
    await(reader.query("COMMIT").execute());
    assertTrue(seal());
    assertAllSealed();
  }

  private void assertThrowsWhileAnOldSnapshotIsThere() {
    PgConnection old = logs.database().connect();
    await(old.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").execute());
    assertThrows(StillReadException.class, this::seal);
    await(old.query("COMMIT").execute());
  }

  private static long number(PgConnection connection, String sql) {
    Row row = await(connection.query(sql).execute()).iterator().next();
    return ((Number) row.getValue(0)).longValue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM logs WHERE seq = (SELECT max(seq) FROM logs)",
        "UPDATE logs SET message = 'other' WHERE seq = (SELECT min(seq) FROM logs)",
        "INSERT INTO logs SELECT \"timestamp\", -1, received_at, app_id, level, service, 'more', '{}', '' FROM logs LIMIT 1",
        "TRUNCATE logs",
        "ALTER TABLE blocks ADD COLUMN more int",
        "DO $$ BEGIN EXECUTE (SELECT 'ALTER TABLE ' || relname || ' DISABLE TRIGGER ALL' FROM pg_class"
            + " WHERE relname LIKE 'logs\\_d%' AND relkind = 'r'); END $$"
      })
  void shouldGiveUpWhatIsChangedMeanwhile(String change) {
    assertThrowsWhileAnOldSnapshotIsThere();
    logs.database().sql(change);
    List<String> rows = logs.database().texts("SELECT message FROM logs ORDER BY seq");
    assertThrows(StaleException.class, this::seal);
    assertAllAreRows();
    assertEquals(0, counted);
    assertEquals(rows, logs.database().texts("SELECT message FROM logs ORDER BY seq"));
    assertFalse(seal(), "its rows are moved some at a time");
    assertAllAreRows();
  }

  @Test
  void shouldNotTakeATableForTheOneThatWasRead() {
    assertThrowsWhileAnOldSnapshotIsThere();
    logs.database().sql("DROP TABLE " + range.table());
    logs.write(logs.old(5, "new"));
    assertThrows(StaleException.class, this::seal);
    assertAllAreRows();
    assertEquals(1, sealing.rows());
  }

  @Test
  void shouldGoOnWithWhatAnotherProcessBegan() {
    logs.context()
        .await(
            () ->
                transactions.guarded(
                    connection ->
                        StagedBlocks.begin(connection, range)
                            .compose(
                                begun ->
                                    SealStep.copy(
                                        connection,
                                        range,
                                        new BlockKey(Timestamps.MIN_MICROS, 0)))));
    long staged = logs.database().number("SELECT sum(n) FROM " + range.stagedTable());
    assertTrue(staged > 0);
    assertEquals(before, sealing.seen(1000));
    assertTrue(seal());
    assertAllSealed();
  }

  @Test
  void shouldGoWithThePartition() {
    assertThrowsWhileAnOldSnapshotIsThere();
    logs.runByAge(2);
    assertNothingStaged();
    assertEquals(List.of(), sealing.seen(1000));
    assertEquals(0, tables(range.table()));
  }
}
