package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.logagg.record.AppAccess;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
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
    return rows(sql).map(rows -> rows.stream().findFirst());
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

  private Future<List<LogRow>> rows(Sql sql) {
    return database
        .read(
            connection ->
                connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())))
        .map(LogSearch::rows);
  }

  private static List<LogRow> rows(RowSet<Row> rows) {
    List<LogRow> list = new ArrayList<>(rows.size());
    rows.forEach(row -> list.add(LogRow.of(row)));
    return list;
  }
}
