package io.logagg.persistence;

import io.logagg.filter.DeadLetterFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/** Removes dead letters. Thread-safe. */
public final class DeadLetterEditor {
  private final Database database;

  public DeadLetterEditor(Database database) {
    this.database = database;
  }

  /** Whether there was one with that id. */
  public Future<Boolean> delete(UUID id) {
    return database.write(
        connection ->
            connection
                .preparedQuery("DELETE FROM dead_letters WHERE id = $1")
                .execute(Tuple.of(id))
                .map(rows -> rows.rowCount() == 1));
  }

  /** Removes all that the filter means; answers how many. */
  public Future<Integer> delete(DeadLetterFilter filter) {
    Sql sql = new Sql().add("DELETE FROM dead_letters WHERE true");
    filter.addConditions(sql);
    return database.write(
        connection ->
            connection
                .preparedQuery(sql.text())
                .execute(Tuple.from(sql.parameters()))
                .map(rows -> rows.rowCount()));
  }
}
