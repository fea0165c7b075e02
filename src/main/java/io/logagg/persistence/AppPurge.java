package io.logagg.persistence;

import io.logagg.block.CorruptBlockException;
import io.logagg.filter.Sql;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the rows of deleted apps, oldest first. No index leads to an app's rows, so the counts
 * per minute tell where some can be; a stretch that is done has its counts removed with the last of
 * its rows, so that no process looks there again. Belongs to one context.
 */
final class AppPurge {
  private static final Logger LOG = LoggerFactory.getLogger(AppPurge.class);

  /** Apps that are looked after at once. */
  private static final int MAX_APPS = 100;

  /** Beyond these, somebody has to look after them first. */
  private static final int MAX_DAMAGED = 100;

  /** How much of the rows' time one step looks through. */
  private static final long STRETCH_MINUTES = 60;

  private static final OffsetDateTime START =
      OffsetDateTime.of(-1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private static final String DELETED_APPS =
      "SELECT id FROM apps WHERE deleted_at IS NOT NULL ORDER BY id LIMIT " + MAX_APPS;

  private static final String FIRST_MINUTE =
      """
      SELECT min(minute) FROM (
        (SELECT minute FROM rollups WHERE minute >= $2 AND app_id = ANY ($1) ORDER BY minute LIMIT 1)
        UNION ALL
        (SELECT minute FROM rollup_deltas WHERE minute >= $2 AND app_id = ANY ($1) ORDER BY minute LIMIT 1)) AS found""";

  private static final String DELETE_ROWS =
      """
      DELETE FROM logs l USING (
        SELECT "timestamp", seq, app_id FROM logs WHERE "timestamp" >= $2 AND "timestamp" < $3 AND app_id = ANY ($1)
        ORDER BY "timestamp", seq LIMIT $4) victim
      WHERE l."timestamp" = victim."timestamp" AND l.seq = victim.seq AND l.app_id = victim.app_id
        AND l."timestamp" >= $2 AND l."timestamp" < $3""";

  private static final String DELETE_COUNTS =
      """
      WITH deltas AS (DELETE FROM rollup_deltas WHERE minute >= $2 AND minute < $3 AND app_id = ANY ($1))
      DELETE FROM rollups WHERE minute >= $2 AND minute < $3 AND app_id = ANY ($1)""";

  private static final String DELETE_EMPTY_APPS =
      """
      DELETE FROM apps a WHERE id = ANY ($1) AND deleted_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM rollups r WHERE r.app_id = a.id)
        AND NOT EXISTS (SELECT FROM rollup_deltas d WHERE d.app_id = a.id)""";

  private final int chunkRows;

  /** Blocks that cannot be read, and are no reason to leave the others. */
  private final Set<BlockKey> damaged = new HashSet<>();

  /** Up to where all is done, as far as this process knows. */
  private OffsetDateTime from = START;

  AppPurge(int chunkRows) {
    this.chunkRows = chunkRows;
  }

  /** A step in the connection's transaction; answers the size of a chunk if there is more to do. */
  Future<Integer> step(SqlConnection connection) {
    return connection
        .preparedQuery(DELETED_APPS)
        .execute()
        .compose(
            rows -> {
              List<Integer> apps = new ArrayList<>();
              rows.forEach(row -> apps.add(row.getInteger(0)));
              if (apps.isEmpty()) {
                damaged.clear();
                from = START;
                return Future.succeededFuture(0);
              }
              Integer[] all = apps.toArray(Integer[]::new);
              return MoveLock.shared(connection)
                  .compose(held -> firstBlock(connection, all))
                  .compose(
                      block ->
                          block.isEmpty()
                              ? step(connection, all)
                              : remove(connection, block.get(0), apps));
            });
  }

  private Future<Integer> remove(SqlConnection connection, Header block, List<Integer> apps) {
    return BlockEdit.change(connection, block, row -> apps.contains(row.appId()) ? null : row)
        .<Void>mapEmpty()
        .recover(
            e -> {
              if (!(e instanceof CorruptBlockException) || damaged.size() == MAX_DAMAGED) {
                return Future.failedFuture(e);
              }
              LOG.warn("the records of deleted apps stay in it: {}", e.getMessage());
              damaged.add(block.first());
              return Future.succeededFuture();
            })
        .map(chunkRows);
  }

  /** A block that has records of these apps, if there is one; before their rows. */
  private Future<List<Header>> firstBlock(SqlConnection connection, Integer[] apps) {
    Sql sql = BlockTable.headers().add(" AND b.apps && ").bind(apps).add("::int4[]");
    for (BlockKey key : damaged) {
      sql.add(" AND (b.since, b.first_seq) <> (")
          .bind(Timestamps.utc(key.timestampMicros()))
          .add(", ")
          .bind(key.seq())
          .add(")");
    }
    return BlockTable.headers(connection, sql.add(" LIMIT 1"));
  }

  private Future<Integer> step(SqlConnection connection, Integer[] apps) {
    return connection
        .preparedQuery(FIRST_MINUTE)
        .execute(Tuple.tuple().addArrayOfInteger(apps).addOffsetDateTime(from))
        .compose(
            rows -> {
              Row row = rows.iterator().next();
              @Nullable OffsetDateTime minute = row.getOffsetDateTime(0);
              return minute == null ? finish(connection, apps) : purge(connection, apps, minute);
            });
  }

  /** What was passed may have got counts since; the apps go only if there are none anywhere. */
  private Future<Integer> finish(SqlConnection connection, Integer[] apps) {
    boolean sawAll = from.equals(START);
    from = START;
    return sawAll
        ? execute(connection, DELETE_EMPTY_APPS, Tuple.tuple().addArrayOfInteger(apps)).map(0)
        : Future.succeededFuture(chunkRows);
  }

  private Future<Integer> purge(SqlConnection connection, Integer[] apps, OffsetDateTime minute) {
    OffsetDateTime end = minute.plusMinutes(STRETCH_MINUTES);
    return execute(connection, DELETE_ROWS, stretch(apps, minute, end).addInteger(chunkRows))
        .compose(
            deleted ->
                deleted < chunkRows
                    ? execute(connection, DELETE_COUNTS, stretch(apps, minute, end)).map(end)
                    : Future.succeededFuture(minute))
        .map(
            next -> {
              from = next;
              return chunkRows;
            });
  }

  private static Tuple stretch(Integer[] apps, OffsetDateTime from, OffsetDateTime to) {
    return Tuple.tuple().addArrayOfInteger(apps).addOffsetDateTime(from).addOffsetDateTime(to);
  }

  private static Future<Integer> execute(SqlConnection connection, String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters).map(rows -> rows.rowCount());
  }
}
