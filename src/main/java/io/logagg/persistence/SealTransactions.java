package io.logagg.persistence;

import io.logagg.persistence.SealMeters.Step;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.retry.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The transactions of the one who has the lease of sealing, measured, and with a rest after each.
 * Belongs to one context.
 */
final class SealTransactions {
  /** A step with the largest records. */
  private static final long LIMIT_MS = 60_000;

  /** What others did while a lock was waited for is seen, whatever the server's default is. */
  private static final String BEGIN = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

  private final Vertx vertx;
  private final Database database;
  private final double restPerWork;
  private final Lease lease;
  private final SealMeters meters;
  private final Abandonment abandonment;

  /**
   * Does nothing yet.
   *
   * @param restPerWork how long nothing is done after each step, for each millisecond that it took
   * @param lease without which no step is done
   * @param abandonment once it happens, what is under way is rolled back
   */
  SealTransactions(
      Vertx vertx,
      Database database,
      double restPerWork,
      Lease lease,
      SealMeters meters,
      Abandonment abandonment) {
    this.vertx = vertx;
    this.database = database;
    this.restPerWork = restPerWork;
    this.lease = lease;
    this.meters = meters;
    this.abandonment = abandonment;
  }

  <T> Future<T> read(Function<SqlConnection, Future<T>> work) {
    return database.read(work, abandonment);
  }

  /** One transaction of the one who has the lease. */
  <T> Future<T> guarded(Function<SqlConnection, Future<T>> work) {
    return guarded(LIMIT_MS, work);
  }

  /** The same with a limit of its own, for what looks at all rows. */
  <T> Future<T> guarded(long limitMs, Function<SqlConnection, Future<T>> work) {
    return database.write(
        limitMs,
        connection ->
            connection
                .query(BEGIN)
                .execute()
                .compose(begun -> lease.guard(connection))
                .compose(ours -> work.apply(connection)),
        abandonment);
  }

  /** The same, and nobody else moves or changes records beside it. */
  <T> Future<T> alone(Function<SqlConnection, Future<T>> work) {
    return guarded(
        connection -> MoveLock.alone(connection).compose(alone -> work.apply(connection)));
  }

  /** One transaction that is {@link #alone}, measured, and with a rest behind it. */
  <T> Future<T> step(Step step, Function<SqlConnection, Future<T>> work) {
    return measured(step, () -> alone(work));
  }

  /** The same without the lock, for what moves nothing. */
  <T> Future<T> stepAside(Step step, Function<SqlConnection, Future<T>> work) {
    return measured(step, () -> guarded(work));
  }

  private <T> Future<T> measured(Step step, Supplier<Future<T>> transaction) {
    long startNanos = System.nanoTime();
    return transaction
        .get()
        .onComplete(done -> meters.took(step, done.succeeded(), System.nanoTime() - startNanos))
        .compose(result -> rest(System.nanoTime() - startNanos).map(result));
  }

  /** The busier the database, the longer a step takes, and the more of the time others have it. */
  private Future<Void> rest(long stepNanos) {
    long ms = Math.round(TimeUnit.NANOSECONDS.toMillis(stepNanos) * restPerWork);
    return ms <= 0 ? Future.succeededFuture() : pause(ms);
  }

  Future<Void> pause(long ms) {
    return vertx.timer(ms, TimeUnit.MILLISECONDS).mapEmpty();
  }

  /** See {@link BriefLock#patiently}. */
  <T> Future<T> patiently(Backoff backoff, Supplier<Future<T>> transaction) {
    return BriefLock.patiently(vertx, backoff, transaction);
  }
}
