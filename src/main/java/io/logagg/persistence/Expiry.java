package io.logagg.persistence;

import static java.util.Objects.requireNonNullElse;

import io.logagg.persistence.PartitionCatalog.Partition;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.postgres.Steps;
import io.logagg.seal.SealedBlock.BlockKey;
import io.logagg.telemetry.AuditLine;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Removes the rows that are too old for their app from partitions that must stay, oldest first, in
 * transactions of bounded size that correct the counts as well. The counts per minute lead to where
 * such rows are. Belongs to one context.
 */
final class Expiry {
  /** How many rows of any app one step looks through, about; a minute at the least. */
  private static final int LOOK_AT_ROWS = 200_000;

  /** Until what comes in too late is looked for again. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** The first minute from $2 to $3 in which some record is too old. */
  private static final String FIRST_MINUTE =
      "WITH "
          + AppCutoffs.CTE
          + """
          SELECT min(minute) FROM (
            (SELECT c.minute FROM rollups c JOIN cutoffs k ON k.id = c.app_id AND c.minute < k.cutoff
             WHERE c.minute >= $2 AND c.minute < $3 AND c.n > 0 ORDER BY c.minute LIMIT 1)
            UNION ALL
            (SELECT c.minute FROM rollup_deltas c JOIN cutoffs k ON k.id = c.app_id AND c.minute < k.cutoff
             WHERE c.minute >= $2 AND c.minute < $3 AND c.n > 0 ORDER BY c.minute LIMIT 1)) AS found""";

  /** Up to where there are about $3 rows from $1 on, but not beyond $2. */
  private static final String STRETCH =
      """
      SELECT max(minute) + interval '1 minute' FROM (
        SELECT minute, sum(sum(n)) OVER (ORDER BY minute) AS total FROM rollups
        WHERE minute >= $1 AND minute < $2 GROUP BY minute) AS running
      WHERE total <= $3""";

  private static final String DELETE =
      "WITH "
          + AppCutoffs.CTE
          + """
          , victim AS MATERIALIZED (
            SELECT l."timestamp", l.seq, l.app_id FROM logs l JOIN cutoffs k ON k.id = l.app_id
            WHERE l."timestamp" >= $2 AND l."timestamp" < $3 AND l."timestamp" < k.cutoff
            ORDER BY l."timestamp", l.seq LIMIT $4
          ), gone AS (
            DELETE FROM logs l USING victim v
            WHERE l."timestamp" = v."timestamp" AND l.seq = v.seq AND l.app_id = v.app_id
              AND l."timestamp" >= $2 AND l."timestamp" < $3
            RETURNING l."timestamp", l.app_id, l.level, l.service
          ), delta AS (
            INSERT INTO rollup_deltas (minute, app_id, level, service, n)
            SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, -count(*)
            FROM gone GROUP BY 1, 2, 3, 4
          ), noted AS (
            UPDATE retention_totals SET removed_records = removed_records + (SELECT count(*) FROM gone)
          )
          SELECT g.app_id, a.name, count(*) AS removed, (SELECT max("timestamp") FROM gone) AS last
          FROM gone g JOIN apps a ON a.id = g.app_id GROUP BY 1, 2""";

  /** Counts that have come to nothing; whoever adds to one meanwhile keeps it. */
  private static final String DELETE_EMPTY_COUNTS =
      """
      DELETE FROM rollups WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM rollups WHERE minute >= $1 AND minute < $2 AND n = 0 LIMIT $3)) AND n = 0""";

  private final Database database;
  private final Lease lease;
  private final @Nullable Integer maxAgeDays;
  private final int chunkRows;
  private final Abandonment abandonment;

  /** When the partitions in which nothing was left to do were looked at, by their tables. */
  private final Map<String, Long> doneNanos = new HashMap<>();

  private long cutoffsHash;

  /**
   * Removes nothing yet.
   *
   * @param maxAgeDays of apps without a limit of their own; null for ever
   * @param chunkRows how many rows one transaction removes at most
   * @param abandonment happens when the process stops
   */
  Expiry(
      Database database,
      Lease lease,
      @Nullable Integer maxAgeDays,
      int chunkRows,
      Abandonment abandonment) {
    this.database = database;
    this.lease = lease;
    this.maxAgeDays = maxAgeDays;
    this.chunkRows = chunkRows;
    this.abandonment = abandonment;
  }

  /** Tells what holds from now on. */
  void begin(AppCutoffs cutoffs) {
    if (cutoffs.hash() != cutoffsHash) {
      cutoffsHash = cutoffs.hash();
      doneNanos.clear();
    }
  }

  /** Whether nothing was left to do in a partition, a short time ago. */
  boolean isDone(Partition partition) {
    Long at = doneNanos.get(partition.table());
    return at != null && System.nanoTime() - at < LOOK_AGAIN_NANOS;
  }

  /** Removes all rows of a partition that are too old. */
  Future<Void> run(Partition partition) {
    Removed removed = new Removed(partition);
    return deleteEmptyCounts(partition.range())
        .compose(done -> steps(partition.range(), removed))
        .compose(done -> blocks(partition.range(), removed))
        .onSuccess(done -> doneNanos.put(partition.table(), System.nanoTime()))
        .onComplete(done -> removed.log());
  }

