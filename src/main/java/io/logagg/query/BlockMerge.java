package io.logagg.query;

import io.logagg.block.Column;
import io.logagg.postgres.Steps;
import io.logagg.query.BlockScan.Found;
import io.logagg.query.BlockScan.Page;
import io.logagg.query.LogSearch.Order;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.BlockWork;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joins some rows with the records of blocks that belong between them, in the order of a scan. It
 * opens a block only if one of its records may be among those that are wanted. Belongs to one
 * request.
 *
 * @param <T> what is made of a record
 */
final class BlockMerge<T> {
  /** Blocks that are fetched and decoded at a time. */
  private static final int MAX_AHEAD = 3;

  private final BlockScan scan;
  private final Shape<T> shape;
  private final Wanted wanted;
  private final Comparator<BlockKey> keyOrder;
  private final Comparator<T> order;
  private final @Nullable T limit;
  private final Queue<Future<Found>> ahead = new ArrayDeque<>();
  private Page page = new Page(List.of(), false);
  private int at;
  private int lookAhead;
  private List<T> merged;
  private boolean isTrimmed;
  private boolean isCutByBytes;

  /**
   * Which records are wanted.
   *
   * @param after the place behind which they are; null for the beginning
   * @param maxBytes the first record that takes the sum beyond it is the last
   */
  record Wanted(Order order, @Nullable BlockKey after, int maxRows, long maxBytes) {}

  /** What is wanted of a record. */
  interface Shape<T> {
    Set<Column> columns();

    T of(BlockRecords records, int row);

    BlockKey key(T made);

    /** About how much memory it takes. */
    int bytes(T made);
  }

  /**
   * What came of it.
   *
   * @param hasMore whether there may be more behind the last
   * @param cutByBytes whether there are fewer than wanted since they are large
   */
  record Merged<T>(List<T> rows, boolean hasMore, boolean cutByBytes) {}

  /**
   * Begins with some rows.
   *
   * @param rows in order, behind the place, at most as many as are wanted
   * @param areAll whether there are no more rows; if not, nothing behind the last is answered
   */
  BlockMerge(BlockScan scan, Shape<T> shape, Wanted wanted, List<T> rows, boolean areAll) {
    Comparator<BlockKey> ascending = Comparator.naturalOrder();
    this.scan = scan;
    this.shape = shape;
    this.wanted = wanted;
    this.keyOrder = wanted.order() == Order.OLDEST_FIRST ? ascending : ascending.reversed();
    this.order = Comparator.comparing(shape::key, keyOrder);
    this.limit = areAll || rows.isEmpty() ? null : rows.get(rows.size() - 1);
    this.merged = new ArrayList<>(rows);
  }

  /**
   * All blocks that are needed.
   *
   * @param first the first of them
   */
  Future<Merged<T>> run(Page first) {
    page = first;
    return Steps.whileMore(this::step).map(done -> merged());
  }

  private Merged<T> merged() {
    // What was read of the rows may be all of a part only, with as many as are wanted.
    boolean isFull = merged.size() == wanted.maxRows();
    boolean blocksLeft = at < page.headers().size() || page.hasMore();
    return new Merged<>(
        List.copyOf(merged), isFull || limit != null || isTrimmed || blocksLeft, isCutByBytes);
  }

  /** The next block; whether there may be more that are needed. */
  private Future<Boolean> step() {
    List<Header> headers = page.headers();
    if (at == headers.size()) {
      return page.hasMore() ? nextPage() : Future.succeededFuture(false);
    }
    if (!isNeeded(headers.get(at))) {
      return Future.succeededFuture(false);
    }
    // One more with each block that was needed: the first alone is often enough.
    lookAhead = Math.min(MAX_AHEAD, lookAhead + 1);
    while (ahead.size() < lookAhead
        && at + ahead.size() < headers.size()
        && isNeeded(headers.get(at + ahead.size()))) {
      ahead.add(scan.find(headers.get(at + ahead.size())));
    }
    return ahead
        .remove()
        .compose(this::take)
        .map(
            done -> {
              at++;
              return true;
            });
  }

  private Future<Boolean> nextPage() {
    Header last = page.headers().get(page.headers().size() - 1);
    return scan.headers(wanted.order(), last, wanted.after())
        .map(
            next -> {
              page = next;
              at = 0;
              return true;
            });
  }

  /** The last that is wanted, as far as is known; null if all are. */
  private @Nullable T bound() {
    return isTrimmed || merged.size() == wanted.maxRows() ? merged.get(merged.size() - 1) : limit;
  }

  private boolean isNeeded(Header header) {
    T bound = bound();
    BlockKey first = wanted.order() == Order.NEWEST_FIRST ? header.last() : header.first();
    return bound == null || keyOrder.compare(first, shape.key(bound)) < 0;
  }

  private Future<Void> take(Found found) {
    return found.rows().isEmpty()
        ? Future.succeededFuture()
        : scan.more(found, shape.columns())
            .compose(
                records ->
                    BlockWork.run(
                        found.header(),
                        () -> {
                          add(made(records, found.rows()));
                          return null;
                        }));
  }

  /** Those that are wanted, in order. */
  private List<T> made(BlockRecords records, BitSet rows) {
    boolean isNewestFirst = wanted.order() == Order.NEWEST_FIRST;
    BlockKey after = wanted.after();
    T bound = bound();
    List<T> made = new ArrayList<>();
    long bytes = 0;
    int row = isNewestFirst ? rows.previousSetBit(records.count()) : rows.nextSetBit(0);
    while (row >= 0 && made.size() < wanted.maxRows() && bytes <= wanted.maxBytes()) {
      BlockKey key = records.key(row);
      if (bound != null && keyOrder.compare(key, shape.key(bound)) > 0) {
        break;
      }
      if (after == null || keyOrder.compare(key, after) > 0) {
        T one = shape.of(records, row);
        made.add(one);
        bytes += shape.bytes(one);
      }
      row = isNewestFirst ? rows.previousSetBit(row - 1) : rows.nextSetBit(row + 1);
    }
    isTrimmed |= row >= 0;
    return made;
  }

  private void add(List<T> made) {
    List<T> all = new ArrayList<>(merged.size() + made.size());
    int i = 0;
    int k = 0;
    long bytes = 0;
    while ((i < merged.size() || k < made.size())
        && all.size() < wanted.maxRows()
        && bytes <= wanted.maxBytes()) {
      boolean ofRows =
          k == made.size() || (i < merged.size() && order.compare(merged.get(i), made.get(k)) < 0);
      T next = ofRows ? merged.get(i++) : made.get(k++);
      bytes += shape.bytes(next);
      all.add(next);
    }
    isCutByBytes = all.size() < wanted.maxRows() && bytes > wanted.maxBytes();
    isTrimmed |= i < merged.size() || k < made.size();
    merged = all;
  }
}
