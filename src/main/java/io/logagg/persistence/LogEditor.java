package io.logagg.persistence;

import io.logagg.block.BlockRow;
import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.logagg.record.AppAccess;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Changes and deletes stored records, and keeps the rollups exact with them. Thread-safe. */
public final class LogEditor {
  private static final String DELETE =
      """
      WITH gone AS (
        DELETE FROM logs l WHERE true {conditions} RETURNING l."timestamp", l.app_id, l.level, l.service
      ), delta AS (
        INSERT INTO rollup_deltas (minute, app_id, level, service, n)
        SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, -count(*)
        FROM gone GROUP BY 1, 2, 3, 4
      )
      SELECT count(*) FROM gone""";

  private static final String OLD_CONTENT =
      """
      SELECT l.app_id, l.level, l.service, l.message, l.metadata_::text AS metadata_
      FROM logs l JOIN apps a ON a.id = l.app_id AND a.deleted_at IS NULL
      WHERE true""";

  private static final String UPDATE =
      """
      UPDATE logs SET level = $3, service = $4, message = $5, metadata_ = $6::text::json
      WHERE "timestamp" = $1 AND seq = $2""";

  private static final String MOVE_COUNT =
      """
      INSERT INTO rollup_deltas (minute, app_id, level, service, n)
      SELECT date_trunc('minute', $1::timestamptz, 'UTC'), $2, level, service, n
      FROM (VALUES ($3::text, $4::text, -1), ($5::text, $6::text, 1)) AS v(level, service, n)""";

  private final Database database;
  private final InstantSource clock;

  public LogEditor(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * What of a record can be changed.
   *
   * @param service empty for none
   */
  public record Content(String level, String service, String message, String metadata) {}

  /** Deletes one record; whether there was one that this one may see. */
  public Future<Boolean> delete(AppAccess access, UUID id) {
    if (!RecordIds.isRecordId(id)) {
      return Future.succeededFuture(false);
    }
    Sql conditions = new Sql();
    FilterSql.addLiveApps(conditions);
    FilterSql.addNames(conditions, LogFilter.ALL.restrictedTo(access));
    addKey(conditions, id);
    return database.write(
        connection ->
            MoveLock.shared(connection)
                .compose(held -> delete(connection, conditions))
                .compose(
                    deleted ->
                        deleted > 0
                            ? Future.succeededFuture(true)
                            : new SealedRecord(access, id).change(connection, row -> null)));
  }

  private static void addKey(Sql sql, UUID id) {
    sql.add(" AND l.\"timestamp\" = ").bind(Timestamps.utc(RecordIds.timestampMicros(id)));
    sql.add(" AND l.seq = ").bind(RecordIds.seq(id));
  }

  /**
   * Deletes what the conditions on {@code logs l} say, and corrects the counts in the same
   * transaction; answers how many.
   */
  static Future<Long> delete(SqlConnection connection, Sql conditions) {
    return connection
        .preparedQuery(DELETE.replace("{conditions}", conditions.text()))
        .execute(Tuple.from(conditions.parameters()))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** Deletes all that the filter means and that was received before now. */
  public LogDeletion deletion(LogFilter filter) {
    return LogDeletion.of(database, filter, Timestamps.micros(clock.instant()));
  }

  /** Counts what {@link #deletion} would delete. */
  public LogDeletion dryRun(LogFilter filter) {
    return LogDeletion.dryRun(database, filter, Timestamps.micros(clock.instant()));
  }

  /** Changes one record; whether there was one that this one may see. */
  public Future<Boolean> update(AppAccess access, UUID id, UnaryOperator<Content> change) {
    if (!RecordIds.isRecordId(id)) {
      return Future.succeededFuture(false);
    }
    Sql lock = new Sql().add(OLD_CONTENT);
    addKey(lock, id);
    FilterSql.addAccess(lock, "a.name", access);
    lock.add(" FOR UPDATE OF l");
    return database.write(
        connection ->
            MoveLock.shared(connection)
                .compose(held -> update(connection, lock, id, change))
                .compose(
                    done ->
                        done
                            ? Future.succeededFuture(true)
                            : new SealedRecord(access, id)
                                .change(connection, row -> changed(row, change))));
  }

  private static BlockRow changed(BlockRow row, UnaryOperator<Content> change) {
    Content after =
        change.apply(new Content(row.level(), row.service(), row.message(), row.metadata()));
    return new BlockRow(
        row.timestampMicros(),
        row.seq(),
        row.receivedAtMicros(),
        row.appId(),
        after.level(),
        after.service(),
        after.message(),
        after.metadata(),
        row.sourceId());
  }

  private static Future<Boolean> update(
      SqlConnection connection, Sql lock, UUID id, UnaryOperator<Content> change) {
    return connection
        .preparedQuery(lock.text())
        .execute(Tuple.from(lock.parameters()))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                return Future.succeededFuture(false);
              }
              var row = rows.iterator().next();
              Content before =
                  new Content(
                      row.getString("level"),
                      row.getString("service"),
                      row.getString("message"),
                      row.getString("metadata_"));
              Content after = change.apply(before);
              return write(connection, id, after)
                  .compose(done -> addFilters(connection, id, after))
                  .compose(
                      done -> moveCount(connection, id, row.getInteger("app_id"), before, after))
                  .map(true);
            });
  }

  private static Future<Void> write(SqlConnection connection, UUID id, Content after) {
    Tuple parameters =
        Tuple.tuple()
            .addOffsetDateTime(Timestamps.utc(RecordIds.timestampMicros(id)))
            .addLong(RecordIds.seq(id))
            .addString(after.level())
            .addString(after.service())
            .addString(after.message())
            .addString(after.metadata());
    return connection.preparedQuery(UPDATE).execute(parameters).mapEmpty();
  }

  /** Those of the old values stay: a filter may hold what is not there. */
  private static Future<Void> addFilters(SqlConnection connection, UUID id, Content after) {
    long[] times = {RecordIds.timestampMicros(id)};
    return FieldCatalog.read(connection)
        .compose(
            fields ->
                FieldIndex.add(connection, new FilterRows(fields, times, i -> after.metadata())));
  }

  private static Future<Void> moveCount(
      SqlConnection connection, UUID id, int appId, Content before, Content after) {
    if (before.level().equals(after.level()) && before.service().equals(after.service())) {
      return Future.succeededFuture();
    }
    Tuple parameters =
        Tuple.tuple()
            .addOffsetDateTime(Timestamps.utc(RecordIds.timestampMicros(id)))
            .addInteger(appId)
            .addString(before.level())
            .addString(before.service())
            .addString(after.level())
            .addString(after.service());
    return connection.preparedQuery(MOVE_COUNT).execute(parameters).mapEmpty();
  }
}
