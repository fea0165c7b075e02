package io.logagg.postgres;

import io.logagg.retry.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, for all but the writers' own connections. It may be away at any time, the start
 * included: {@link #open} goes on trying to bring the schema up to date, and until then everything
 * fails at once. Thread-safe.
 */
public final class Database {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** So often a transaction that others stood in the way of is tried. */
  private static final int MAX_TRIES = 5;

  /** Apart from the readers', so that slow queries never hold up what ingest needs. */
  private static final int WRITER_POOL_SIZE = 2;

  private static final String BEGIN_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

  private static final String NOT_YET = "not connected yet";

  private final Vertx vertx;
  private final PostgresSettings settings;
  private final ConnectionPool readers;

  /** For the writers' small questions, which must not wait for anybody's slow ones. */
  private final ConnectionPool lookups;

  private final ConnectionPool writers;
  private final AtomicLong conflicts = new AtomicLong();
  private final Promise<Void> ready = Promise.promise();
  private volatile boolean isReady;
  private volatile boolean closed;
  private volatile @Nullable String problem = NOT_YET;

  private Database(Vertx vertx, PostgresSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    this.readers = ConnectionPool.open(vertx, settings, "query", settings.poolSize());
    this.lookups = ConnectionPool.open(vertx, settings, "lookup", 1);
    this.writers = ConnectionPool.open(vertx, settings, "write", WRITER_POOL_SIZE);
  }

  /** Opens it and starts bringing the schema up to date. */
  public static Database open(Vertx vertx, PostgresSettings settings) {
    Database database = new Database(vertx, settings);
    database.migrate(new Backoff(200, 5000, settings.random()));
    return database;
  }

  private void migrate(Backoff backoff) {
    writers
        .pool()
        .withTransaction(Migrations::apply)
        .onSuccess(
            applied -> {
              LOG.info("PostgreSQL is there, schema version {}", applied);
              problem = null;
              isReady = true;
              ready.tryComplete();
            })
        .onFailure(e -> retryMigration(backoff, e));
  }

  private void retryMigration(Backoff backoff, Throwable e) {
    if (closed) {
      return;
    }
    if (e instanceof SchemaException) {
      problem = String.valueOf(e.getMessage());
      LOG.error("the schema cannot be used: {}", e.getMessage());
      ready.tryFail(e);
      return;
    }
    String now = SqlFailure.describe(e);
    if (!now.equals(problem)) {
      LOG.warn("PostgreSQL is away, trying on: {}", now);
    }
    problem = now;
    vertx.setTimer(backoff.nextMs(), id -> migrate(backoff));
  }

  /**
   * Done once the schema is up to date, however long that takes; fails with a {@link
   * SchemaException} if it never will be.
   */
  public Future<Void> ready() {
    return ready.future();
  }

  /** What keeps it away; null if nothing does, or that is not known yet. */
  public @Nullable String problem() {
    String now = problem;
    return NOT_YET.equals(now) ? null : now;
  }

  public boolean isReady() {
    return isReady;
  }

  public PostgresSettings settings() {
    return settings;
  }

  /** Reads with the usual limit. */
  public <T> Future<T> read(Function<SqlConnection, Future<T>> work) {
    return read(work, new Abandonment());
  }

  /** Reads what a writer has to know before it can go on, with the limit of writing. */
  public <T> Future<T> lookUp(Function<SqlConnection, Future<T>> work) {
    return with(lookups, settings.writeTimeoutMs(), new Abandonment(), work);
  }

  /** Reads with the usual limit, for a caller who may go away. */
  public <T> Future<T> read(Function<SqlConnection, Future<T>> work, Abandonment abandonment) {
    return with(readers, settings.queryTimeoutMs(), abandonment, work);
  }

  /**
   * Reads as {@link #read(Function, Abandonment)} does, all statements in one snapshot. Beginning
   * it takes no round trip of its own.
   */
  public <T> Future<T> snapshot(Function<SqlConnection, Future<T>> work, Abandonment abandonment) {
    return read(
        connection -> {
          Future<Void> begun = connection.query(BEGIN_SNAPSHOT).execute().mapEmpty();
          Future<T> done = Future.<Void>succeededFuture().compose(now -> work.apply(connection));
          return done.eventually(() -> end(connection)).compose(result -> begun.map(result));
        },
        abandonment);
  }

  private static Future<Void> end(SqlConnection connection) {
    return connection
        .query("COMMIT")
        .execute()
        // A cancellation that comes late may hit it.
        .recover(e -> connection.query("ROLLBACK").execute())
        .mapEmpty();
  }

  /**
   * Writes in a transaction with the usual limit; a failure rolls it back. If another transaction
   * stood in the way, it is done again from its beginning, a few times.
   */
  public <T> Future<T> write(Function<SqlConnection, Future<T>> work) {
    return write(work, new Abandonment());
  }

  /** The same for a caller who may go away. */
  public <T> Future<T> write(Function<SqlConnection, Future<T>> work, Abandonment abandonment) {
    return write(settings.writeTimeoutMs(), work, abandonment);
  }

  /** The same with a limit of its own, for what may well take minutes. */
  public <T> Future<T> write(
      long limitMs, Function<SqlConnection, Future<T>> work, Abandonment abandonment) {
    return write(limitMs, work, abandonment, new Backoff(10, 200, settings.random()), 1);
  }

  /** Does what cannot be in a transaction, such as {@code VACUUM}, with a limit of its own. */
  public <T> Future<T> outside(
      long limitMs, Function<SqlConnection, Future<T>> work, Abandonment abandonment) {
    return with(writers, limitMs, abandonment, work);
  }

  private <T> Future<T> write(
      long limitMs,
      Function<SqlConnection, Future<T>> work,
      Abandonment abandonment,
      Backoff backoff,
      int attempt) {
    return with(writers, limitMs, abandonment, connection -> inTransaction(connection, work))
        .recover(
            e -> {
              if (attempt >= MAX_TRIES || SqlFailure.of(e) != SqlFailure.CONFLICT) {
                return Future.failedFuture(e);
              }
              conflicts.incrementAndGet();
              return vertx
                  .timer(backoff.nextMs(), TimeUnit.MILLISECONDS)
                  .compose(done -> write(limitMs, work, abandonment, backoff, attempt + 1));
            });
  }

  private static <T> Future<T> inTransaction(
      SqlConnection connection, Function<SqlConnection, Future<T>> work) {
    return connection
        .begin()
        .compose(
            transaction ->
                work.apply(connection)
                    .compose(
                        result -> transaction.commit().map(result),
                        e -> rollback(transaction).transform(done -> Future.failedFuture(e))));
  }

  private static Future<Void> rollback(Transaction transaction) {
    return transaction.rollback().otherwiseEmpty();
  }

  /**
   * Fails with a {@link StatementTimeoutException} after {@code limitMs}, with an {@link
   * AbandonedException} once nobody waits for it; either cancels what is running.
   */
  private <T> Future<T> with(
      ConnectionPool pool,
      long limitMs,
      Abandonment abandonment,
      Function<SqlConnection, Future<T>> work) {
    if (!isReady) {
      return Future.failedFuture(new UnavailableException("PostgreSQL is away: " + problem));
    }
    return pool.acquire()
        .compose(
            connection ->
                new BoundedCall<T>(vertx, connection, limitMs, abandonment, pool::givenBack)
                    .run(work));
  }

  /** Whether PostgreSQL answers right now; a failure says why not. */
  public Future<Void> ping(long limitMs) {
    // Whose connection nobody keeps for long.
    return with(
        lookups,
        limitMs,
        new Abandonment(),
        connection -> connection.query("SELECT 1").execute().<Void>mapEmpty());
  }

  List<ConnectionPool> pools() {
    return List.of(readers, lookups, writers);
  }

  /** How often a transaction was done again since another one stood in its way. */
  long conflicts() {
    return conflicts.get();
  }

  public Future<Void> close() {
    closed = true;
    return Future.join(readers.close(), lookups.close(), writers.close()).mapEmpty();
  }
}
