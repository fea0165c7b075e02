package io.logagg.persistence;

import io.logagg.persistence.PartitionCatalog.Partition;
import io.logagg.persistence.StorageOrders.Order;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is stored as rows and what as blocks, partition by partition. Thread-safe. */
public final class StorageState {
  /** All records of each partition, by the counts, which both kinds are in. */
  private static final String RECORDS =
      """
      SELECT p.partition, (SELECT coalesce(sum(n), 0)::int8 FROM (
          SELECT n FROM rollups WHERE minute >= p.since AND minute < p.until
          UNION ALL SELECT n FROM rollup_deltas WHERE minute >= p.since AND minute < p.until) counts)
      FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS p(partition, since, until)""";

  private static final String BLOCKS =
      """
      SELECT c.relname, count(*), sum(b.n)::int8, sum(b.chars)::int8
      FROM blocks b JOIN pg_class c ON c.oid = b.tableoid GROUP BY 1""";

  private final Database database;

  public StorageState(Database database) {
    this.database = database;
  }

  /**
   * What is stored.
   *
   * @param partitions the oldest first
   * @param orders what was asked for by hand, the newest first
   */
  public record State(List<Part> partitions, List<Order> orders) {
    public State {
      partitions = List.copyOf(partitions);
      orders = List.copyOf(orders);
    }

    /** All partitions together. */
    public Sizes total() {
      return partitions.stream().map(Part::sizes).reduce(Sizes.NONE, Sizes::plus);
    }
  }

  /**
   * One partition.
   *
   * @param name of the table that its rows are in, or were
   * @param sinceMicros the first instant that it may hold, in microseconds since the epoch; null
   *     for no bound
   * @param untilMicros the first instant behind it; null for no bound
   */
  public record Part(
      String name, @Nullable Long sinceMicros, @Nullable Long untilMicros, Sizes sizes) {}

  /**
   * How much there is. Bytes are on disk, with indexes.
   *
   * @param textChars the characters of messages and metadata of the records in blocks
   */
  public record Sizes(
      long rows, long rowBytes, long blocks, long sealedRecords, long blockBytes, long textChars) {
    static final Sizes NONE = new Sizes(0, 0, 0, 0, 0, 0);

    Sizes plus(Sizes other) {
      return new Sizes(
          rows + other.rows,
          rowBytes + other.rowBytes,
          blocks + other.blocks,
          sealedRecords + other.sealedRecords,
          blockBytes + other.blockBytes,
          textChars + other.textChars);
    }

    public long records() {
      return rows + sealedRecords;
    }

    public long bytes() {
      return rowBytes + blockBytes;
    }

    /** Bytes on disk for each character of messages and metadata; null without blocks. */
    public @Nullable Double ratio() {
      return textChars == 0 ? null : (double) blockBytes / textChars;
    }
  }

  /** All of it, in one snapshot; the sizes on disk are of now. */
  public Future<State> read() {
    return database.snapshot(StorageState::read, new Abandonment());
  }

  private static Future<State> read(SqlConnection connection) {
    return PartitionCatalog.partitions(connection)
        .compose(
            partitions ->
                parts(connection, partitions)
                    .compose(
                        parts ->
                            StorageOrders.list(connection)
                                .map(orders -> new State(parts, orders))));
  }

  private static Future<List<Part>> parts(SqlConnection connection, List<Partition> partitions) {
    List<PartitionRange> ranges = partitions.stream().map(Partition::range).toList();
    Future<RowSet<Row>> records =
        connection.preparedQuery(RECORDS).execute(PartitionCatalog.parameters(ranges));
    Future<RowSet<Row>> blocks = connection.query(BLOCKS).execute();
    return Future.join(records, blocks)
        .map(
            both -> {
              Map<String, Long> all = new HashMap<>();
              records.result().forEach(row -> all.put(row.getString(0), row.getLong(1)));
              Map<String, Row> sums = new HashMap<>();
              blocks.result().forEach(row -> sums.put(row.getString(0), row));
              return partitions.stream()
                  .map(
                      partition ->
                          part(
                              partition,
                              all.getOrDefault(partition.table(), 0L),
                              sums.get(partition.range().blocksTable())))
                  .toList();
            });
  }

  /** Of a partition, with what is told of its blocks, if there are any. */
  private static Part part(Partition partition, long records, @Nullable Row blocks) {
    PartitionRange range = partition.range();
    long inBlocks = blocks == null ? 0 : blocks.getLong(2);
    return new Part(
        range.table(),
        range.from() == null ? null : Timestamps.micros(range.start()),
        range.to() == null ? null : Timestamps.micros(range.end()),
        new Sizes(
            // Counts of a deleted app go before its records do.
            Math.max(0, records - inBlocks),
            partition.rowBytes(),
            blocks == null ? 0 : blocks.getLong(1),
            inBlocks,
            partition.blockBytes(),
            blocks == null ? 0 : blocks.getLong(3)));
  }
}
