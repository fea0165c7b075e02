package io.logagg.persistence;

import io.logagg.filter.FilterSql;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The apps, as people manage them: what is outside of their access is not there. Thread-safe. */
public final class AppStore {
  private static final String COLUMNS = "id, name, description, retention_days, created_at";

  private final Database database;

  public AppStore(Database database) {
    this.database = database;
  }

  /** An app. Times in microseconds since the epoch. */
  public record App(
      int id,
      String name,
      @Nullable String description,
      @Nullable Integer retentionDays,
      long createdAtMicros) {}

  /** What an app is to become. */
  public record AppDraft(
      String name, @Nullable String description, @Nullable Integer retentionDays) {}

  /** What an app is to become, given what it is. */
  public interface AppChange {
    AppDraft apply(App before);
  }

  /** What became of a request to delete an app. */
  public enum Deletion {
    DELETED,
    NOT_FOUND,
    /** It has logs, and was not to be deleted with them. */
    HAS_LOGS
  }

  /**
   * Apps, by name.
   *
   * @param after the name behind which to begin, null for the first
   */
  public Future<List<App>> list(AppAccess access, @Nullable String after, int limit) {
    Sql sql = select(access);
    if (after != null) {
      sql.add(" AND name > ").bind(after);
    }
    sql.add(" ORDER BY name LIMIT ").bind(limit);
    return database.read(connection -> apps(connection, sql));
  }

  private static Sql select(AppAccess access) {
    Sql sql = new Sql().add("SELECT " + COLUMNS + " FROM apps WHERE deleted_at IS NULL");
    FilterSql.addAccess(sql, "name", access);
    return sql;
  }

  private static Future<List<App>> apps(SqlConnection connection, Sql sql) {
    return connection
        .preparedQuery(sql.text())
        .execute(Tuple.from(sql.parameters()))
        .map(AppStore::apps);
  }

  public Future<Optional<App>> find(AppAccess access, int id) {
    return database.read(connection -> find(connection, access, id, ""));
  }

  private static Future<Optional<App>> find(
      SqlConnection connection, AppAccess access, int id, String lock) {
    return apps(connection, select(access).add(" AND id = ").bind(id).add(lock))
        .map(apps -> apps.stream().findFirst());
  }

  /** Makes an app; a duplicate name fails as PostgreSQL's unique violation. */
  public Future<App> create(AppDraft draft) {
    return database.write(
        connection ->
            connection
                .preparedQuery(
                    "INSERT INTO apps (name, description, retention_days) VALUES ($1, $2, $3) RETURNING "
                        + COLUMNS)
                .execute(tuple(draft))
                .map(rows -> apps(rows).get(0)));
  }

  /**
   * Changes an app; empty if there is none. A new name leaves a note of the old one, for records
   * that were received under it and still wait.
   */
  public Future<Optional<App>> update(AppAccess access, int id, AppChange change) {
    return database.write(
        connection ->
            find(connection, access, id, " FOR UPDATE")
                .compose(
                    found ->
                        found.isEmpty()
                            ? Future.succeededFuture(found)
                            : update(connection, found.get(), change.apply(found.get()))
                                .map(Optional::of)));
  }

  private static Future<App> update(SqlConnection connection, App before, AppDraft draft) {
    Future<Void> noted =
        before.name().equals(draft.name())
            ? Future.succeededFuture()
            : connection
                .preparedQuery(
                    "INSERT INTO app_renames (old_name, renamed_at, app_id) VALUES ($1, clock_timestamp(), $2)")
                .execute(Tuple.of(before.name(), before.id()))
                .compose(done -> followWithKeys(connection, before.name(), draft.name()));
    return noted
        .compose(
            done ->
                connection
                    .preparedQuery(
                        """
                        UPDATE apps SET name = $1, description = $2, retention_days = $3 WHERE id = $4
                        RETURNING\s"""
                            + COLUMNS)
                    .execute(tuple(draft).addInteger(before.id())))
        .map(rows -> apps(rows).get(0));
  }

  /**
   * Keys that name the app name it by its new name as well: records under the old one may still be
   * on their way. One that names as many as it may stays as it is, rather than grow with each
   * rename.
   */
  private static Future<Void> followWithKeys(SqlConnection connection, String from, String to) {
    return connection
        .preparedQuery(
            """
            UPDATE api_keys SET apps = apps || $2::text
            WHERE $1 = ANY (apps) AND NOT $2 = ANY (apps) AND revoked_at IS NULL
              AND cardinality(apps) < $3""")
        .execute(Tuple.of(from, to, AppAccess.MAX_NAMES))
        .mapEmpty();
  }

  /**
   * Deletes an app: it and its logs are gone for all readers at once, the rows themselves follow in
   * the background.
   *
   * @param withLogs whether to delete it even if it has logs
   */
  public Future<Deletion> delete(AppAccess access, int id, boolean withLogs) {
    return database.write(
        connection ->
            find(connection, access, id, " FOR UPDATE")
                .compose(
                    found -> {
                      if (found.isEmpty()) {
                        return Future.succeededFuture(Deletion.NOT_FOUND);
                      }
                      return hasLogs(connection, id)
                          .compose(
                              hasLogs ->
                                  hasLogs && !withLogs
                                      ? Future.succeededFuture(Deletion.HAS_LOGS)
                                      : entomb(connection, id).map(Deletion.DELETED));
                    }));
  }

  private static Future<Boolean> hasLogs(SqlConnection connection, int id) {
    return connection
        .preparedQuery(
            """
            SELECT coalesce(sum(n), 0) > 0 FROM (
              SELECT n FROM rollups WHERE app_id = $1 UNION ALL SELECT n FROM rollup_deltas WHERE app_id = $1) AS counts""")
        .execute(Tuple.of(id))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private static Future<Void> entomb(SqlConnection connection, int id) {
    return connection
        .preparedQuery("UPDATE apps SET deleted_at = now() WHERE id = $1")
        .execute(Tuple.of(id))
        .mapEmpty();
  }

  private static Tuple tuple(AppDraft draft) {
    return Tuple.tuple()
        .addString(draft.name())
        .addString(draft.description())
        .addInteger(draft.retentionDays());
  }

  private static List<App> apps(RowSet<Row> rows) {
    List<App> apps = new ArrayList<>();
    for (Row row : rows) {
      apps.add(
          new App(
              row.getInteger("id"),
              row.getString("name"),
              row.getString("description"),
              row.getInteger("retention_days"),
              Timestamps.micros(row.getOffsetDateTime("created_at"))));
    }
    return apps;
  }
}
