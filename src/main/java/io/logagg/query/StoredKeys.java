package io.logagg.query;

import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Tells which batches are stored, by the keys that make a second delivery harmless. Thread-safe.
 */
public final class StoredKeys {
  private static final String FIND = "SELECT key FROM stored_entries WHERE key = ANY($1)";

  private final Database database;

  public StoredKeys(Database database) {
    this.database = database;
  }

  /** Those of the keys that stand in PostgreSQL. They are forgotten some time after the commit. */
  public Future<Set<UUID>> among(List<UUID> keys) {
    Tuple parameters = Tuple.tuple().addArrayOfUUID(keys.toArray(UUID[]::new));
    return database
        .read(connection -> connection.preparedQuery(FIND).execute(parameters))
        .map(
            rows -> {
              Set<UUID> stored = new HashSet<>();
              rows.forEach(row -> stored.add(row.getUUID(0)));
              return stored;
            });
  }
}
