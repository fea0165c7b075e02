package io.logagg.persistence;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockConditions;
import io.logagg.seal.BlockMatcher;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.BitSet;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Deletes all that a filter means, oldest first, in steps that are transactions of their own; or
 * only counts what it would delete. A step looks at a bounded stretch of rows, however few of them
 * are meant, so that none runs for long; and begins where the one before ended, so that no deleted
 * row is passed again. Used by one caller.
 */
public final class LogDeletion {
  private static final int FIRST_ROWS = 2_000;
  private static final int MIN_ROWS = 10;
  private static final int MAX_ROWS = 50_000;

  /** A step that is quicker is followed by a larger one, a slower by a smaller. */
  private static final long QUICK_MS = 500;

  private static final long SLOW_MS = 2_000;

  private final Database database;
  private final LogFilter filter;
  private final BlockMatcher matcher;
  private final OffsetDateTime receivedBefore;
  private final boolean deletes;
  private final Abandonment abandonment = new Abandonment();
  private @Nullable Key after;
  private int rows = FIRST_ROWS;
  private long matched;
  private boolean begun;

  /** See {@link MoveLock#movesBack}, as of the beginning of the pass; null before it. */
  private @Nullable String moves;

  private LogDeletion(
      Database database, LogFilter filter, long receivedBeforeMicros, boolean deletes) {
    this.database = database;
    this.filter = filter;
    this.matcher = new BlockMatcher(filter);
    this.receivedBefore = Timestamps.utc(receivedBeforeMicros);
    this.deletes = deletes;
  }

  static LogDeletion of(Database database, LogFilter filter, long receivedBeforeMicros) {
    return new LogDeletion(database, filter, receivedBeforeMicros, true);
  }

  /** One that deletes nothing. */
  static LogDeletion dryRun(Database database, LogFilter filter, long receivedBeforeMicros) {
    return new LogDeletion(database, filter, receivedBeforeMicros, false);
  }

  /** A place in the order of rows. */
  private record Key(OffsetDateTime time, long seq) {
    void bind(Sql sql, String comparison) {
      // The row comparison alone would not let PostgreSQL skip partitions.
      sql.add(" AND l.\"timestamp\" " + comparison + "= ").bind(time);
      sql.add(" AND (l.\"timestamp\", l.seq) " + comparison + (comparison.equals("<") ? "=" : ""));
      sql.add(" (").bind(time).add(", ").bind(seq).add(")");
    }
  }

  /** To be told when nobody waits for it any more: the step under way is the last then. */
  public Abandonment abandonment() {
    return abandonment;
  }

  /** Whether a step has been committed. */
  public boolean hasBegun() {
    return begun;
  }

  /** How many rows the steps that were committed have found. */
  public long matched() {
    return matched;
  }

  /** All steps; answers how many rows were deleted, or would have been. */
  public Future<Long> run() {
    Promise<Long> promise = Promise.promise();
    step(promise);
    return promise.future();
  }

  private void step(Promise<Long> promise) {
    long started = System.nanoTime();
    inTransaction(connection -> noteMoves(connection).compose(done -> step(connection)))
        .onSuccess(
            step -> {
              // Not before the commit: the step is done again if another stood in its way.
              begun = true;
              matched += step.matched();
              after = step.end();
              adapt((System.nanoTime() - started) / 1_000_000);
              if (step.end() == null) {
                blocks(null, promise);
              } else {
                step(promise);
              }
            })
        .onFailure(promise::fail);
  }

