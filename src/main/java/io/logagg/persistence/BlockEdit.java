package io.logagg.persistence;

import io.logagg.block.BlockRow;
import io.logagg.block.Column;
import io.logagg.postgres.ConflictException;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.BlockWork;
import io.logagg.seal.SealedBlock;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes records of blocks, and the counts with them, in the transaction of a connection that has
 * {@link MoveLock#shared}. Stateless.
 */
final class BlockEdit {
  private static final long MINUTE_MICROS = 60_000_000;

  /** Nothing is found where another has put a block of the same key in its place meanwhile. */
  private static final String LOCK =
      "SELECT "
          + BlockTable.HEADER
          + " FROM blocks b WHERE b.since = $1 AND b.first_seq = $2 FOR UPDATE";

  /** So often it is looked for what stands in its place. */
  private static final int LOCK_TRIES = 4;

  private static final String DELTAS =
      """
      INSERT INTO rollup_deltas (minute, app_id, level, service, n)
      SELECT * FROM unnest($1::timestamptz[], $2::int4[], $3::text[], $4::text[], $5::int8[])""";

  private BlockEdit() {}

  /** What a row of the rollups counts. */
  private record Count(long minuteMicros, int appId, String level, String service) {}

  /** What a block becomes; none if nothing changes, or if it goes. */
  private record Edited(List<SealedBlock> blocks, Map<Count, Long> counts, Changed changed) {
    static final Edited NOTHING = new Edited(List.of(), Map.of(), new Changed(0, Map.of()));
  }

  /**
   * What was done.
   *
   * @param records how many were changed or went
   * @param byApp the same for each app
   */
  record Changed(int records, Map<Integer, Long> byApp) {
    Changed {
      byApp = Map.copyOf(byApp);
    }
  }

  /**
   * All records that a block has now; those who read it first wait for each other. Fails with a
   * {@link ConflictException} if it is gone.
   */
  static Future<List<BlockRow>> rows(SqlConnection connection, Header header) {
    return records(connection, header)
        .compose(records -> BlockWork.run(header, () -> rows(records)));
  }

  private static List<BlockRow> rows(BlockRecords records) {
    List<BlockRow> rows = new ArrayList<>(records.count());
    for (int row = 0; row < records.count(); row++) {
      rows.add(records.row(row));
    }
    return rows;
  }

  /**
   * Removes records; how many.
   *
   * @param apps those that are not deleted, see {@link BlockTable#apps}
   * @param meant tells which, by their places; it runs on a worker thread
   */
  static Future<Integer> remove(
      SqlConnection connection,
      Header header,
      Map<Integer, String> apps,
      Function<BlockRecords, BitSet> meant) {
    return records(connection, header, apps)
        .compose(
            records ->
                BlockWork.run(
                    header,
                    () -> {
                      BitSet gone = meant.apply(records);
                      if (gone.isEmpty()) {
                        return Edited.NOTHING;
                      }
                      List<BlockRow> rows = rows(records);
                      List<@Nullable BlockRow> after = new ArrayList<>(rows);
                      gone.stream().forEach(row -> after.set(row, null));
                      return edited(rows, after);
                    }))
        .compose(edited -> writeIfChanged(connection, header, edited))
        .map(Changed::records);
  }

  /** Counts what {@link #remove} would remove; needs no lock. */
  static Future<Integer> count(
      SqlConnection connection,
      Header header,
      Map<Integer, String> apps,
      Function<BlockRecords, BitSet> meant) {
    return BlockTable.columns(connection, header, EnumSet.allOf(Column.class))
        .compose(
            block ->
                block.isEmpty()
                    ? Future.succeededFuture(0)
                    : BlockWork.run(
                        header,
                        () -> meant.apply(new BlockRecords(block.get(), apps)).cardinality()));
  }

  private static Future<BlockRecords> records(SqlConnection connection, Header header) {
    return records(connection, header, Map.of());
  }

  /** Locked, so that nobody else changes it until the end of the transaction. */
  private static Future<BlockRecords> records(
      SqlConnection connection, Header header, Map<Integer, String> apps) {
    return locked(connection, header, LOCK_TRIES)
        // It may have other records than when its header was read.
        .compose(now -> BlockTable.columns(connection, now, EnumSet.allOf(Column.class)))
        .compose(
            block ->
                block
                    .map(found -> Future.succeededFuture(new BlockRecords(found, apps)))
                    .orElseGet(() -> Future.failedFuture(changed(header))));
  }

  private static Future<Header> locked(SqlConnection connection, Header header, int tries) {
    return connection
        .preparedQuery(LOCK)
        .execute(Tuple.of(Timestamps.utc(header.first().timestampMicros()), header.first().seq()))
        .compose(
            rows -> {
              if (rows.size() > 0) {
                return Future.succeededFuture(Header.of(rows.iterator().next()));
              }
              return tries > 1
                  ? locked(connection, header, tries - 1)
                  : Future.failedFuture(changed(header));
            });
  }

  private static ConflictException changed(Header header) {
    return new ConflictException(header.name() + " was changed meanwhile");
  }

  /**
   * Gives each record what it becomes.
   *
   * @param change answers the same record where nothing changes, null where it goes; another one
   *     has the same key
   */
  static Future<Changed> change(
      SqlConnection connection, Header header, Function<BlockRow, @Nullable BlockRow> change) {
    return records(connection, header)
        .compose(
            records ->
                BlockWork.run(
                    header,
                    () -> {
                      List<BlockRow> rows = rows(records);
                      List<@Nullable BlockRow> after = new ArrayList<>(rows.size());
                      rows.forEach(row -> after.add(change.apply(row)));
                      return edited(rows, after);
                    }))
        .compose(edited -> writeIfChanged(connection, header, edited));
  }

  private static Future<Changed> writeIfChanged(
      SqlConnection connection, Header header, Edited edited) {
    return edited.changed().records() == 0
        ? Future.succeededFuture(edited.changed())
        : write(connection, header, edited).map(edited.changed());
  }

  private static Edited edited(List<BlockRow> rows, List<@Nullable BlockRow> changed) {
    List<BlockRow> left = new ArrayList<>(rows.size());
    Map<Count, Long> counts = new HashMap<>();
    Map<Integer, Long> byApp = new HashMap<>();
    int count = 0;
    for (int i = 0; i < rows.size(); i++) {
      BlockRow row = rows.get(i);
      BlockRow after = changed.get(i);
      if (after != null) {
        left.add(after);
      }
      if (!row.equals(after)) {
        count++;
        byApp.merge(row.appId(), 1L, Long::sum);
        counts.merge(count(row), -1L, Long::sum);
        if (after != null) {
          counts.merge(count(after), 1L, Long::sum);
        }
      }
    }
    counts.values().removeIf(n -> n == 0);
    List<SealedBlock> blocks = count == 0 || left.isEmpty() ? List.of() : SealedBlock.split(left);
    return new Edited(blocks, counts, new Changed(count, byApp));
  }

  private static Count count(BlockRow row) {
    long minute = Math.floorDiv(row.timestampMicros(), MINUTE_MICROS) * MINUTE_MICROS;
    return new Count(minute, row.appId(), row.level(), row.service());
  }

  private static Future<Void> write(SqlConnection connection, Header header, Edited edited) {
    Future<Void> chain = BlockTable.delete(connection, header);
    for (SealedBlock block : edited.blocks()) {
      chain = chain.compose(done -> BlockTable.insert(connection, block));
    }
    return chain.compose(done -> addCounts(connection, edited.counts()));
  }

  private static Future<Void> addCounts(SqlConnection connection, Map<Count, Long> counts) {
    if (counts.isEmpty()) {
      return Future.succeededFuture();
    }
    List<Count> keys = List.copyOf(counts.keySet());
    Tuple parameters =
        Tuple.tuple()
            .addArrayOfOffsetDateTime(
                keys.stream()
                    .map(key -> Timestamps.utc(key.minuteMicros()))
                    .toArray(OffsetDateTime[]::new))
            .addArrayOfInteger(keys.stream().map(Count::appId).toArray(Integer[]::new))
            .addArrayOfString(keys.stream().map(Count::level).toArray(String[]::new))
            .addArrayOfString(keys.stream().map(Count::service).toArray(String[]::new))
            .addArrayOfLong(keys.stream().map(counts::get).toArray(Long[]::new));
    return connection.preparedQuery(DELTAS).execute(parameters).mapEmpty();
  }
}
