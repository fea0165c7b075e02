package io.logagg.persistence;

import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockFaults;
import io.logagg.seal.BlockFaults.Found;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.BlockWork;
import io.logagg.seal.SealedBlock;
import io.logagg.seal.SealedBlock.BlockKey;
import io.logagg.seal.StoredBlock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at sealed blocks one after the other, in the order of their first records, each in a
 * snapshot of its own: so sealing and deleting may go on. What becomes a block behind its back is
 * not looked at. Changes nothing. Thread-safe.
 */
public final class BlockCheck {
  private static final String BLOCKS = "SELECT count(*) FROM blocks";

  /** The range leaves few rows, most often none; the keys alone would be looked up one by one. */
  private static final String DOUBLES =
      """
      SELECT l."timestamp", l.seq, count(*) OVER () FROM logs l
      JOIN unnest($5::timestamptz[], $6::int8[]) AS k("timestamp", seq) ON l."timestamp" = k."timestamp" AND l.seq = k.seq
      WHERE l."timestamp" BETWEEN $1 AND $3 AND (l."timestamp", l.seq) BETWEEN ($1, $2) AND ($3, $4)
      ORDER BY 1, 2 LIMIT 1""";

  private final Database database;

  public BlockCheck(Database database) {
    this.database = database;
  }

  /**
   * A block that was looked at.
   *
   * @param first the key that it is found by
   * @param name for people
   * @param records how many it says it has
   * @param faults what is wrong with it, one line each
   */
  public record Checked(BlockKey first, String name, int records, List<String> faults) {
    public Checked {
      faults = List.copyOf(faults);
    }

    private static Checked of(Header header, List<String> faults) {
      return new Checked(header.first(), header.name(), header.rows(), faults);
    }
  }

  /** How many blocks there are. */
  public Future<Long> blocks() {
    return database.read(
        connection ->
            connection.query(BLOCKS).execute().map(rows -> rows.iterator().next().getLong(0)));
  }

  /**
   * Looks at the next block; empty behind the last.
   *
   * @param after the one before; null to begin
   */
  public Future<Optional<Checked>> next(@Nullable BlockKey after) {
    return database.snapshot(
        connection ->
            nextHeader(connection, after)
                .compose(
                    headers ->
                        headers.isEmpty()
                            ? Future.succeededFuture(Optional.empty())
                            : check(connection, headers.get(0)).map(Optional::of)),
        new Abandonment());
  }

  private static Future<List<Header>> nextHeader(
      SqlConnection connection, @Nullable BlockKey after) {
    Sql sql = BlockTable.headers();
    if (after != null) {
      BlockTable.addBehind(sql, after);
    }
    return BlockTable.headers(connection, sql.add(" ORDER BY b.since, b.first_seq LIMIT 1"));
  }

  private static Future<Checked> check(SqlConnection connection, Header header) {
    return StoredBlock.read(connection, header)
        .compose(
            stored ->
                stored.isEmpty()
                    ? Future.failedFuture(
                        new IllegalStateException(header.name() + " is not in its snapshot"))
                    : check(connection, header, stored.get()))
        .recover(
            e ->
                SqlFailure.isDamage(e)
                    ? Future.succeededFuture(
                        Checked.of(
                            header,
                            List.of("PostgreSQL cannot read it: " + SqlFailure.describe(e))))
                    : Future.failedFuture(e));
  }

  private static Future<Checked> check(
      SqlConnection connection, Header header, StoredBlock stored) {
    Optional<PartitionRange> range = PartitionRange.ofEither(stored.partition());
    long from = range.map(r -> Timestamps.micros(r.start())).orElse(Long.MIN_VALUE);
    long to = range.map(r -> Timestamps.micros(r.end())).orElse(Long.MAX_VALUE);
    SealedBlock block = stored.block();
    return BlockWork.run(header, () -> BlockFaults.in(block, from, to))
        .compose(
            found ->
                doubles(connection, found)
                    .map(
                        doubles -> {
                          List<String> faults = new ArrayList<>(found.faults());
                          doubles.ifPresent(faults::add);
                          return Checked.of(header, faults);
                        }));
  }

  /** Says which records of the block are rows as well. */
  private static Future<Optional<String>> doubles(SqlConnection connection, Found found) {
    List<BlockKey> keys = found.keys().stream().sorted().toList();
    if (keys.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    BlockKey first = keys.get(0);
    BlockKey last = keys.get(keys.size() - 1);
    Tuple parameters =
        Tuple.of(
                Timestamps.utc(first.timestampMicros()),
                first.seq(),
                Timestamps.utc(last.timestampMicros()),
                last.seq())
            .addArrayOfOffsetDateTime(
                keys.stream()
                    .map(key -> Timestamps.utc(key.timestampMicros()))
                    .toArray(OffsetDateTime[]::new))
            .addArrayOfLong(keys.stream().map(BlockKey::seq).toArray(Long[]::new));
    return connection
        .preparedQuery(DOUBLES)
        .execute(parameters)
        .map(
            rows ->
                rows.size() == 0 ? Optional.empty() : Optional.of(said(rows.iterator().next())));
  }

  private static String said(Row row) {
    return "%d of its records are rows of logs, too, the first is %s"
        .formatted(
            row.getLong(2),
            RecordIds.of(Timestamps.micros(row.getOffsetDateTime(0)), row.getLong(1)));
  }
}