  /** Where nothing moves from rows to blocks meanwhile, if something is deleted. */
  private <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
    return deletes
        ? database.write(
            connection -> MoveLock.shared(connection).compose(held -> work.apply(connection)),
            abandonment)
        // A block is to be read as its header told.
        : database.snapshot(work, abandonment);
  }

  /** Goes on with blocks, one at a time: what was sealed meanwhile is among them. */
  private void blocks(@Nullable BlockKey behind, Promise<Long> promise) {
    inTransaction(connection -> block(connection, behind))
        .onSuccess(
            step -> {
              begun = true;
              matched += step.matched();
              if (step.first() != null) {
                blocks(step.first(), promise);
              } else if (step.sawAll()) {
                promise.complete(matched);
              } else {
                // What was moved to where this has been is found by another pass.
                moves = null;
                after = null;
                step(promise);
              }
            })
        .onFailure(promise::fail);
  }

  private Future<Void> noteMoves(SqlConnection connection) {
    return !deletes || moves != null
        ? Future.succeededFuture()
        : MoveLock.movesBack(connection).onSuccess(now -> moves = now).mapEmpty();
  }

  /**
   * What a step found in a block.
   *
   * @param first the key of its first record; null if there was none
   * @param sawAll if there was none: whether nothing was moved to where the pass had been
   */
  private record BlockStep(long matched, @Nullable BlockKey first, boolean sawAll) {}

  private Future<BlockStep> noMoreBlocks(SqlConnection connection) {
    return deletes
        ? MoveLock.movesBack(connection).map(now -> new BlockStep(0, null, now.equals(moves)))
        : Future.succeededFuture(new BlockStep(0, null, true));
  }

  private Future<BlockStep> block(SqlConnection connection, @Nullable BlockKey behind) {
    Sql sql = BlockTable.headers();
    BlockConditions.add(sql, filter);
    if (behind != null) {
      BlockTable.addBehind(sql, behind);
    }
    sql.add(" ORDER BY b.since, b.first_seq LIMIT 1");
    return BlockTable.headers(connection, sql)
        .compose(
            headers ->
                headers.isEmpty()
                    ? noMoreBlocks(connection)
                    : BlockTable.apps(connection, headers.get(0).apps())
                        .compose(apps -> matched(connection, headers.get(0), apps))
                        .map(count -> new BlockStep(count, headers.get(0).first(), false)));
  }

  private Future<Integer> matched(
      SqlConnection connection, Header header, Map<Integer, String> apps) {
    long before = Timestamps.micros(receivedBefore);
    Function<BlockRecords, BitSet> meant =
        records -> {
          BitSet rows = matcher.matches(records);
          for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
            if (records.record(row).receivedAtMicros() >= before) {
              rows.clear(row);
            }
          }
          return rows;
        };
    return deletes
        ? BlockEdit.remove(connection, header, apps, meant)
        : BlockEdit.count(connection, header, apps, meant);
  }

  private void adapt(long tookMs) {
    if (tookMs < QUICK_MS) {
      rows = Math.min(MAX_ROWS, 2 * rows);
    } else if (tookMs > SLOW_MS) {
      rows = Math.max(MIN_ROWS, rows / 4);
    }
  }

  /** What a step found, and the last row of its stretch; null if there is no more. */
  private record Step(long matched, @Nullable Key end) {}

  private Future<Step> step(SqlConnection connection) {
    return end(connection)
        .compose(
            end -> {
              Sql conditions = stretch();
              if (end != null) {
                end.bind(conditions, "<");
              }
              FilterSql.addLiveApps(conditions);
              FilterSql.addNames(conditions, filter);
              FilterSql.addRest(conditions, filter);
              conditions.add(" AND l.received_at < ").bind(receivedBefore);
              return (deletes
                      ? LogEditor.delete(connection, conditions)
                      : count(connection, conditions))
                  .map(count -> new Step(count, end));
            });
  }

  private static Future<Long> count(SqlConnection connection, Sql conditions) {
    return connection
        .preparedQuery("SELECT count(*) FROM logs l WHERE true" + conditions.text())
        .execute(Tuple.from(conditions.parameters()))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** The last row of this step's stretch; null if fewer are left. */
  private Future<@Nullable Key> end(SqlConnection connection) {
    Sql sql = new Sql().add("SELECT l.\"timestamp\", l.seq FROM logs l WHERE true");
    addStretch(sql);
    sql.add(" ORDER BY l.\"timestamp\", l.seq OFFSET ").bind(rows - 1).add(" LIMIT 1");
    return connection
        .preparedQuery(sql.text())
        .execute(Tuple.from(sql.parameters()))
        .map(
            found -> {
              if (found.size() == 0) {
                return null;
              }
              Row row = found.iterator().next();
              return new Key(row.getOffsetDateTime(0), row.getLong(1));
            });
  }

  private Sql stretch() {
    Sql sql = new Sql();
    addStretch(sql);
    return sql;
  }

  private void addStretch(Sql sql) {
    FilterSql.addRange(sql, "l.\"timestamp\"", filter.sinceMicros(), filter.untilMicros());
    Key from = after;
    if (from != null) {
      from.bind(sql, ">");
    }
  }
}
