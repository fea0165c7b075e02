package io.logagg.query;

import io.logagg.block.Block;
import io.logagg.block.Column;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Steps;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockConditions;
import io.logagg.seal.BlockMatcher;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.BlockWork;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that a filter may mean, within one snapshot. Decodes on worker threads, a few blocks
 * at a time. Belongs to one request.
 */
final class BlockScan {
  /** Headers that are asked for at once. */
  private static final int PAGE = 64;

  /** Blocks that are fetched and decoded at a time, when all of them are needed. */
  private static final int AHEAD = 3;

  private final SqlConnection connection;
  private final LogFilter filter;
  private final BlockMatcher matcher;

  /** Names of the apps that were asked for; empty for those that are deleted. */
  private final Map<Integer, Optional<String>> apps = new HashMap<>();

  /**
   * @param connection with a snapshot, see {@link io.logagg.postgres.Database#snapshot}
   */
  BlockScan(SqlConnection connection, LogFilter filter) {
    this.connection = connection;
    this.filter = filter;
    this.matcher = new BlockMatcher(filter);
  }

  /** Some blocks in order, and whether there are more. */
  record Page(List<Header> headers, boolean hasMore) {
    boolean isEmpty() {
      return headers.isEmpty();
    }
  }

  /** A block with some of its columns, and the records that match. */
  record Found(Header header, BlockRecords records, BitSet rows) {}

  /**
   * The next blocks: by their ends, or, oldest first, by their beginnings.
   *
   * @param after the last one of those before; null to begin
   * @param place beyond which records are wanted; null for all
   */
  Future<Page> headers(Order order, @Nullable Header after, @Nullable BlockKey place) {
    boolean descending = order == Order.NEWEST_FIRST;
    Sql sql = BlockTable.headers();
    BlockConditions.add(sql, filter);
    if (place != null) {
      sql.add(descending ? " AND b.since <= " : " AND b.until >= ")
          .bind(Timestamps.utc(place.timestampMicros()));
    }
    if (after != null && descending) {
      sql.add(" AND (b.until, b.last_seq) < (")
          .bind(Timestamps.utc(after.last().timestampMicros()))
          .add(", ")
          .bind(after.last().seq())
          .add(")");
    } else if (after != null) {
      BlockTable.addBehind(sql, after.first());
    }
    sql.add(" ORDER BY " + (descending ? "b.until DESC, b.last_seq DESC" : "b.since, b.first_seq"))
        .add(" LIMIT ")
        .bind(PAGE + 1);
    return BlockTable.headers(connection, sql)
        .map(
            headers -> {
              boolean hasMore = headers.size() > PAGE;
              return new Page(List.copyOf(hasMore ? headers.subList(0, PAGE) : headers), hasMore);
            });
  }

  /** Finds the matching records of a block. */
  Future<Found> find(Header header) {
    return find(header, matcher.columns());
  }

  private Future<Found> find(Header header, Set<Column> columns) {
    Future<Optional<Block>> reading = BlockTable.columns(connection, header, columns);
    return Future.join(reading, learn(header.apps()))
        .compose(
            both -> {
              Block block = reading.result().orElseThrow(() -> gone(header));
              BlockRecords records = new BlockRecords(block, live(header.apps()));
              return BlockWork.run(
                  header, () -> new Found(header, records, matcher.matches(records)));
            });
  }

  /** Asks for the names of those apps that were not asked for yet. */
  private Future<Void> learn(List<Integer> ids) {
    List<Integer> unknown = ids.stream().filter(id -> !apps.containsKey(id)).toList();
    return unknown.isEmpty()
        ? Future.succeededFuture()
        : BlockTable.apps(connection, unknown)
            .onSuccess(
                found -> unknown.forEach(id -> apps.put(id, Optional.ofNullable(found.get(id)))))
            .mapEmpty();
  }

  private Map<Integer, String> live(List<Integer> ids) {
    Map<Integer, String> live = new HashMap<>();
    ids.forEach(
        id -> apps.getOrDefault(id, Optional.empty()).ifPresent(name -> live.put(id, name)));
    return live;
  }

  /** The record of this id in a block, if it matches. */
  Future<Optional<LogRow>> find(Header header, UUID id) {
    return find(header, EnumSet.allOf(Column.class))
        .compose(
            found ->
                BlockWork.run(
                    header,
                    () ->
                        found.rows().stream()
                            .filter(row -> found.records().record(row).id().equals(id))
                            .mapToObj(row -> LogRow.of(found.records(), row))
                            .findFirst()));
  }

  /** A found block with these columns, too. */
  Future<BlockRecords> more(Found found, Set<Column> columns) {
    Set<Column> missing = EnumSet.copyOf(columns);
    missing.removeAll(matcher.columns());
    return missing.isEmpty()
        ? Future.succeededFuture(found.records())
        : BlockTable.columns(connection, found.header(), missing)
            .map(more -> found.records().with(more.orElseThrow(() -> gone(found.header()))));
  }

  private static IllegalStateException gone(Header header) {
    return new IllegalStateException(
        header.name() + " is not in the snapshot that it was found in");
  }

  /**
   * Goes through all matching records.
   *
   * @param columns what the taker asks for
   * @param taker is given a block and its matching records, on worker threads, one block at a time
   */
  Future<Void> forEach(Set<Column> columns, BiConsumer<BlockRecords, BitSet> taker) {
    Set<Column> all = EnumSet.copyOf(columns);
    all.addAll(matcher.columns());
    AtomicReference<@Nullable Header> last = new AtomicReference<>();
    return Steps.whileMore(
        () ->
            headers(Order.NEWEST_FIRST, last.get(), null)
                .compose(
                    page -> {
                      if (page.hasMore()) {
                        last.set(page.headers().get(page.headers().size() - 1));
                      }
                      return blocks(page.headers(), all, taker).map(page.hasMore());
                    }));
  }

  private Future<Void> blocks(
      List<Header> headers, Set<Column> columns, BiConsumer<BlockRecords, BitSet> taker) {
    List<Future<Void>> lanes = new ArrayList<>();
    for (int lane = 0; lane < AHEAD; lane++) {
      lanes.add(lane(headers, lane, columns, taker));
    }
    return Future.join(lanes).mapEmpty();
  }

  /** Every so manyth of the blocks, one after the other. */
  private Future<Void> lane(
      List<Header> headers, int at, Set<Column> columns, BiConsumer<BlockRecords, BitSet> taker) {
    if (at >= headers.size()) {
      return Future.succeededFuture();
    }
    Header header = headers.get(at);
    return find(header, columns)
        .compose(
            found ->
                BlockWork.run(
                    header,
                    () -> {
                      if (!found.rows().isEmpty()) {
                        synchronized (taker) {
                          taker.accept(found.records(), found.rows());
                        }
                      }
                      return null;
                    }))
        .compose(done -> lane(headers, at + AHEAD, columns, taker));
  }
}
