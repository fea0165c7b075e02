package io.logagg.persistence;

import io.logagg.filter.DeadLetterFilter;
import io.logagg.filter.DeadLetterFilter.Page;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.logagg.record.AppAccess;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Removes dead letters. Thread-safe. */
public final class DeadLetterEditor {
  /** Of one transaction, so that none takes long. */
  private static final int CHUNK_LETTERS = 5000;

  private static final long CHUNK_BYTES = 64L << 20;

  private final Database database;

  public DeadLetterEditor(Database database) {
    this.database = database;
  }

  /** Whether there was one with that id that this one may see. */
  public Future<Boolean> delete(AppAccess access, UUID id) {
    Sql sql = new Sql().add("DELETE FROM dead_letters WHERE id = ").bind(id);
    DeadLetterFilter.addAccess(sql, access);
    return database.write(
        connection ->
            connection
                .preparedQuery(sql.text())
                .execute(Tuple.from(sql.parameters()))
                .map(rows -> rows.rowCount() == 1));
  }

  /**
   * What a step removed.
   *
   * @param last where the next step goes on; null if nothing is left
   */
  public record Step(int deleted, @Nullable UUID last) {}

  /**
   * Removes the newest that the filter means, a few thousand at most, in a transaction.
   *
   * @param after where the step before ended; null for the first one
   */
  public Future<Step> deleteSome(DeadLetterFilter filter, @Nullable UUID after) {
    Sql sql = filter.select("id", new Page(after, CHUNK_LETTERS, CHUNK_BYTES));
    return database.write(
        connection ->
            connection
                .preparedQuery(sql.text())
                .execute(Tuple.from(sql.parameters()))
                .compose(
                    rows -> {
                      List<UUID> ids = new ArrayList<>();
                      boolean more = false;
                      for (Row row : rows) {
                        ids.add(row.getUUID(0));
                        more = row.getBoolean(1);
                      }
                      UUID last = more ? ids.get(ids.size() - 1) : null;
                      return delete(connection, ids).map(deleted -> new Step(deleted, last));
                    }));
  }

  /** In the order of their ids, so that two who remove the same ones never deadlock. */
  private static Future<Integer> delete(SqlConnection connection, List<UUID> ids) {
    return connection
        .preparedQuery(
            """
            DELETE FROM dead_letters WHERE id IN (
              SELECT id FROM dead_letters WHERE id = ANY($1) ORDER BY id FOR UPDATE)""")
        .execute(Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new)))
        .map(rows -> rows.rowCount());
  }
}
