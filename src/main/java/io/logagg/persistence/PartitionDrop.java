package io.logagg.persistence;

import io.logagg.persistence.PartitionCatalog.Partition;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.retry.Backoff;
import io.logagg.telemetry.AuditLine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Drops whole partitions, rows and blocks, each in one transaction with all that is kept about its
 * time. Belongs to one context.
 *
 * <p>The order within the transaction is what keeps the counts exact while others write, and others
 * waiting for little. First the lock that folding takes: from now on only deltas can come to these
 * minutes. Then the folded counts go, which may take long and hinders nobody. Then the table is
 * dropped, which waits for all who are using {@code logs}, so that what they did is committed and
 * seen, and holds up all who come. Then the deltas go, of which there are few. A writer that waited
 * finds no partition, makes it anew, and stores with new deltas.
 */
final class PartitionDrop {
  /**
   * What the transaction cannot bear: a snapshot that stays the same, and an end that never comes.
   */
  private static final String BEGIN =
      """
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
      SET LOCAL idle_in_transaction_session_timeout = '60s';
      SET LOCAL lock_timeout = '10s'""";

  private static final String LOCK_FOLDING = "SELECT pg_advisory_xact_lock($1)";

  /** No app's limit changes until all is done. */
  private static final String LOCK_APPS =
      "SELECT id FROM apps WHERE deleted_at IS NULL ORDER BY id FOR SHARE";

  /** Whether some record in the minutes from $2 to $3 is not too old. */
  private static final String KEEPS =
      "WITH "
          + AppCutoffs.CTE
          + """
          SELECT EXISTS (
            SELECT FROM (
              SELECT minute, app_id FROM rollups WHERE minute >= $2 AND minute < $3 AND n > 0
              UNION ALL
              SELECT minute, app_id FROM rollup_deltas WHERE minute >= $2 AND minute < $3 AND n > 0) AS c
            JOIN apps a ON a.id = c.app_id AND a.deleted_at IS NULL
            LEFT JOIN cutoffs k ON k.id = c.app_id
            WHERE k.cutoff IS NULL OR c.minute >= k.cutoff)""";

  /**
   * What goes with a partition, by its range, before it: a table that knows something about the
   * records of a time gets its line here. Each answers how many records it counted.
   */
  private static final List<String> ALONG =
      List.of(
          """
          WITH gone AS (DELETE FROM rollups WHERE minute >= $1 AND minute < $2 RETURNING n)
          SELECT coalesce(sum(n), 0)::int8 FROM gone""",
          """
          WITH gone AS (DELETE FROM field_filters WHERE since >= $1 AND until < $2 RETURNING n)
          SELECT 0 * count(*) FROM gone""");

  private static final String DELETE_DELTAS =
      """
      WITH gone AS (DELETE FROM rollup_deltas WHERE minute >= $1 AND minute < $2 RETURNING n)
      SELECT coalesce(sum(n), 0)::int8 FROM gone""";

  private static final String NOTE =
      """
      UPDATE retention_totals SET dropped_partitions = dropped_partitions + 1,
        dropped_bytes = dropped_bytes + $1, removed_records = removed_records + $2""";

  /** The counts of a year may be millions. */
  private static final long LIMIT_MS = 600_000;

  private final Vertx vertx;
  private final Database database;
  private final Lease lease;
  private final @Nullable Integer maxAgeDays;
  private final Abandonment abandonment;

  /**
   * Drops nothing yet.
   *
   * @param maxAgeDays of apps without a limit of their own; null for ever
   * @param abandonment happens when the process stops
   */
  PartitionDrop(
      Vertx vertx,
      Database database,
      Lease lease,
      @Nullable Integer maxAgeDays,
      Abandonment abandonment) {
    this.vertx = vertx;
    this.database = database;
    this.lease = lease;
    this.maxAgeDays = maxAgeDays;
    this.abandonment = abandonment;
  }

  /** Why a partition goes. */
  enum Reason {
    /** All in it is too old; it stays if that is not so. */
    AGE,
    /** All partitions take too many bytes; it goes whatever is in it. */
    BYTES
  }

