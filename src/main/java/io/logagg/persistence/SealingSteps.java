package io.logagg.persistence;

import io.logagg.persistence.SealMeters.Step;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.ConflictException;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.postgres.Steps;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the records of partitions to blocks and back, in steps that are transactions of their own,
 * with a rest after each. Belongs to one context.
 */
final class SealingSteps {
  private static final Logger LOG = LoggerFactory.getLogger(SealingSteps.class);

  /** A step with the largest records. */
  private static final long STEP_LIMIT_MS = 60_000;

  /** All rows of a month or a year, even. */
  private static final long VACUUM_LIMIT_MS = 600_000;

  private final Vertx vertx;
  private final Database database;
  private final double restPerWork;
  private final Lease lease;
  private final Partitions partitions;
  private final SealMeters meters;
  private final Abandonment abandonment;

  /**
   * Does nothing yet.
   *
   * @param restPerWork how long nothing is done after each step, for each millisecond that it took
   * @param lease without which no step is done
   * @param abandonment once it happens, what is under way is rolled back
   */
  SealingSteps(
      Vertx vertx,
      Database database,
      double restPerWork,
      InstantSource clock,
      Lease lease,
      SealMeters meters,
      Abandonment abandonment) {
    this.vertx = vertx;
    this.database = database;
    this.restPerWork = restPerWork;
    this.partitions = new Partitions(database, clock);
    this.lease = lease;
    this.meters = meters;
    this.abandonment = abandonment;
  }

  /** Keeps an account of how many records were moved, within the transaction that moved them. */
  interface Tally {
    Tally NONE = (connection, records) -> Future.succeededFuture();

    Future<Void> add(SqlConnection connection, long records);
  }

  /** One transaction of the one who has the lease. */
  <T> Future<T> guarded(Function<SqlConnection, Future<T>> work) {
    return database.write(
        STEP_LIMIT_MS,
        connection -> lease.guard(connection).compose(ours -> work.apply(connection)),
        abandonment);
  }

  /** The same, and nobody else moves or changes records beside it. */
  private <T> Future<T> alone(Function<SqlConnection, Future<T>> work) {
    return guarded(
        connection -> MoveLock.alone(connection).compose(alone -> work.apply(connection)));
  }

  /** The same, measured, and with a rest behind it. */
  private <T> Future<T> step(Step step, Function<SqlConnection, Future<T>> work) {
    long startNanos = System.nanoTime();
    return alone(work)
        .onComplete(done -> meters.took(step, done.succeeded(), System.nanoTime() - startNanos))
        .compose(result -> rest(System.nanoTime() - startNanos).map(result));
  }

  /** The busier the database, the longer a step takes, and the more of the time others have it. */
  private Future<Void> rest(long stepNanos) {
    long ms = Math.round(TimeUnit.NANOSECONDS.toMillis(stepNanos) * restPerWork);
    if (ms <= 0) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(ms, id -> promise.complete());
    return promise.future();
  }

  /** Seals all rows of a partition, and joins small blocks of it. */
  Future<Void> seal(PartitionRange range, Tally tally) {
    Progress progress = new Progress(range, tally);
    return alone(connection -> BlockPartitions.ensure(connection, range))
        .compose(there -> Steps.whileMore(progress::step))
        .compose(done -> alone(connection -> SealCatalog.noteEmpty(connection, range)))
        .compose(done -> vacuum(range))
        .compose(done -> join(range))
        .onComplete(done -> progress.log());
  }

  /**
   * Until it is dropped, whoever looks for rows would walk over all that are gone. Not now where
   * somebody else has it in use, and PostgreSQL does it by itself later.
   */
  private Future<Void> vacuum(PartitionRange range) {
    return database
        .outside(
            VACUUM_LIMIT_MS,
            connection ->
                connection.query("VACUUM (SKIP_LOCKED, TRUNCATE false) " + range.table()).execute(),
            abandonment)
        .<Void>mapEmpty()
        .recover(
            e -> {
              LOG.debug("vacuuming {}: {}", range.table(), SqlFailure.describe(e));
              return Future.succeededFuture();
            });
  }

  private Future<Void> join(PartitionRange range) {
    return Steps.whileMore(() -> step(Step.JOIN, connection -> BlockJoin.run(connection, range)));
  }

  /** The steps of one partition. */
  private final class Progress {
    private final PartitionRange range;
    private final Tally tally;
    private final long startNanos = System.nanoTime();
    private BlockKey at = new BlockKey(Timestamps.MIN_MICROS, 0);
    private long records;
    private long blocks;

    Progress(PartitionRange range, Tally tally) {
      this.range = range;
      this.tally = tally;
    }

    /** Whether there may be more. */
    Future<Boolean> step() {
      return SealingSteps.this
          .step(
              Step.SEAL,
              connection ->
                  SealStep.run(connection, range, at)
                      .compose(made -> tally.add(connection, made.records()).map(made)))
          .map(
              made -> {
                BlockKey last = made.last();
                if (last == null) {
                  return false;
                }
                meters.moved(Step.SEAL, made.records());
                records += made.records();
                blocks += made.blocks();
                at = last;
                return true;
              });
    }

    void log() {
      if (records > 0) {
        LOG.info(
            "sealed {}: {} records in {} blocks, {} ms",
            range.table(),
            records,
            blocks,
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
      }
    }
  }

  /** Makes rows of all blocks that have records of these times. */
  Future<Void> unseal(OffsetDateTime since, OffsetDateTime until, Tally tally) {
    return Steps.whileMore(
        () ->
            database
                .read(connection -> UnsealStep.first(connection, since, until), abandonment)
                .compose(
                    headers ->
                        headers.isEmpty()
                            ? Future.succeededFuture(false)
                            : unseal(headers.get(0), tally).map(true)));
  }

  private Future<Void> unseal(Header header, Tally tally) {
    OffsetDateTime time = Timestamps.utc(header.first().timestampMicros());
    return partitions
        .ensure(LongStream.of(header.first().timestampMicros()))
        .compose(
            there ->
                step(
                    Step.UNSEAL,
                    connection ->
                        UnsealStep.run(connection, header)
                            .compose(
                                count ->
                                    SealCatalog.noteWritten(connection, time)
                                        .compose(done -> tally.add(connection, count))
                                        .map(count))))
        .onSuccess(count -> meters.moved(Step.UNSEAL, count))
        // It is looked for again: what is left of it has another key.
        .recover(
            e ->
                e instanceof ConflictException ? Future.succeededFuture(0) : Future.failedFuture(e))
        .mapEmpty();
  }

  /** Drops a partition of rows that has none any more. */
  Future<Void> drop(PartitionRange range) {
    return step(Step.DROP, connection -> SealCatalog.dropIfEmpty(connection, range));
  }
}
