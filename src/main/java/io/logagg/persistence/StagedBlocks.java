package io.logagg.persistence;

import io.logagg.record.Timestamps;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/**
 * The blocks of a partition of rows that are made aside, in a table that nobody reads, until they
 * take the place of the rows. Nothing locks the rows meanwhile: a trigger notes whether any of them
 * was changed. Each method is part of a transaction of the one who has the lease. Stateless.
 */
final class StagedBlocks {
  private static final String HAS_BLOCKS = "SELECT EXISTS (SELECT FROM {blocks})";

  private static final String IS_STAGED =
      "SELECT count(*) > 0 FROM staged_partitions WHERE partition = $1";

  /**
   * The triggers are there, and fire for all, and have not fired: it is another table if somebody
   * dropped the first one. It is still a partition, and the blocks are of today's form.
   */
  private static final String IS_AS_READ =
      """
      SELECT (SELECT count(*) = 2 FROM pg_trigger WHERE tgrelid = to_regclass($1)
          AND tgname IN ('staging_watch', 'staging_truncate_watch') AND tgenabled = 'A')
        AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass($1) AND inhparent = 'logs'::regclass)
        AND NOT EXISTS (SELECT FROM staging_disturbances WHERE partition = $1)
        AND EXISTS (SELECT FROM staged_partitions WHERE partition = $1)
        AND (SELECT array_agg(attname || ' ' || atttypid ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = to_regclass($2) AND attnum > 0 AND NOT attisdropped)
          = (SELECT array_agg(attname || ' ' || atttypid ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = 'blocks'::regclass AND attnum > 0 AND NOT attisdropped)""";

  /** Waits for all who are writing to the partition; who comes later fires the triggers. */
  private static final String BEGIN =
      BriefLock.SQL
          + """
          ;
          CREATE TABLE {staged} (LIKE blocks INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE);
          CREATE TRIGGER staging_watch AFTER INSERT OR UPDATE OR DELETE ON {rows}
            FOR EACH ROW EXECUTE FUNCTION logagg_note_disturbance();
          CREATE TRIGGER staging_truncate_watch AFTER TRUNCATE ON {rows}
            FOR EACH STATEMENT EXECUTE FUNCTION logagg_note_disturbance();
          ALTER TABLE {rows} ENABLE ALWAYS TRIGGER staging_watch, ENABLE ALWAYS TRIGGER staging_truncate_watch""";

  private static final String NOTE_BEGUN = "INSERT INTO staged_partitions (partition) VALUES ($1)";

  private static final String LAST =
      "SELECT until, last_seq FROM {staged} ORDER BY until DESC, last_seq DESC LIMIT 1";

  private static final String IS_DONE =
      "SELECT done_at IS NOT NULL FROM staged_partitions WHERE partition = $1";

  private static final String ARE_ALL_THERE =
      "SELECT (SELECT count(*) FROM {rows}) = (SELECT coalesce(sum(n), 0) FROM {staged})";

  private static final String NOTE_DONE =
      """
      UPDATE staged_partitions SET done_at = clock_timestamp(), done_xid = pg_current_xact_id()
      WHERE partition = $1 AND done_at IS NULL""";

  /**
   * Whether no snapshot is older than the last staged block, here or, as far as it says so, on a
   * standby. Of sessions of other roles it may be shown only that they are in a transaction: these
   * are believed to be over after {@code $2} minutes, as any are.
   */
  private static final String IS_SEEN_BY_ALL =
      """
      SELECT s.done_at <= now() - make_interval(mins => $2) OR NOT (
        EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid <> pg_backend_pid() AND (
          a.backend_type IN ('client backend', 'walsender') AND age(a.backend_xmin) >= age(s.done_xid::xid)
          OR a.backend_type IS NULL AND a.usesysid IS NOT NULL AND (
            a.datname = current_database() AND EXISTS (SELECT FROM pg_locks k WHERE k.pid = a.pid AND k.locktype = 'virtualxid')
            OR EXISTS (SELECT FROM pg_stat_replication r WHERE r.pid = a.pid))))
        OR EXISTS (SELECT FROM pg_replication_slots r WHERE age(r.xmin) >= age(s.done_xid::xid)))
      FROM staged_partitions s WHERE s.partition = $1""";

