package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done now and then: folding rollups, forgetting old keys and commits, removing the
 * rows of deleted apps, bounding the dead letters. Each job is a short transaction under a lock of
 * its own, so any number of processes may run this and one of them does it. Belongs to one context.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** The first of as many lock numbers as there are jobs. */
  private static final long FIRST_LOCK = 0x6C6F_6761_6770L;

  /**
   * Held while rollups are folded. Whoever removes counts holds it too, or a fold under way would
   * bring them back.
   */
  static final long FOLD_LOCK = FIRST_LOCK;

  /** A job that did this much is done again at once. */
  static final int CHUNK_ROWS = 20_000;

  private static final String FOLD_ROLLUPS =
      """
      WITH taken AS (
        DELETE FROM rollup_deltas WHERE ctid = ANY (ARRAY(SELECT ctid FROM rollup_deltas LIMIT $1)) RETURNING *
      )
      INSERT INTO rollups AS r (minute, app_id, level, service, n)
      SELECT minute, app_id, level, service, sum(n) FROM taken GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      ON CONFLICT (minute, app_id, level, service) DO UPDATE SET n = r.n + excluded.n""";

  private static final String FORGET_DEDUPE =
      """
      DELETE FROM dedupe WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM dedupe WHERE seen_at < now() - interval '25 hours' LIMIT $1))""";

  private static final String FORGET_REQUESTS =
      """
      DELETE FROM idempotent_requests WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotent_requests WHERE seen_at < now() - interval '25 hours' LIMIT $1))""";

  private static final String FORGET_BODIES =
      """
      DELETE FROM seen_bodies WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM seen_bodies WHERE seen_at < now() - interval '25 hours' LIMIT $1))""";

  /** Those without a stream entry; the others go when the stream has moved past them. */
  private static final String FORGET_UNPLACED_ENTRIES =
      """
      DELETE FROM stored_entries WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM stored_entries
        WHERE entry_ms IS NULL AND stored_at < now() - interval '24 hours' LIMIT $1))""";

  private final Vertx vertx;
  private final Database database;
  private final int haste;
  private final List<Long> timers = new ArrayList<>();
  private int jobs;

  /**
   * For one context.
   *
   * @param haste how many times as often as usual the jobs are done; 1 but in tests
   */
  Upkeep(Vertx vertx, Database database, int haste) {
    this.vertx = vertx;
    this.database = database;
    this.haste = haste;
  }

  /**
   * Starts all jobs.
   *
   * @param bound what is kept of the dead letters
   * @param index the fields that are to have filters
   */
  void start(DeadLetterBound bound, FieldIndex index) {
    // The first of all, which gives it its lock.
    every(2_000, "folding rollups", connection -> chunk(connection, FOLD_ROLLUPS));
    every(60_000, "forgetting dedupe keys", connection -> chunk(connection, FORGET_DEDUPE));
    every(60_000, "forgetting requests", connection -> chunk(connection, FORGET_REQUESTS));
    every(60_000, "forgetting bodies", connection -> chunk(connection, FORGET_BODIES));
    every(60_000, "forgetting entries", connection -> chunk(connection, FORGET_UNPLACED_ENTRIES));
    every(60_000, "forgetting commits", connection -> CommitPurge.step(connection, CHUNK_ROWS));
    every(10_000, "bounding the dead letters", bound::enforce);
    every(30_000, "registering fields", index::register);
    every(5_000, "making filters for older rows", connection -> index.backfill(connection));
    every(60_000, "forgetting filters", connection -> chunk(connection, FieldIndex.FORGET));
    every(5_000, "removing rows of deleted apps", new AppPurge(CHUNK_ROWS)::step);
  }

  private static Future<Integer> chunk(SqlConnection connection, String sql) {
    return execute(connection, sql, Tuple.of(CHUNK_ROWS));
  }

  private static Future<Integer> execute(SqlConnection connection, String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters).map(rows -> rows.rowCount());
  }

  private void every(long periodMs, String name, Function<SqlConnection, Future<Integer>> job) {
    long lock = FIRST_LOCK + jobs++;
    Job task = new Job(name, lock, job);
    timers.add(vertx.setPeriodic(periodMs / haste, id -> task.run()));
  }

  private final class Job {
    private final String name;
    private final long lock;
    private final Function<SqlConnection, Future<Integer>> work;
    private boolean running;

    Job(String name, long lock, Function<SqlConnection, Future<Integer>> work) {
      this.name = name;
      this.lock = lock;
      this.work = work;
    }

    void run() {
      if (running || !database.isReady()) {
        return;
      }
      running = true;
      database
          .write(this::locked)
          .onComplete(
              result -> {
                running = false;
                if (result.failed()) {
                  LOG.debug("{}: {}", name, result.cause().getMessage());
                } else if (result.result() >= CHUNK_ROWS) {
                  run();
                }
              });
    }

    private Future<Integer> locked(SqlConnection connection) {
      return connection
          .preparedQuery("SELECT pg_try_advisory_xact_lock($1)")
          .execute(Tuple.of(lock))
          .compose(
              rows ->
                  rows.iterator().next().getBoolean(0)
                      ? work.apply(connection)
                      : Future.succeededFuture(0));
    }
  }

  void stop() {
    timers.forEach(vertx::cancelTimer);
  }
}