  private Future<Void> deleteEmptyCounts(PartitionRange range) {
    return database.write(
        connection ->
            lease
                .guard(connection)
                .compose(
                    ours ->
                        connection
                            .preparedQuery(DELETE_EMPTY_COUNTS)
                            .execute(Tuple.of(range.start(), range.end(), chunkRows)))
                .mapEmpty(),
        abandonment);
  }

  private Future<Void> steps(PartitionRange range, Removed removed) {
    AtomicReference<@Nullable OffsetDateTime> from = new AtomicReference<>();
    return Steps.whileMore(
        () ->
            database
                .write(
                    connection ->
                        step(connection, range, requireNonNullElse(from.get(), range.start())),
                    abandonment)
                .map(
                    step -> {
                      // Not before the commit: it is done again if another stood in its way.
                      step.removed().forEach(removed::add);
                      OffsetDateTime next = step.next();
                      from.set(next);
                      return next != null;
                    }));
  }

  /** Those of blocks, behind those of rows: what was sealed meanwhile is among them. */
  private Future<Void> blocks(PartitionRange range, Removed removed) {
    AtomicReference<@Nullable BlockKey> after = new AtomicReference<>();
    return Steps.whileMore(
        () ->
            database
                .write(connection -> blockStep(connection, range, after.get()), abandonment)
                .map(
                    step -> {
                      step.removed()
                          .forEach(
                              (app, count) ->
                                  removed.add(
                                      new App(app, step.names().getOrDefault(app, "")), count));
                      after.set(step.last());
                      return step.last() != null;
                    }));
  }

  private Future<BlockExpiry.Step> blockStep(
      SqlConnection connection, PartitionRange range, @Nullable BlockKey after) {
    return lease
        .guard(connection)
        .compose(ours -> MoveLock.shared(connection))
        .compose(held -> BlockExpiry.step(connection, range, after, maxAgeDays));
  }

  /** An app that lost rows. */
  private record App(int id, String name) {}

  /**
   * What a step did.
   *
   * @param next where another begins; null if there is no more to do
   */
  private record Step(Map<App, Long> removed, @Nullable OffsetDateTime next) {}

  private Future<Step> step(SqlConnection connection, PartitionRange range, OffsetDateTime from) {
    return lease
        .guard(connection)
        .compose(ours -> MoveLock.shared(connection))
        .compose(held -> firstMinute(connection, range, from))
        .compose(
            minute ->
                minute == null
                    ? Future.succeededFuture(new Step(Map.of(), null))
                    : stretch(connection, range, minute)
                        .compose(end -> delete(connection, latest(minute, from), end)));
  }

  private Future<@Nullable OffsetDateTime> firstMinute(
      SqlConnection connection, PartitionRange range, OffsetDateTime from) {
    return connection
        .preparedQuery(FIRST_MINUTE)
        .execute(
            Tuple.tuple()
                .addInteger(maxAgeDays)
                .addOffsetDateTime(from.truncatedTo(ChronoUnit.MINUTES))
                .addOffsetDateTime(range.end()))
        .map(rows -> rows.iterator().next().getOffsetDateTime(0));
  }

  private static Future<OffsetDateTime> stretch(
      SqlConnection connection, PartitionRange range, OffsetDateTime minute) {
    OffsetDateTime limit = minute.plusDays(1);
    return connection
        .preparedQuery(STRETCH)
        .execute(Tuple.of(minute, limit.isBefore(range.end()) ? limit : range.end(), LOOK_AT_ROWS))
        .map(
            rows -> {
              @Nullable OffsetDateTime end = rows.iterator().next().getOffsetDateTime(0);
              return end == null ? minute.plusMinutes(1) : end;
            });
  }

  private static OffsetDateTime latest(OffsetDateTime one, OffsetDateTime other) {
    return one.isAfter(other) ? one : other;
  }

  private Future<Step> delete(SqlConnection connection, OffsetDateTime from, OffsetDateTime end) {
    return connection
        .preparedQuery(DELETE)
        .execute(
            Tuple.tuple()
                .addInteger(maxAgeDays)
                .addOffsetDateTime(from)
                .addOffsetDateTime(end)
                .addInteger(chunkRows))
        .map(
            rows -> {
              Map<App, Long> removed = new HashMap<>();
              long sum = 0;
              OffsetDateTime next = end;
              for (Row row : rows) {
                removed.put(new App(row.getInteger(0), row.getString(1)), row.getLong(2));
                sum += row.getLong(2);
                next = row.getOffsetDateTime(3);
              }
              return new Step(removed, sum < chunkRows ? end : next);
            });
  }

  /** What was removed from a partition, for the audit. */
  private static final class Removed {
    private final Partition partition;
    private final AuditLine audit;
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, Long> counts = new TreeMap<>();

    Removed(Partition partition) {
      this.partition = partition;
      this.audit = AuditLine.of("records_expired", "retention");
    }

    void add(App app, long count) {
      names.put(app.id(), app.name());
      counts.merge(app.id(), count, Long::sum);
    }

    void log() {
      counts.forEach(
          (id, count) ->
              audit
                  .with("partition", partition.table())
                  .with("app", names.get(id))
                  .with("app_id", id)
                  .with("records", count)
                  .log());
    }
  }
}