  /**
   * Who has read rows or blocks in a transaction is waited for, so that nobody sees the one without
   * the other. First what hinders nobody but a vacuum, then in the order in which most read.
   */
  private static final String LOCK =
      BriefLock.SQL
          + """
          ;
          LOCK TABLE {rows} IN SHARE UPDATE EXCLUSIVE MODE;
          LOCK TABLE ONLY blocks IN ACCESS EXCLUSIVE MODE;
          LOCK TABLE ONLY logs IN ACCESS EXCLUSIVE MODE;
          LOCK TABLE {rows} IN ACCESS EXCLUSIVE MODE""";

  private static final String COUNT = "SELECT count(*), coalesce(sum(n), 0)::int8 FROM {staged}";

  private static final String FORGET =
      """
      WITH undisturbed AS (DELETE FROM staging_disturbances WHERE partition = $1)
      DELETE FROM staged_partitions WHERE partition = $1""";

  private static final String DISCARD =
      BriefLock.SQL
          + """
          ;
          DROP TABLE IF EXISTS {staged};
          DO $$ BEGIN
            IF to_regclass('{rows}') IS NOT NULL THEN
              DROP TRIGGER IF EXISTS staging_watch ON {rows};
              DROP TRIGGER IF EXISTS staging_truncate_watch ON {rows};
            END IF;
          END $$""";

  private StagedBlocks() {}

