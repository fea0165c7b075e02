package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Queries that people keep under a name. Each is somebody's: of a maker by his id, who sees and
 * changes only what is his, or of all others together, who go by {@link #EVERYBODY} and see and
 * change all. A name is unique among what is one maker's. Thread-safe.
 */
public final class SavedQueries {
  /** Those who see all. */
  public static final String EVERYBODY = "";

  /** More are not kept for one maker. */
  public static final int MAX = 10_000;

  private static final String COLUMNS = "id, name, query, params::text, created_at";

  private final Database database;
  private final int max;

  public SavedQueries(Database database) {
    this(database, MAX);
  }

  SavedQueries(Database database, int max) {
    this.database = database;
    this.max = max;
  }

  /**
   * What is kept.
   *
   * @param params a JSON object as text
   */
  public record Draft(String name, String query, @Nullable String params) {}

  /** Such a query as it is kept. Times in microseconds since the epoch. */
  public record Saved(int id, Draft content, long createdAtMicros) {}

  /** Where a list was left: names alone are not unique for those who see all. */
  public record Place(String name, int id) {}

  /**
   * By name.
   *
   * @param after behind which to begin, null for the first
   */
  public Future<List<Saved>> list(String maker, @Nullable Place after, int limit) {
    return database.read(
        connection ->
            connection
                .preparedQuery(
                    "SELECT "
                        + COLUMNS
                        + """
                         FROM saved_queries
                        WHERE ($1 = '' OR maker = $1) AND ($2::text IS NULL OR (name, id) > ($2, $3::int4))
                        ORDER BY name, id LIMIT $4""")
                .execute(
                    Tuple.of(
                        maker,
                        after == null ? null : after.name(),
                        after == null ? null : after.id(),
                        limit))
                .map(SavedQueries::saved));
  }

  /** Empty if there is none for this one to see. */
  public Future<Optional<Saved>> find(String maker, int id) {
    return database.read(connection -> find(connection, maker, id, ""));
  }

  private static Future<Optional<Saved>> find(
      SqlConnection connection, String maker, int id, String lock) {
    return connection
        .preparedQuery(
            "SELECT "
                + COLUMNS
                + " FROM saved_queries WHERE id = $1 AND ($2 = '' OR maker = $2)"
                + lock)
        .execute(Tuple.of(id, maker))
        .map(rows -> saved(rows).stream().findFirst());
  }

  /**
   * Keeps a query; empty if there are too many of this maker. A duplicate name fails as
   * PostgreSQL's unique violation.
   */
  public Future<Optional<Saved>> create(String maker, Draft draft) {
    return database.write(
        connection ->
            connection
                // So that no two see room for one.
                .query("LOCK TABLE saved_queries IN SHARE ROW EXCLUSIVE MODE")
                .execute()
                .compose(
                    locked ->
                        connection
                            .preparedQuery(
                                """
                                INSERT INTO saved_queries (name, query, params, maker)
                                SELECT $1, $2, $3::text::json, $5
                                WHERE (SELECT count(*) FROM saved_queries WHERE maker = $5) < $4
                                RETURNING\s"""
                                    + COLUMNS)
                            .execute(
                                Tuple.of(draft.name(), draft.query(), draft.params(), max, maker)))
                .map(rows -> saved(rows).stream().findFirst()));
  }

  /**
   * Changes one; empty if there is none for this one to change. A duplicate name fails as for a new
   * one.
   */
  public Future<Optional<Saved>> update(String maker, int id, UnaryOperator<Draft> change) {
    return database.write(
        connection ->
            find(connection, maker, id, " FOR UPDATE")
                .compose(
                    found -> {
                      if (found.isEmpty()) {
                        return Future.succeededFuture(found);
                      }
                      Draft draft = change.apply(found.get().content());
                      return connection
                          .preparedQuery(
                              "UPDATE saved_queries SET name = $1, query = $2, params = $3::text::json"
                                  + " WHERE id = $4 RETURNING "
                                  + COLUMNS)
                          .execute(Tuple.of(draft.name(), draft.query(), draft.params(), id))
                          .map(rows -> saved(rows).stream().findFirst());
                    }));
  }

  /** False if there was none for this one to delete. */
  public Future<Boolean> delete(String maker, int id) {
    return database.write(
        connection ->
            connection
                .preparedQuery(
                    "DELETE FROM saved_queries WHERE id = $1 AND ($2 = '' OR maker = $2)")
                .execute(Tuple.of(id, maker))
                .map(rows -> rows.rowCount() > 0));
  }

  private static List<Saved> saved(RowSet<Row> rows) {
    List<Saved> list = new ArrayList<>(rows.size());
    for (Row row : rows) {
      list.add(
          new Saved(
              row.getInteger(0),
              new Draft(row.getString(1), row.getString(2), row.getString(3)),
              Timestamps.micros(row.getOffsetDateTime(4))));
    }
    return list;
  }
}
