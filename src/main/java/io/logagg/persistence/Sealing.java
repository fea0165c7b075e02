package io.logagg.persistence;

import io.logagg.persistence.SealStep.DisturbedException;
import io.logagg.persistence.StorageOrders.Kind;
import io.logagg.persistence.StorageOrders.Order;
import io.logagg.postgres.AbandonedException;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.postgres.UnavailableException;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals partitions that have been quiet for long enough, in steps that are transactions of their
 * own, and drops what is empty then; see docs/adr/0006-sealed-blocks.md. Any number of processes
 * may run this; the one that has the lease does it. Belongs to one context.
 */
final class Sealing {
  private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);

  static final String LEASE = "sealing";

  private static final long PERIOD_MS = 60_000;
  private static final int BELIEVED_MS = 90_000;

  /** A step with the largest records. */
  private static final long STEP_LIMIT_MS = 60_000;

  /** Longer than this a stop does not wait. */
  private static final long STOP_MS = 2_000;

  private final Vertx vertx;
  private final Database database;
  private final SealingTimes times;
  private final Partitions partitions;
  private final Abandonment abandonment = new Abandonment();
  private final Lease lease;
  private Future<Void> running = Future.succeededFuture();
  private long timer;
  private boolean stopped;

  Sealing(Vertx vertx, Database database, SealingTimes times, InstantSource clock) {
    RandomGenerator random = database.settings().random();
    this.vertx = vertx;
    this.database = database;
    this.times = times;
    this.partitions = new Partitions(database, clock);
    this.lease =
        new Lease(database, LEASE, new UUID(random.nextLong(), random.nextLong()), BELIEVED_MS);
  }

  /**
   * From time to time, as soon as the schema is there. To be called on the context it belongs to.
   */
  void start() {
    Context context = vertx.getOrCreateContext();
    database.ready().onSuccess(there -> context.runOnContext(now -> schedule()));
  }

  private void schedule() {
    if (!stopped) {
      timer = vertx.setPeriodic(PERIOD_MS, id -> runUnlessRunning());
    }
  }

  private void runUnlessRunning() {
    if (running.isComplete() && !stopped) {
      running = pass().onFailure(this::logged).otherwiseEmpty();
    }
  }

  private void logged(Throwable e) {
    // Others write, or have it in use: the next pass tries again.
    if (isOfTheWhole(e) || e instanceof DisturbedException || SqlFailure.isLockTimeout(e)) {
      LOG.debug("sealing: {}", e.getMessage());
    } else {
      LOG.warn("sealing, to be tried again: {}", SqlFailure.describe(e));
    }
  }

  /** What is wrong with one partition, or with an order, is no reason to leave the others. */
  private Future<Void> orGoOn(Throwable e) {
    if (isOfTheWhole(e)) {
      return Future.failedFuture(e);
    }
    logged(e);
    return Future.succeededFuture();
  }

  private static boolean isOfTheWhole(Throwable e) {
    return e instanceof Lease.LostException
        || e instanceof AbandonedException
        || e instanceof UnavailableException;
  }

  /** All there is to do now, if the lease is free or ours; another process has it at the end. */
  Future<Void> pass() {
    return lease
        .hold()
        .compose(held -> held ? work().eventually(lease::release) : Future.succeededFuture());
  }

  private Future<Void> work() {
    return write(SealCatalog::note)
        .compose(done -> orders().recover(this::orGoOn))
        .compose(done -> read(this::quiet))
        .compose(ranges -> each(ranges, this::seal))
        .compose(
            done -> read(connection -> SealCatalog.leftEmpty(connection, times.emptyMinutes())))
        .compose(ranges -> each(ranges, this::drop));
  }

  /** What was asked for by hand, one after the other. */
  private Future<Void> orders() {
    return read(StorageOrders::next)
        .compose(
            next ->
                next.isEmpty()
                    ? Future.succeededFuture()
                    : carryOut(next.get())
                        .compose(
                            done -> write(connection -> StorageOrders.done(connection, next.get())))
                        .compose(done -> orders()));
  }

  private Future<Void> carryOut(Order order) {
    return order.kind() == Kind.UNSEAL
        ? unseal(order.since(), order.until())
        : read(connection -> SealCatalog.quietForAnHour(connection, order.since(), order.until()))
            .compose(ranges -> each(ranges, this::seal));
  }

  /** Makes rows of all blocks that have records of these times. */
  private Future<Void> unseal(OffsetDateTime since, OffsetDateTime until) {
    return read(connection -> UnsealStep.first(connection, since, until))
        .compose(
            headers ->
                headers.isEmpty()
                    ? Future.succeededFuture()
                    : unseal(headers.get(0)).compose(done -> unseal(since, until)));
  }

  private Future<Void> unseal(Header header) {
    long stepNanos = System.nanoTime();
    OffsetDateTime time = Timestamps.utc(header.first().timestampMicros());
    return partitions
        .ensure(LongStream.of(header.first().timestampMicros()))
        .compose(
            there ->
                write(
                    connection ->
                        UnsealStep.run(connection, header)
                            .compose(done -> SealCatalog.noteWritten(connection, time))))
        .compose(done -> pause(System.nanoTime() - stepNanos));
  }

  private Future<List<PartitionRange>> quiet(SqlConnection connection) {
    return times.afterHours() == 0
        ? Future.succeededFuture(List.of())
        : SealCatalog.quiet(connection, times.afterHours());
  }

  private <T> Future<T> read(Function<SqlConnection, Future<T>> work) {
    return database.read(work, abandonment);
  }

  private Future<Void> each(
      List<PartitionRange> ranges, Function<PartitionRange, Future<Void>> work) {
    Future<Void> chain = Future.succeededFuture();
    for (PartitionRange range : ranges) {
      chain = chain.compose(done -> work.apply(range).recover(this::orGoOn));
    }
    return chain;
  }

  /** A step of ours, that nobody else moves or changes records beside. */
  private <T> Future<T> write(Function<SqlConnection, Future<T>> step) {
    return database.write(
        STEP_LIMIT_MS,
        connection ->
            lease
                .guard(connection)
                .compose(ours -> MoveLock.alone(connection))
                .compose(alone -> step.apply(connection)),
        abandonment);
  }

  /** All of a partition. */
  Future<Void> seal(PartitionRange range) {
    Progress progress = new Progress(range);
    return write(connection -> BlockPartitions.ensure(connection, range))
        .compose(there -> progress.step(new BlockKey(Timestamps.MIN_MICROS, 0)))
        .compose(done -> write(connection -> SealCatalog.noteEmpty(connection, range)))
        .compose(done -> merge(range))
        .onComplete(done -> progress.log());
  }

  /** The steps of one partition. */
  private final class Progress {
    private final PartitionRange range;
    private final long startNanos = System.nanoTime();
    private long records;
    private long blocks;

    Progress(PartitionRange range) {
      this.range = range;
    }

    Future<Void> step(BlockKey after) {
      long stepNanos = System.nanoTime();
      return write(connection -> SealStep.run(connection, range, after))
          .compose(
              made -> {
                BlockKey last = made.last();
                if (last == null) {
                  return Future.succeededFuture();
                }
                records += made.records();
                blocks++;
                return pause(System.nanoTime() - stepNanos).compose(done -> step(last));
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

  /** The busier the database, the longer a step takes, and the more of the time others have it. */
  private Future<Void> pause(long stepNanos) {
    long ms = Math.round(TimeUnit.NANOSECONDS.toMillis(stepNanos) * times.restPerWork());
    if (ms <= 0) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(ms, id -> promise.complete());
    return promise.future();
  }

  /** Joins small blocks of a partition. */
  private Future<Void> merge(PartitionRange range) {
    return write(connection -> BlockJoin.run(connection, range))
        .compose(joined -> joined ? merge(range) : Future.succeededFuture());
  }

  private Future<Void> drop(PartitionRange range) {
    return write(connection -> SealCatalog.dropIfEmpty(connection, range));
  }

  /** Breaks off what is under way, which is rolled back, and lets another process go on. */
  Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    abandonment.happen();
    return running
        .compose(ended -> lease.release())
        .timeout(STOP_MS, TimeUnit.MILLISECONDS)
        .recover(
            e -> {
              LOG.debug("the lease will expire: {}", e.getMessage());
              return Future.succeededFuture();
            });
  }
}
