package io.logagg.persistence;

import io.logagg.persistence.SealCatalog.WrittenException;
import io.logagg.persistence.SealStep.DisturbedException;
import io.logagg.persistence.SealingSteps.Tally;
import io.logagg.persistence.StagedBlocks.StaleException;
import io.logagg.persistence.Staging.Limits;
import io.logagg.persistence.Staging.StillReadException;
import io.logagg.persistence.StorageOrders.Kind;
import io.logagg.persistence.StorageOrders.Order;
import io.logagg.postgres.AbandonedException;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.postgres.UnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals partitions that have been quiet for long enough, carries out what is asked for by hand, and
 * drops what is empty then; see docs/adr/0006-sealed-blocks.md. Any number of processes may run
 * this; the one that has the lease does it. Belongs to one context.
 */
final class Sealing {
  private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);

  static final String LEASE = "sealing";

  /** How often it is asked whether there are orders. */
  private static final long POLL_MS = 5_000;

  /** Every so many polls there is a pass in any case. */
  private static final int POLLS_PER_PASS = 12;

  private static final int BELIEVED_MS = 10_000;

  /** So long it is waited for snapshots that are older than the blocks of a partition. */
  private static final long PATIENCE_MS = 5_000;

  /** Longer than this a stop does not wait. */
  private static final long STOP_MS = 2_000;

  private final Vertx vertx;
  private final Database database;
  private final SealingTimes times;
  private final Abandonment abandonment = new Abandonment();
  private final Lease lease;
  private final SealTransactions transactions;
  private final SealingSteps steps;
  private Future<Void> running = Future.succeededFuture();
  private long timer;
  private int polls;
  private boolean stopped;

  Sealing(
      Vertx vertx, Database database, SealingTimes times, SealMeters meters, InstantSource clock) {
    RandomGenerator random = database.settings().random();
    this.vertx = vertx;
    this.database = database;
    this.times = times;
    this.lease =
        new Lease(database, LEASE, new UUID(random.nextLong(), random.nextLong()), BELIEVED_MS);
    this.transactions =
        new SealTransactions(vertx, database, times.restPerWork(), lease, meters, abandonment);
    Staging staging =
        new Staging(transactions, meters, new Limits(PATIENCE_MS, times.emptyMinutes()), random);
    this.steps = new SealingSteps(database, transactions, staging, clock, meters, abandonment);
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
      timer = vertx.setPeriodic(POLL_MS, id -> poll());
    }
  }

  private void poll() {
    if (running.isComplete() && !stopped) {
      polls++;
      running =
          (polls % POLLS_PER_PASS == 0 ? pass() : passIfAsked())
              .onFailure(this::logged)
              .otherwiseEmpty();
    }
  }

  private Future<Void> passIfAsked() {
    return read(StorageOrders::next)
        .compose(next -> next.isEmpty() ? Future.succeededFuture() : pass());
  }

  private void logged(Throwable e) {
    if (isPassing(e)) {
      LOG.debug("sealing: {}", e.getMessage());
    } else {
      LOG.warn("sealing, to be tried again: {}", SqlFailure.describe(e));
    }
  }

  /** Whether the next pass may well do it: others write, or have it in use. */
  private static boolean isPassing(Throwable e) {
    return isOfTheWhole(e)
        || e instanceof DisturbedException
        || e instanceof StillReadException
        || e instanceof StaleException
        || e instanceof WrittenException
        || SqlFailure.isLockTimeout(e);
  }

  private static boolean isForNextPass(Throwable e) {
    return (isPassing(e) && !(e instanceof WrittenException)) || isOfServer(e);
  }

  /** Whether PostgreSQL or the way to it was at fault, and not what is stored. */
  private static boolean isOfServer(Throwable e) {
    boolean isOfOthers = e instanceof PgException || e instanceof VertxException;
    return isOfOthers
        && !SqlFailure.isOfObjects(e)
        && !SqlFailure.isDamage(e)
        && switch (SqlFailure.of(e)) {
          case TRANSIENT, CONFLICT -> true;
          default -> false;
        };
  }

  private static boolean isOfTheWhole(Throwable e) {
    return e instanceof Lease.LostException
        || e instanceof AbandonedException
        || e instanceof UnavailableException;
  }

  /** What is wrong with one partition is no reason to leave the others. */
  private Future<Void> orGoOn(Throwable e) {
    if (isOfTheWhole(e)) {
      return Future.failedFuture(e);
    }
    logged(e);
    return Future.succeededFuture();
  }

  /** All there is to do now, if the lease is free or ours; another process has it at the end. */
  Future<Void> pass() {
    return lease
        .hold()
        .compose(held -> held ? work().eventually(lease::release) : Future.succeededFuture());
  }

  private Future<Void> work() {
    return transactions
        .guarded(SealCatalog::note)
        .compose(done -> quietOnes(new HashSet<>()))
        .compose(
            done -> read(connection -> SealCatalog.leftEmpty(connection, times.emptyMinutes())))
        .compose(ranges -> each(ranges, steps::drop))
        .compose(done -> read(this::abandoned))
        .compose(ranges -> each(ranges, steps::discard))
        .compose(done -> transactions.guarded(SealCatalog::noteTotals));
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

  /** Each that is quiet, the oldest first; what is asked for by hand comes before the next. */
  private Future<Void> quietOnes(Set<PartitionRange> tried) {
    return orders()
        .recover(this::orGoOn)
        .compose(done -> read(this::quiet))
        .compose(
            ranges -> {
              Optional<PartitionRange> next =
                  ranges.stream().filter(range -> !tried.contains(range)).findFirst();
              if (next.isEmpty()) {
                return Future.succeededFuture();
              }
              tried.add(next.get());
              return steps
                  .seal(next.get(), Tally.NONE)
                  .recover(this::orGoOn)
                  .compose(done -> quietOnes(tried));
            });
  }

  /** What was begun aside, and is not to be sealed any more. */
  private Future<List<PartitionRange>> abandoned(SqlConnection connection) {
    return StagedBlocks.begun(connection)
        .compose(
            begun ->
                begun.isEmpty()
                    ? Future.succeededFuture(begun)
                    : StorageOrders.next(connection)
                        .compose(
                            order ->
                                order.isPresent()
                                    ? Future.succeededFuture(List.of())
                                    : notQuiet(connection, begun)));
  }

  private Future<List<PartitionRange>> notQuiet(
      SqlConnection connection, List<PartitionRange> ranges) {
    return quiet(connection)
        .map(quiet -> ranges.stream().filter(range -> !quiet.contains(range)).toList());
  }

  private Future<List<PartitionRange>> quiet(SqlConnection connection) {
    return times.afterHours() == 0
        ? Future.succeededFuture(List.of())
        : SealCatalog.quiet(connection, times.afterHours());
  }

  /** What was asked for by hand, one after the other. */
  private Future<Void> orders() {
    return read(StorageOrders::next)
        .compose(
            next ->
                next.isEmpty()
                    ? Future.succeededFuture()
                    : carryOut(next.get()).compose(done -> orders()));
  }

  /** What cannot be done now is tried again in the next pass, what cannot be done at all is not. */
  private Future<Void> carryOut(Order order) {
    Tally tally = (connection, records) -> StorageOrders.count(connection, order, records);
    return transactions
        .guarded(connection -> StorageOrders.begin(connection, order))
        .compose(
            begun ->
                order.kind() == Kind.UNSEAL
                    ? steps.unseal(order.since(), order.until(), tally)
                    : seal(order, tally))
        .recover(
            e ->
                isForNextPass(e)
                    ? noteWaiting(order, e)
                    : Future.succeededFuture(SqlFailure.describe(e)))
        .compose(problem -> end(order, problem));
  }

  /** For whoever wonders why it stands. */
  private Future<@Nullable String> noteWaiting(Order order, Throwable e) {
    return isOfTheWhole(e)
        ? Future.failedFuture(e)
        : transactions
            .guarded(connection -> StorageOrders.note(connection, order, SqlFailure.describe(e)))
            .compose(noted -> Future.failedFuture(e));
  }

  private Future<Void> end(Order order, @Nullable String problem) {
    LOG.info(
        "order {} to {} {} to {}: {}",
        order.id(),
        order.kind().code(),
        order.since(),
        order.until(),
        problem == null ? "done" : problem);
    return transactions.guarded(connection -> StorageOrders.end(connection, order, problem));
  }

  /** Why some was left; null if none was. */
  private Future<@Nullable String> seal(Order order, Tally tally) {
    return read(connection -> SealCatalog.byHand(connection, order.since(), order.until()))
        .compose(
            found -> {
              Outcomes outcomes = new Outcomes(found.problems());
              Future<Void> chain = Future.succeededFuture();
              for (PartitionRange range : found.quiet()) {
                chain =
                    chain
                        .compose(done -> steps.seal(range, tally))
                        .recover(e -> outcomes.note(range, e));
              }
              return chain.compose(done -> outcomes.problem());
            });
  }

  /** What became of the partitions of one order. */
  private static final class Outcomes {
    private final List<String> problems;
    private @Nullable StillReadException stillRead;

    Outcomes(List<String> problems) {
      this.problems = new ArrayList<>(problems);
    }

    /**
     * What cannot be done of one partition at all is said of the order, and the others are done.
     */
    Future<Void> note(PartitionRange range, Throwable e) {
      if (e instanceof StillReadException later) {
        stillRead = later;
        return Future.succeededFuture();
      }
      if (isForNextPass(e)) {
        return Future.failedFuture(e);
      }
      problems.add(
          e instanceof WrittenException
              ? e.getMessage()
              : range.table() + ": " + SqlFailure.describe(e));
      return Future.succeededFuture();
    }

    /** Why some was left; null if none was. Fails if the order has to be gone on with later. */
    Future<@Nullable String> problem() {
      if (stillRead != null) {
        return Future.failedFuture(stillRead);
      }
      return Future.succeededFuture(problems.isEmpty() ? null : String.join("; ", problems));
    }
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
