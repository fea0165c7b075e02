package io.logagg.persistence;

import io.logagg.block.CorruptBlockException;
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
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the records of partitions to blocks and back, in steps that are transactions of their own,
 * with a rest after each. Belongs to one context.
 */
final class SealingSteps {
  private static final Logger LOG = LoggerFactory.getLogger(SealingSteps.class);

  /** All rows of a month or a year, even. */
  private static final long VACUUM_LIMIT_MS = 600_000;

  private final Database database;
  private final SealTransactions transactions;
  private final Staging staging;
  private final Partitions partitions;
  private final SealMeters meters;
  private final Abandonment abandonment;

  /**
   * Does nothing yet.
   *
   * @param abandonment once it happens, what is under way is rolled back
   */
  SealingSteps(
      Database database,
      SealTransactions transactions,
      Staging staging,
      InstantSource clock,
      SealMeters meters,
      Abandonment abandonment) {
    this.database = database;
    this.transactions = transactions;
    this.staging = staging;
    this.partitions = new Partitions(database, clock);
    this.meters = meters;
    this.abandonment = abandonment;
  }

  /** Keeps an account of how many records were moved, within the transaction that moved them. */
  interface Tally {
    Tally NONE = (connection, records) -> Future.succeededFuture();

    Future<Void> add(SqlConnection connection, long records);
  }

  /** Seals all rows of a partition: at once where that can be done, else some at a time. */
  Future<Void> seal(PartitionRange range, Tally tally) {
    return staging
        .seal(range, tally)
        .compose(done -> done ? Future.succeededFuture() : move(range, tally));
  }

  /** Moves them some at a time, and joins small blocks with those that were there. */
  private Future<Void> move(PartitionRange range, Tally tally) {
    Progress progress = new Progress(range, tally);
    return transactions
        .alone(
            connection ->
                BlockPartitions.ensure(connection, range)
                    .compose(there -> SealCatalog.failIfWritten(connection, range)))
        .compose(xid -> Steps.whileMore(() -> progress.step(xid)))
        .compose(done -> transactions.alone(connection -> SealCatalog.noteEmpty(connection, range)))
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
    return Steps.whileMore(
        () -> transactions.step(Step.JOIN, connection -> BlockJoin.run(connection, range)));
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

    /**
     * Whether there may be more. What was stored since the partition was found to be quiet stays a
     * row.
     *
     * @param xid see {@link SealCatalog#failIfWrittenSince}
     */
    Future<Boolean> step(String xid) {
      return transactions
          .step(
              Step.SEAL,
              connection ->
                  SealStep.move(connection, range, at)
                      .compose(
                          made -> SealCatalog.failIfWrittenSince(connection, range, xid).map(made))
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

  /** Makes rows of all blocks that have records of these times; says why of some it could not. */
  Future<@Nullable String> unseal(OffsetDateTime since, OffsetDateTime until, Tally tally) {
    Unsealing unsealing = new Unsealing(since, until, tally);
    return discardStaged(since, until)
        .compose(discarded -> Steps.whileMore(unsealing::step))
        .map(done -> unsealing.problem());
  }

  /** They are rows, and shall stay so. */
  private Future<Void> discardStaged(OffsetDateTime since, OffsetDateTime until) {
    return database
        .read(StagedBlocks::begun, abandonment)
        .compose(
            ranges -> {
              Future<Void> chain = Future.succeededFuture();
              for (PartitionRange range : ranges) {
                if (range.start().isBefore(until) && range.end().isAfter(since)) {
                  chain = chain.compose(done -> staging.discardForRows(range));
                }
              }
              return chain;
            });
  }

  /** The steps of one order. A block that is damaged is no reason to leave those behind it. */
  private final class Unsealing {
    private static final int MAX_PROBLEMS = 10;

    private final OffsetDateTime since;
    private final OffsetDateTime until;
    private final Tally tally;
    private final List<String> problems = new ArrayList<>();
    private @Nullable BlockKey after;

    Unsealing(OffsetDateTime since, OffsetDateTime until, Tally tally) {
      this.since = since;
      this.until = until;
      this.tally = tally;
    }

    /** Whether there may be more. */
    Future<Boolean> step() {
      return database
          .read(connection -> UnsealStep.first(connection, since, until, after), abandonment)
          .compose(
              headers ->
                  headers.isEmpty()
                      ? Future.succeededFuture(false)
                      : unseal(headers.get(0), tally)
                          .recover(e -> pass(headers.get(0), e))
                          .map(true));
    }

    private Future<Void> pass(Header header, Throwable e) {
      if (!(e instanceof CorruptBlockException)) {
        return Future.failedFuture(e);
      }
      problems.add(String.valueOf(e.getMessage()));
      after = header.first();
      return Future.succeededFuture();
    }

    @Nullable String problem() {
      if (problems.isEmpty()) {
        return null;
      }
      String first = String.join("; ", problems.stream().limit(MAX_PROBLEMS).toList());
      int more = problems.size() - MAX_PROBLEMS;
      return more > 0 ? first + "; and " + more + " more" : first;
    }
  }

  private Future<Void> unseal(Header header, Tally tally) {
    OffsetDateTime time = Timestamps.utc(header.first().timestampMicros());
    return partitions
        .ensure(LongStream.of(header.first().timestampMicros()))
        .compose(
            there ->
                transactions.step(
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

  /** Does away with blocks that were made aside, and that nobody will put into their place. */
  Future<Void> discard(PartitionRange range) {
    return staging.discard(range);
  }

  /** Drops a partition of rows that has none any more. */
  Future<Void> drop(PartitionRange range) {
    return transactions.step(Step.DROP, connection -> SealCatalog.dropIfEmpty(connection, range));
  }
}
