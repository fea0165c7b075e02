package io.logagg.persistence;

import io.logagg.block.BlockRow;
import io.logagg.filter.Sql;
import io.logagg.persistence.BlockEdit.Changed;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Removes the records that are too old for their app from blocks. Stateless. */
final class BlockExpiry {
  private static final String CUTOFFS = "WITH " + AppCutoffs.CTE + "SELECT id, cutoff FROM cutoffs";

  private static final String NOTE =
      "UPDATE retention_totals SET removed_records = removed_records + $1";

  private BlockExpiry() {}

  /**
   * What a step did.
   *
   * @param names of the apps that lost records, as far as they are known
   * @param last the first key of the block that was looked at; null if there was none
   */
  record Step(Map<Integer, Long> removed, Map<Integer, String> names, @Nullable BlockKey last) {
    Step {
      removed = Map.copyOf(removed);
      names = Map.copyOf(names);
    }
  }

  /**
   * Looks at the next block that may have some.
   *
   * @param connection in a transaction that has {@link MoveLock#shared}
   * @param after the block before it; null for the first
   * @param maxAgeDays of apps without a limit of their own; null for ever
   */
  static Future<Step> step(
      SqlConnection connection,
      PartitionRange range,
      @Nullable BlockKey after,
      @Nullable Integer maxAgeDays) {
    return connection
        .preparedQuery(CUTOFFS)
        .execute(Tuple.tuple().addInteger(maxAgeDays))
        .compose(
            rows -> {
              Map<Integer, Long> cutoffs = new HashMap<>();
              rows.forEach(
                  row ->
                      cutoffs.put(row.getInteger(0), Timestamps.micros(row.getOffsetDateTime(1))));
              return next(connection, range, after, cutoffs)
                  .compose(headers -> step(connection, headers, cutoffs));
            });
  }

  private static Future<List<Header>> next(
      SqlConnection connection,
      PartitionRange range,
      @Nullable BlockKey after,
      Map<Integer, Long> cutoffs) {
    List<Map.Entry<Integer, Long>> limits = List.copyOf(cutoffs.entrySet());
    Sql sql = BlockTable.headers();
    sql.add(" AND b.since >= ").bind(range.start()).add(" AND b.since < ").bind(range.end());
    if (after != null) {
      sql.add(" AND (b.since, b.first_seq) > (")
          .bind(Timestamps.utc(after.timestampMicros()))
          .add(", ")
          .bind(after.seq())
          .add(")");
    }
    sql.add(" AND EXISTS (SELECT FROM unnest(")
        .bind(limits.stream().map(Map.Entry::getKey).toArray(Integer[]::new))
        .add("::int4[], ")
        .bind(
            limits.stream()
                .map(limit -> Timestamps.utc(limit.getValue()))
                .toArray(OffsetDateTime[]::new))
        .add("::timestamptz[]) AS k(id, cutoff) WHERE k.id = ANY (b.apps) AND b.since < k.cutoff)");
    return BlockTable.headers(connection, sql.add(" ORDER BY b.since, b.first_seq LIMIT 1"));
  }

  private static Future<Step> step(
      SqlConnection connection, List<Header> headers, Map<Integer, Long> cutoffs) {
    if (headers.isEmpty()) {
      return Future.succeededFuture(new Step(Map.of(), Map.of(), null));
    }
    Header header = headers.get(0);
    return BlockEdit.change(connection, header, row -> isTooOld(row, cutoffs) ? null : row)
        .compose(changed -> note(connection, changed))
        .compose(
            changed ->
                BlockTable.apps(connection, header.apps())
                    .map(names -> new Step(changed.byApp(), names, header.first())));
  }

  private static boolean isTooOld(BlockRow row, Map<Integer, Long> cutoffs) {
    Long cutoff = cutoffs.get(row.appId());
    return cutoff != null && row.timestampMicros() < cutoff;
  }

  private static Future<Changed> note(SqlConnection connection, Changed changed) {
    return changed.records() == 0
        ? Future.succeededFuture(changed)
        : connection.preparedQuery(NOTE).execute(Tuple.of((long) changed.records())).map(changed);
  }
}