  /** Whether a partition holds a record that is not too old. */
  Future<Boolean> keeps(SqlConnection connection, PartitionRange range) {
    return connection
        .preparedQuery(KEEPS)
        .execute(
            Tuple.tuple()
                .addInteger(maxAgeDays)
                .addOffsetDateTime(range.start())
                .addOffsetDateTime(range.end()))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * Drops a partition, unless it goes for its age and something in it is to be kept; answers
   * whether it is gone. While others have locks on {@code logs} for long, it gives way and tries
   * again a few times; then it fails.
   */
  Future<Boolean> drop(Partition partition, Reason reason) {
    AuditLine audit =
        AuditLine.of("partition_dropped", "retention")
            .with("partition", partition.table())
            .with("reason", reason.name().toLowerCase(Locale.ROOT))
            .with("bytes", partition.bytes());
    return BriefLock.patiently(
            vertx,
            new Backoff(300, 5000, database.settings().random()),
            () ->
                database.write(
                    LIMIT_MS,
                    connection -> inTransaction(connection, partition, reason),
                    abandonment))
        .map(
            records -> {
              audit.with("records", records).log();
              return true;
            })
        .recover(
            e ->
                e instanceof KeptException
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(e));
  }

  /** Something in the partition is to be kept; all is rolled back. */
  private static final class KeptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeptException() {
      super("some records are to be kept", null, false, false);
    }
  }

  /** Answers how many records went. */
  private Future<Long> inTransaction(SqlConnection connection, Partition partition, Reason reason) {
    PartitionRange range = partition.range();
    return connection
        .query(BEGIN)
        .execute()
        .compose(begun -> lease.guard(connection))
        .compose(ours -> connection.preparedQuery(LOCK_FOLDING).execute(Tuple.of(Upkeep.FOLD_LOCK)))
        .compose(locked -> checkAge(connection, range, reason))
        .compose(tooOld -> deleteAlong(connection, range))
        .compose(
            folded ->
                connection
                    // The names are ours, see PartitionRange.
                    .query(
                        BriefLock.SQL
                            + "; DROP TABLE IF EXISTS "
                            + range.blocksTable()
                            + ", "
                            + range.table()
                            + ", "
                            + range.stagedTable())
                    .execute()
                    .compose(dropped -> StagedBlocks.forget(connection, range))
                    .compose(forgotten -> checkDeltas(connection, range, reason))
                    .compose(still -> count(connection, DELETE_DELTAS, range))
                    .map(deltas -> folded + deltas))
        .compose(
            records ->
                connection
                    .preparedQuery(NOTE)
                    .execute(Tuple.of(partition.bytes(), records))
                    .map(records));
  }

  private Future<Void> checkAge(SqlConnection connection, PartitionRange range, Reason reason) {
    return reason == Reason.BYTES
        ? Future.succeededFuture()
        : connection.query(LOCK_APPS).execute().compose(locked -> failIfKept(connection, range));
  }

  /** The folded counts are gone by now: what is found came in since. */
  private Future<Void> checkDeltas(SqlConnection connection, PartitionRange range, Reason reason) {
    return reason == Reason.BYTES ? Future.succeededFuture() : failIfKept(connection, range);
  }

  private Future<Void> failIfKept(SqlConnection connection, PartitionRange range) {
    return keeps(connection, range)
        .compose(
            keeps -> keeps ? Future.failedFuture(new KeptException()) : Future.succeededFuture());
  }

  private static Future<Long> deleteAlong(SqlConnection connection, PartitionRange range) {
    Future<Long> all = Future.succeededFuture(0L);
    for (String sql : ALONG) {
      all = all.compose(before -> count(connection, sql, range).map(now -> before + now));
    }
    return all;
  }

  private static Future<Long> count(SqlConnection connection, String sql, PartitionRange range) {
    return connection
        .preparedQuery(sql)
        .execute(Tuple.of(range.start(), range.end()))
        .map(rows -> rows.iterator().next().getLong(0));
  }
}
