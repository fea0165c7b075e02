package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.record.AppAccess;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds single records, and what is known of their storing. Thread-safe. */
public final class LogSearch {
  private static final String FROM =
      " FROM logs l JOIN apps a ON a.id = l.app_id AND a.deleted_at IS NULL WHERE true";

  private final Database database;

  public LogSearch(Database database) {
    this.database = database;
  }

  /** Which end of time comes first. */
  public enum Order {
    NEWEST_FIRST,
    OLDEST_FIRST
  }

  /** One record; empty if there is none for this one to see. */
  public Future<Optional<LogRow>> find(AppAccess access, UUID id) {
    if (!RecordIds.isRecordId(id)) {
      return Future.succeededFuture(Optional.empty());
    }
    Sql sql = new Sql().add("SELECT " + LogRow.COLUMNS + FROM + " AND l.\"timestamp\" = ");
    sql.bind(Timestamps.utc(RecordIds.timestampMicros(id)))
        .add(" AND l.seq = ")
        .bind(RecordIds.seq(id));
    FilterSql.addAccess(sql, "a.name", access);
    return database.snapshot(
        connection ->
            connection
                .preparedQuery(sql.text())
                .execute(Tuple.from(sql.parameters()))
                .compose(
                    rows ->
                        rows.size() > 0
                            ? Future.succeededFuture(Optional.of(LogRow.of(rows.iterator().next())))
                            : findSealed(connection, access, id)),
        new Abandonment());
  }

  private static Future<Optional<LogRow>> findSealed(
      SqlConnection connection, AppAccess access, UUID id) {
    BlockKey key = RecordShapes.key(id);
    LogFilter filter =
        LogFilter.ALL.restrictedTo(access).within(key.timestampMicros(), key.timestampMicros() + 1);
    return BlockTable.holding(connection, key)
        .compose(headers -> first(new BlockScan(connection, filter), headers, id));
  }

  private static Future<Optional<LogRow>> first(BlockScan scan, List<Header> headers, UUID id) {
    return headers.isEmpty()
        ? Future.succeededFuture(Optional.empty())
        : scan.find(headers.get(0), id)
            .compose(
                found ->
                    found.isPresent()
                        ? Future.succeededFuture(found)
                        : first(scan, headers.subList(1, headers.size()), id));
  }

  /**
   * The record that a producer's id stands for, if it was stored within the time that repeats are
   * recognised.
   */
  public Future<Optional<UUID>> findByDedupeKey(UUID dedupeKey) {
    return database
        .read(
            connection ->
                connection
                    .preparedQuery("SELECT record_id FROM dedupe WHERE key = $1")
                    .execute(Tuple.of(dedupeKey)))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getUUID(0)));
  }
}
