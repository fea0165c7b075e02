package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds records. Pages are cut by key (the time and the id of the last row seen), so that rows
 * which come in meanwhile neither shift nor repeat any. Thread-safe.
 */
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

  /**
   * One page.
   *
   * @param after the id of the last row of the page before; null for the first page
   */
  public Future<List<LogRow>> list(LogFilter filter, Order order, int limit, @Nullable UUID after) {
    boolean descending = order == Order.NEWEST_FIRST;
    Sql sql = new Sql().add("SELECT " + LogRow.COLUMNS + FROM);
    FilterSql.addConditions(sql, filter);
    if (after != null) {
      // The row comparison alone would not let PostgreSQL skip partitions.
      OffsetDateTime time = Timestamps.utc(RecordIds.timestampMicros(after));
      sql.add(" AND l.\"timestamp\" " + (descending ? "<=" : ">=") + " ").bind(time);
      sql.add(" AND (l.\"timestamp\", l.seq) " + (descending ? "<" : ">") + " (").bind(time);
      sql.add(", ").bind(RecordIds.seq(after)).add(")");
    }
    String direction = descending ? "DESC" : "ASC";
    sql.add(" ORDER BY l.\"timestamp\" " + direction + ", l.seq " + direction + " LIMIT ")
        .bind(limit);
    return rows(sql);
  }

  /** One record; empty if there is none. */
  public Future<Optional<LogRow>> find(UUID id) {
    if (!RecordIds.isRecordId(id)) {
      return Future.succeededFuture(Optional.empty());
    }
    Sql sql = new Sql().add("SELECT " + LogRow.COLUMNS + FROM + " AND l.\"timestamp\" = ");
    sql.bind(Timestamps.utc(RecordIds.timestampMicros(id)))
        .add(" AND l.seq = ")
        .bind(RecordIds.seq(id));
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
