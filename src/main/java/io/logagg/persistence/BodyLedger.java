package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/**
 * Remembers in PostgreSQL which bodies came in while Redis could not. Upkeep forgets them.
 * Thread-safe.
 */
public final class BodyLedger {
  private static final String REMEMBER =
      """
      INSERT INTO seen_bodies AS s (body, key) VALUES ($1, $2)
      ON CONFLICT (body) DO UPDATE
        SET key = CASE WHEN s.seen_at < now() - $3::int8 * interval '1 ms' THEN excluded.key ELSE s.key END,
          seen_at = CASE WHEN s.seen_at < now() - $3::int8 * interval '1 ms' THEN now() ELSE s.seen_at END
      RETURNING key""";

  private final Database database;

  public BodyLedger(Database database) {
    this.database = database;
  }

  /**
   * The key by which the body is remembered: {@code key} if it is not yet, or was longer ago than
   * {@code forMs}.
   */
  public Future<UUID> remember(UUID body, UUID key, long forMs) {
    return database
        .write(connection -> connection.preparedQuery(REMEMBER).execute(Tuple.of(body, key, forMs)))
        .map(rows -> rows.iterator().next().getUUID(0));
  }
}