  /** The partition is not as it was when its rows were read. */
  static final class StaleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleException(PartitionRange range) {
      super(range.table() + " was changed since its blocks were made", null, false, false);
    }
  }

  /**
   * What took the place of rows.
   *
   * @param records how many there are in the blocks
   */
  record Swapped(long blocks, long records) {}

  /**
   * Begins, or goes on with, a partition; whether it can be done: not where some of it is in blocks
   * already. Fails with a {@link StaleException} if it was begun and something has changed since,
   * with a {@link SealCatalog.WrittenException} if something was stored in it just now, and where
   * somebody writes for longer than a lock can wait.
   */
  static Future<Boolean> begin(SqlConnection connection, PartitionRange range) {
    return flag(connection, IS_STAGED, range.table())
        .compose(
            staged ->
                staged
                    ? failIfStale(connection, range).map(true)
                    : hasBlocks(connection, range)
                        .compose(
                            some ->
                                some
                                    ? Future.succeededFuture(false)
                                    : begun(connection, range).map(true)));
  }

  private static Future<Void> begun(SqlConnection connection, PartitionRange range) {
    return run(connection, BEGIN, range)
        .compose(there -> connection.preparedQuery(NOTE_BEGUN).execute(Tuple.of(range.table())))
        // Whoever was writing has ended, and is seen; who comes later is noted.
        .compose(noted -> SealCatalog.failIfWritten(connection, range))
        .mapEmpty();
  }

  private static Future<Boolean> hasBlocks(SqlConnection connection, PartitionRange range) {
    return BlockPartitions.isThere(connection, range)
        .compose(
            there ->
                there ? flag(connection, of(HAS_BLOCKS, range)) : Future.succeededFuture(false));
  }

  private static Future<Boolean> flag(SqlConnection connection, String sql, Object... parameters) {
    return connection
        .preparedQuery(sql)
        .execute(Tuple.from(parameters))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private static Future<Void> failIfStale(SqlConnection connection, PartitionRange range) {
    return flag(connection, IS_AS_READ, range.table(), range.stagedTable())
        .compose(asRead -> asRead ? Future.succeededFuture() : stale(range));
  }

  private static Future<Void> stale(PartitionRange range) {
    return Future.failedFuture(new StaleException(range));
  }

  private static Future<Void> run(SqlConnection connection, String sql, PartitionRange range) {
    return connection.query(of(sql, range)).execute().mapEmpty();
  }

  /** The names are ours, see {@link PartitionRange}. */
  private static String of(String sql, PartitionRange range) {
    return sql.replace("{rows}", range.table())
        .replace("{blocks}", range.blocksTable())
        .replace("{staged}", range.stagedTable());
  }

  /** The last record that is in a block; empty if there is none. */
  static Future<Optional<BlockKey>> last(SqlConnection connection, PartitionRange range) {
    return connection
        .preparedQuery(of(LAST, range))
        .execute()
        .map(
            rows -> rows.size() == 0 ? Optional.empty() : Optional.of(key(rows.iterator().next())));
  }

  private static BlockKey key(Row row) {
    return new BlockKey(Timestamps.micros(row.getOffsetDateTime(0)), row.getLong(1));
  }

  /**
   * All blocks are there, and committed before. Fails with a {@link StaleException} if they have
   * another number of records than there are rows, whyever that may be.
   */
  static Future<Void> noteDone(SqlConnection connection, PartitionRange range) {
    return flag(connection, IS_DONE, range.table())
        .compose(
            done ->
                done
                    ? Future.succeededFuture()
                    : flag(connection, of(ARE_ALL_THERE, range))
                        .compose(all -> all ? Future.succeededFuture() : stale(range))
                        .compose(
                            all ->
                                connection
                                    .preparedQuery(NOTE_DONE)
                                    .execute(Tuple.of(range.table())))
                        .mapEmpty());
  }

  /**
   * Whether all who read from now on can see the blocks, once they are in their place.
   *
   * @param minutes longer than any snapshot lives
   */
  static Future<Boolean> isSeenByAll(SqlConnection connection, PartitionRange range, int minutes) {
    return connection
        .preparedQuery(IS_SEEN_BY_ALL)
        .execute(Tuple.of(range.table(), minutes))
        .map(rows -> rows.size() == 1 && rows.iterator().next().getBoolean(0));
  }

  /**
   * Puts the blocks into the place of the rows, which are dropped. Fails with a {@link
   * StaleException} if these have changed, and where somebody reads or writes for longer than a
   * lock can wait.
   *
   * @param connection in a transaction that has {@link MoveLock#alone}
   */
  static Future<Swapped> swap(SqlConnection connection, PartitionRange range) {
    return connection
        .query(of(LOCK, range))
        .execute()
        .compose(locked -> failIfStale(connection, range))
        .compose(asRead -> connection.query(of(COUNT, range)).execute())
        .map(StagedBlocks::swapped)
        .compose(
            swapped ->
                run(connection, "DROP TABLE {rows}; DROP TABLE IF EXISTS {blocks}", range)
                    .compose(dropped -> attach(connection, range, swapped.blocks() > 0))
                    .compose(done -> forget(connection, range))
                    .compose(done -> SealCatalog.forget(connection, range))
                    .map(swapped));
  }

  private static Swapped swapped(RowSet<Row> counts) {
    Row row = counts.iterator().next();
    return new Swapped(row.getLong(0), row.getLong(1));
  }

  private static Future<Void> attach(
      SqlConnection connection, PartitionRange range, boolean hasBlocks) {
    return hasBlocks
        ? run(connection, "ALTER TABLE {staged} RENAME TO {blocks}", range)
            .compose(done -> Partitions.attach(connection, "blocks", range.blocksTable(), range))
        : run(connection, "DROP TABLE {staged}", range);
  }

  /** Nothing is known of it any more; its tables are gone. */
  static Future<Void> forget(SqlConnection connection, PartitionRange range) {
    return connection.preparedQuery(FORGET).execute(Tuple.of(range.table())).mapEmpty();
  }

  /** Does away with what was made; the rows are as they were. Waits for locks briefly. */
  static Future<Void> discard(SqlConnection connection, PartitionRange range) {
    return run(connection, DISCARD, range).compose(gone -> forget(connection, range));
  }

  /** Those that are begun. */
  static Future<List<PartitionRange>> begun(SqlConnection connection) {
    return connection
        .query("SELECT partition FROM staged_partitions")
        .execute()
        .map(SealCatalog::ranges);
  }
}
