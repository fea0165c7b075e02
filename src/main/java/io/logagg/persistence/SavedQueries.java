package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Queries that people keep under a name. Thread-safe. */
public final class SavedQueries {
  /** More are not kept. */
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

  /**
   * By name.
   *
   * @param after the name behind which to begin, null for the first
   */
  public Future<List<Saved>> list(@Nullable String after, int limit) {
    return database.read(
        connection ->
            connection
                .preparedQuery(
                    "SELECT "
                        + COLUMNS
                        + " FROM saved_queries WHERE $1::text IS NULL OR name > $1 ORDER BY name LIMIT $2")
                .execute(Tuple.of(after, limit))
                .map(SavedQueries::saved));
  }

  public Future<Optional<Saved>> find(int id) {
    return database.read(
        connection ->
            connection
                .preparedQuery("SELECT " + COLUMNS + " FROM saved_queries WHERE id = $1")
                .execute(Tuple.of(id))
                .map(rows -> saved(rows).stream().findFirst()));
  }

  /**
   * Keeps a query; empty if there are too many. A duplicate name fails as PostgreSQL's unique
   * violation.
   */
  public Future<Optional<Saved>> create(Draft draft) {
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
                                "INSERT INTO saved_queries (name, query, params) SELECT $1, $2, $3::text::json"
                                    + " WHERE (SELECT count(*) FROM saved_queries) < $4 RETURNING "
                                    + COLUMNS)
                            .execute(Tuple.of(draft.name(), draft.query(), draft.params(), max)))
                .map(rows -> saved(rows).stream().findFirst()));
  }

  /** Changes one; empty if there is none. A duplicate name fails as for a new one. */
  public Future<Optional<Saved>> update(int id, UnaryOperator<Draft> change) {
    return database.write(
        connection ->
            connection
                .preparedQuery("SELECT " + COLUMNS + " FROM saved_queries WHERE id = $1 FOR UPDATE")
                .execute(Tuple.of(id))
                .map(rows -> saved(rows).stream().findFirst())
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

  /** False if there was none. */
  public Future<Boolean> delete(int id) {
    return database.write(
        connection ->
            connection
                .preparedQuery("DELETE FROM saved_queries WHERE id = $1")
                .execute(Tuple.of(id))
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
