package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.BlockMerge.Merged;
import io.logagg.query.BlockMerge.Wanted;
import io.logagg.query.BlockScan.Page;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.RecordIds;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads any number of records in chunks of bounded size. Each chunk is a statement of its own that
 * begins behind the last row of the one before: between chunks neither a connection nor a
 * transaction is held, however slowly the rows are taken. Thread-safe.
 */
public final class LogScan {
  /** Most rows of a chunk. */
  public static final int MAX_ROWS = 1024;

  /** Messages and metadata of a chunk, all rows but its last together. */
  public static final int MAX_BYTES = 512 << 10;

  private final Database database;

  public LogScan(Database database) {
    this.database = database;
  }

  /**
   * Where a scan goes.
   *
   * @param after the id of the last row seen; null for the beginning
   * @param sparse null to go through all rows; see {@link RareMatches}
   */
  public record From(LogFilter filter, Order order, @Nullable UUID after, @Nullable Sparse sparse) {
    /** Through all rows. */
    public From(LogFilter filter, Order order, @Nullable UUID after) {
      this(filter, order, after, null);
    }

    /** The same scan, behind this row. */
    public From behind(UUID id) {
      return new From(filter, order, id, sparse);
    }

    From sparsely(Sparse how) {
      return new From(filter, order, after, how);
    }

    /** The same scan as it is best gone on with, behind its first chunk. */
    public From beyondFirst() {
      return sparse instanceof Sparse.Ranges ? this : new From(filter, order, after, null);
    }

    /** Whether it leaves out what is beyond some time. */
    public boolean isCutShort() {
      return sparse instanceof Sparse.Nearby
          || (sparse instanceof Sparse.Minutes minutes && minutes.boundMicros() != null);
    }

    private @Nullable BlockKey place() {
      return after == null ? null : RecordShapes.key(after);
    }

    /** What of the filter is to be looked for in blocks. */
    private LogFilter ofBlocks() {
      Long bound = sparse instanceof Sparse.Minutes minutes ? minutes.boundMicros() : null;
      if (bound == null) {
        return filter;
      }
      Long since = filter.sinceMicros();
      Long until = filter.untilMicros();
      // Whole minutes are read of the rows.
      long first = CountSql.minute(bound);
      long end = CountSql.nextMinute(bound);
      return order == Order.NEWEST_FIRST
          ? filter.within(since == null ? first : Math.max(since, first), until)
          : filter.within(since, until == null ? end : Math.min(until, end));
    }
  }

  /**
   * What a chunk held.
   *
   * @param last the id of its last row, null if it had none
   * @param cutByBytes whether it has fewer rows than it may, because they are large
   * @param atEnd whether no row follows; if not, one may
   */
  public record Chunk(int rows, @Nullable UUID last, boolean cutByBytes, boolean atEnd) {}

  /**
   * Reads a chunk. At most {@code maxRows} rows, and fewer where they are large: the first row that
   * takes the sum beyond {@link #MAX_BYTES} is the last.
   *
   * @param maxRows at most {@link #MAX_ROWS}
   * @param rows is given each row while the answer of PostgreSQL comes in, on the thread of the
   *     connection; so nobody holds them all. Where there are blocks, they are held until they are
   *     joined with them
   */
  public Future<Chunk> chunk(
      From from, int maxRows, Consumer<LogRow> rows, Abandonment abandonment) {
    return database.snapshot(
        connection -> {
          BlockScan blocks = new BlockScan(connection, from.ofBlocks());
          HeldRows<LogRow> held = new HeldRows<>(rows);
          // Both are on their way at once, and the blocks are known first, most often.
          Future<Page> first =
              blocks
                  .headers(from.order(), null, from.place())
                  .onSuccess(
                      page -> {
                        if (page.isEmpty()) {
                          held.open();
                        }
                      });
          Future<Chunk> ofRows = new RowChunk(connection, from, maxRows).read(held);
          return Future.join(first, ofRows)
              .compose(
                  both ->
                      first.result().isEmpty()
                          ? ofRows
                          : merged(from, maxRows, blocks, first.result(), held, ofRows.result())
                              .map(merged -> handOn(merged, ofRows.result(), rows)));
        },
        abandonment);
  }

  private static Future<Merged<LogRow>> merged(
      From from, int maxRows, BlockScan blocks, Page first, HeldRows<LogRow> held, Chunk chunk) {
    // With too few nearby, there may be more, nearer than any block: whoever asked asks again.
    boolean isShort = from.sparse() instanceof Sparse.Nearby && chunk.atEnd();
    return isShort
        ? Future.succeededFuture(new Merged<>(held.rows(), false, false))
        : new BlockMerge<>(
                blocks,
                RecordShapes.ROWS,
                new Wanted(from.order(), from.place(), maxRows, MAX_BYTES),
                held.rows(),
                chunk.atEnd())
            .run(first);
  }

  private static Chunk handOn(Merged<LogRow> merged, Chunk ofRows, Consumer<LogRow> taker) {
    merged.rows().forEach(taker);
    int count = merged.rows().size();
    return new Chunk(
        count,
        count == 0 ? null : merged.rows().get(count - 1).id(),
        merged.cutByBytes() || ofRows.cutByBytes(),
        !merged.hasMore());
  }

  /** The ids of the next rows, in order; at most {@code limit}, which must be modest. */
  public Future<List<UUID>> keys(From from, int limit, Abandonment abandonment) {
    return database.snapshot(
        connection -> {
          BlockScan blocks = new BlockScan(connection, from.ofBlocks());
          Wanted wanted = new Wanted(from.order(), from.place(), limit, Long.MAX_VALUE);
          Future<Page> first = blocks.headers(from.order(), null, from.place());
          Future<List<BlockKey>> ofRows = new RowChunk(connection, from, limit).keys();
          return Future.join(first, ofRows)
              .compose(both -> merged(blocks, first.result(), wanted, ofRows.result()))
              .map(
                  keys ->
                      keys.stream()
                          .map(key -> RecordIds.of(key.timestampMicros(), key.seq()))
                          .toList());
        },
        abandonment);
  }

  private static Future<List<BlockKey>> merged(
      BlockScan blocks, Page first, Wanted wanted, List<BlockKey> keys) {
    boolean areAll = keys.size() < wanted.maxRows();
    return first.isEmpty()
        ? Future.succeededFuture(keys)
        : new BlockMerge<>(blocks, RecordShapes.KEYS, wanted, keys, areAll)
            .run(first)
            .map(Merged::rows);
  }
}
