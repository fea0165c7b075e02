package io.logagg.persistence;

import io.logagg.persistence.SealMeters.Step;
import io.logagg.persistence.SealingSteps.Tally;
import io.logagg.persistence.StagedBlocks.Swapped;
import io.logagg.postgres.SqlFailure;
import io.logagg.postgres.Steps;
import io.logagg.record.Timestamps;
import io.logagg.retry.Backoff;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals a whole partition at once: its blocks are made aside, and then put into the place of its
 * rows. No row is deleted, so nothing is left to be vacuumed, and the room is given back at once. A
 * process that goes on with what another has begun finds the blocks there. Belongs to one context.
 */
final class Staging {
  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

  /** Most often all snapshots are newer when it is asked for the first time. */
  private static final long LOOK_MS = 200;

  /** To count all rows of a month or a year, even. */
  private static final long COUNT_LIMIT_MS = 600_000;

  private final SealTransactions transactions;
  private final SealMeters meters;
  private final Limits limits;
  private final RandomGenerator random;

  /** Of these some rows were changed while it was done: the next time they are moved. */
  private final Set<PartitionRange> changed = new HashSet<>();

  /** Whether the last one had to wait: then the next one, most likely, has to wait for the same. */
  private boolean isStillRead;

  /**
   * Does nothing yet.
   *
   * @param random for how long to wait before what others were in the way of is tried again
   */
  Staging(SealTransactions transactions, SealMeters meters, Limits limits, RandomGenerator random) {
    this.transactions = transactions;
    this.meters = meters;
    this.limits = limits;
    this.random = random;
  }

  /**
   * For how long older snapshots are waited for.
   *
   * @param patienceMs after which this goes on with something else, and comes back later
   * @param snapshotMinutes longer than any snapshot lives
   */
  record Limits(long patienceMs, int snapshotMinutes) {}

  /** Somebody may still have a snapshot that is older than the blocks: to be tried later. */
  static final class StillReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StillReadException(PartitionRange range) {
      super(
          range.table() + " is sealed once no transaction is left that is older than its blocks",
          null,
          false,
          false);
    }
  }

  /**
   * Seals a partition, or goes on with it; whether it is done: not if some of it is in blocks
   * already, or was changed the last time, or cannot be dropped; then it is as it was. Fails with a
   * {@link StillReadException} when all blocks are there but cannot be put into their place yet,
   * with a {@link StagedBlocks.StaleException} if somebody changed something meanwhile.
   */
  Future<Boolean> seal(PartitionRange range, Tally tally) {
    if (changed.remove(range)) {
      return Future.succeededFuture(false);
    }
    long startNanos = System.nanoTime();
    return transactions
        .guarded(connection -> StagedBlocks.begin(connection, range))
        .compose(
            begun ->
                begun
                    ? make(range)
                        .compose(made -> awaitReaders(range, System.nanoTime()))
                        .compose(seen -> swap(range, tally))
                        .onSuccess(swapped -> log(range, swapped, startNanos))
                        .map(true)
                    : Future.succeededFuture(false))
        .recover(e -> giveUp(range, e));
  }

  /** Whether rows may be sealed at all now is to be asked again where somebody changed some. */
  private Future<Boolean> giveUp(PartitionRange range, Throwable e) {
    boolean isChanged = e instanceof StagedBlocks.StaleException;
    if (!isChanged && !SqlFailure.isOfObjects(e)) {
      return Future.failedFuture(e);
    }
    LOG.info("{} is sealed some rows at a time: {}", range.table(), SqlFailure.describe(e));
    if (!isChanged) {
      return discard(range).map(false);
    }
    changed.add(range);
    return discard(range).compose(gone -> Future.failedFuture(e));
  }

  private static void log(PartitionRange range, Swapped swapped, long startNanos) {
    LOG.info(
        "sealed {}: {} records in {} blocks, {} ms",
        range.table(),
        swapped.records(),
        swapped.blocks(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
  }

  private Future<Void> make(PartitionRange range) {
    BlockKey none = new BlockKey(Timestamps.MIN_MICROS, 0);
    return transactions
        .guarded(connection -> StagedBlocks.last(connection, range))
        .compose(
            last -> {
              Progress progress = new Progress(range, last.orElse(none));
              return Steps.whileMore(progress::step);
            })
        .compose(
            done ->
                transactions.guarded(
                    COUNT_LIMIT_MS, connection -> StagedBlocks.noteDone(connection, range)));
  }

  /** How far it is. */
  private final class Progress {
    private final PartitionRange range;
    private BlockKey at;

    Progress(PartitionRange range, BlockKey at) {
      this.range = range;
      this.at = at;
    }

    /** Whether there may be more. */
    Future<Boolean> step() {
      return transactions
          .stepAside(Step.SEAL, connection -> SealStep.copy(connection, range, at))
          .map(
              made -> {
                Optional<BlockKey> last = Optional.ofNullable(made.last());
                last.ifPresent(key -> at = key);
                return last.isPresent();
              });
    }
  }

  private Future<Void> awaitReaders(PartitionRange range, long startNanos) {
    return transactions
        .read(connection -> StagedBlocks.isSeenByAll(connection, range, limits.snapshotMinutes()))
        .compose(
            seen -> {
              long waitedNanos = System.nanoTime() - startNanos;
              if (seen) {
                isStillRead = false;
                return Future.succeededFuture();
              }
              if (isStillRead || waitedNanos > TimeUnit.MILLISECONDS.toNanos(limits.patienceMs())) {
                isStillRead = true;
                return Future.failedFuture(new StillReadException(range));
              }
              return transactions.pause(LOOK_MS).compose(later -> awaitReaders(range, startNanos));
            });
  }

  /** Gives way to who reads or writes for longer than others can wait, a few times. */
  private Future<Swapped> swap(PartitionRange range, Tally tally) {
    return transactions
        .patiently(
            new Backoff(100, 2000, random),
            () ->
                transactions.step(
                    Step.SWAP,
                    connection ->
                        StagedBlocks.swap(connection, range)
                            .compose(
                                swapped -> tally.add(connection, swapped.records()).map(swapped))))
        .onSuccess(swapped -> meters.moved(Step.SEAL, swapped.records()));
  }

  /** Does away with what was made of a partition, if anything was. */
  Future<Void> discard(PartitionRange range) {
    return transactions.guarded(connection -> StagedBlocks.discard(connection, range));
  }

  /** The same of what shall stay rows for as long as if it had been stored now. */
  Future<Void> discardForRows(PartitionRange range) {
    return transactions.guarded(
        connection ->
            StagedBlocks.discard(connection, range)
                .compose(gone -> SealCatalog.noteWritten(connection, range)));
  }
}
