package io.logagg.persistence;

import io.logagg.persistence.PartitionCatalog.Partition;
import io.logagg.persistence.PartitionDrop.Reason;
import io.logagg.postgres.AbandonedException;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.postgres.UnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is stored within its age and its size: drops partitions that are too old as a whole,
 * removes rows that are too old from others, and drops the oldest partitions while all together are
 * too large. Any number of processes may run this; the one that has the lease does it. Belongs to
 * one context.
 */
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  static final String LEASE = "retention";

  private static final int CHUNK_ROWS = 20_000;
  private static final long FIRST_MS = 1_000;
  private static final long PERIOD_MS = 30_000;
  private static final int BELIEVED_MS = 90_000;

  /** Longer than this a stop does not wait. */
  private static final long STOP_MS = 2_000;

  private static final String NOTE =
      "UPDATE retention_totals SET partitions = $1, bytes = $2, oldest = $3";

  private final Vertx vertx;
  private final Database database;
  private final RetentionLimits limits;
  private final Abandonment abandonment = new Abandonment();
  private final Lease lease;
  private final PartitionDrop drop;
  private final Expiry expiry;
  private Future<Void> running = Future.succeededFuture();
  private long timer;
  private boolean stopped;
  private boolean saidTooLarge;

  Retention(Vertx vertx, Database database, RetentionLimits limits) {
    this(vertx, database, limits, CHUNK_ROWS);
  }

  /**
   * Does nothing yet.
   *
   * @param chunkRows how many rows one transaction removes at most
   */
  Retention(Vertx vertx, Database database, RetentionLimits limits, int chunkRows) {
    RandomGenerator random = database.settings().random();
    UUID holder = new UUID(random.nextLong(), random.nextLong());
    this.vertx = vertx;
    this.database = database;
    this.limits = limits;
    this.lease = new Lease(database, LEASE, holder, BELIEVED_MS);
    this.drop = new PartitionDrop(vertx, database, lease, limits.maxAgeDays(), abandonment);
    this.expiry = new Expiry(database, lease, limits.maxAgeDays(), chunkRows, abandonment);
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
      timer = vertx.setPeriodic(FIRST_MS, PERIOD_MS, id -> runUnlessRunning());
    }
  }

  private void runUnlessRunning() {
    if (running.isComplete() && !stopped) {
      running = pass().onFailure(this::logged).otherwiseEmpty();
    }
  }

  private void logged(Throwable e) {
    boolean ofOurs =
        e instanceof Lease.LostException
            || e instanceof AbandonedException
            || e instanceof UnavailableException;
    if (ofOurs) {
      LOG.debug("retention: {}", e.getMessage());
    } else {
      LOG.warn("retention, to be tried again: {}", SqlFailure.describe(e));
    }
  }

  /** All there is to do now, if the lease is free or ours. */
  Future<Void> pass() {
    return lease.hold().compose(held -> held ? work() : Future.succeededFuture());
  }

  private Future<Void> work() {
    return read(connection -> AppCutoffs.read(connection, limits.maxAgeDays()))
        .compose(
            cutoffs ->
                removeOld(cutoffs)
                    .compose(done -> read(PartitionCatalog::partitions))
                    .compose(
                        partitions -> removeExcess(partitions, bytes(partitions), cutoffs.now())))
        .compose(done -> database.write(this::note, abandonment));
  }

  private <T> Future<T> read(Function<SqlConnection, Future<T>> work) {
    return database.read(work, abandonment);
  }

  private Future<Void> removeOld(AppCutoffs cutoffs) {
    OffsetDateTime newest = cutoffs.newest();
    if (newest == null) {
      return Future.succeededFuture();
    }
    expiry.begin(cutoffs);
    return read(PartitionCatalog::partitions)
        .compose(
            partitions -> {
              Future<Void> chain = Future.succeededFuture();
              for (Partition partition : partitions) {
                if (partition.range().start().isBefore(newest) && !expiry.isDone(partition)) {
                  chain = chain.compose(done -> removeOld(partition, newest));
                }
              }
              return chain;
            });
  }

  private Future<Void> removeOld(Partition partition, OffsetDateTime newest) {
    return lease
        .hold()
        .compose(held -> held ? tooOldAsAWhole(partition, newest) : lost())
        .compose(all -> all ? dropOrGoOn(partition, Reason.AGE) : Future.succeededFuture(false))
        .compose(gone -> gone ? Future.succeededFuture() : expiry.run(partition));
  }

  private static <T> Future<T> lost() {
    return Future.failedFuture(new Lease.LostException(LEASE));
  }

  private Future<Boolean> tooOldAsAWhole(Partition partition, OffsetDateTime newest) {
    return partition.range().end().isAfter(newest)
        ? Future.succeededFuture(false)
        : read(connection -> drop.keeps(connection, partition.range())).map(keeps -> !keeps);
  }

  /**
   * One that cannot be dropped, since something of somebody else's hangs on it, say, is no reason
   * to keep the others, nor its rows.
   */
  private Future<Boolean> dropOrGoOn(Partition partition, Reason reason) {
    return drop.drop(partition, reason)
        .recover(
            e -> {
              if (!SqlFailure.isOfObjects(e)) {
                return Future.failedFuture(e);
              }
              LOG.warn(
                  "partition {} is {}, but cannot be dropped: {}",
                  partition.table(),
                  reason == Reason.AGE ? "too old" : "one too much",
                  SqlFailure.describe(e));
              return Future.succeededFuture(false);
            });
  }

  /** The oldest goes as long as there is too much, but never the one of now, nor one behind it. */
  private Future<Void> removeExcess(List<Partition> partitions, long bytes, OffsetDateTime now) {
    if (limits.maxBytes() == 0 || bytes <= limits.maxBytes()) {
      saidTooLarge = false;
      return Future.succeededFuture();
    }
    if (partitions.isEmpty() || partitions.get(0).range().end().isAfter(now)) {
      sayTooLarge(bytes);
      return Future.succeededFuture();
    }
    Partition oldest = partitions.get(0);
    return dropOrGoOn(oldest, Reason.BYTES)
        .compose(
            gone ->
                removeExcess(
                    partitions.subList(1, partitions.size()),
                    gone ? bytes - oldest.bytes() : bytes,
                    now));
  }

  private static long bytes(List<Partition> partitions) {
    return partitions.stream().mapToLong(Partition::bytes).sum();
  }

  private void sayTooLarge(long bytes) {
    if (!saidTooLarge) {
      saidTooLarge = true;
      LOG.warn(
          "what cannot be dropped, the partitions of now and later above all, takes {} bytes, more than retention.maxBytes={}",
          bytes,
          limits.maxBytes());
    }
  }

  /** For the metrics of all processes. */
  private Future<Void> note(SqlConnection connection) {
    return lease
        .guard(connection)
        .compose(ours -> PartitionCatalog.partitions(connection))
        .compose(
            partitions ->
                connection
                    .preparedQuery(NOTE)
                    .execute(
                        Tuple.tuple()
                            .addInteger(partitions.size())
                            .addLong(bytes(partitions))
                            .addOffsetDateTime(oldest(partitions)))
                    .mapEmpty());
  }

  private static @Nullable OffsetDateTime oldest(List<Partition> partitions) {
    return partitions.isEmpty() ? null : partitions.get(0).range().start();
  }

  /** Breaks off what is under way, which is rolled back, and lets another process go on. */
  Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    abandonment.happen();
    Promise<Void> promise = Promise.promise();
    running
        .compose(ended -> lease.release())
        .timeout(STOP_MS, TimeUnit.MILLISECONDS)
        .onComplete(
            released -> {
              if (released.failed()) {
                LOG.debug("the lease will expire: {}", released.cause().getMessage());
              }
              promise.complete();
            });
    return promise.future();
  }
}
