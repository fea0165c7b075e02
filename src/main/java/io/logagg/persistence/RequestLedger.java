package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/**
 * Remembers requests with an Idempotency-Key for a day: one of several that come at once is let
 * through, and one that comes again is answered as the first was. A holder that dies is believed
 * for half a minute. Thread-safe.
 */
public final class RequestLedger {
  /** A holder must renew its claim more often than this. */
  public static final long HOLD_MS = 30_000;

  private static final String CLAIM =
      """
      INSERT INTO idempotent_requests AS r (key, holder, held_until) VALUES ($1, $2, now() + interval '30 seconds')
      ON CONFLICT (key) DO UPDATE
        SET seen_at = now(), holder = excluded.holder, held_until = excluded.held_until,
          body_hash = NULL, status = NULL, answer = NULL
        WHERE r.seen_at < now() - interval '24 hours' OR (r.status IS NULL AND r.held_until < now())
      RETURNING 1""";

  private static final String FIND =
      "SELECT body_hash, status, answer FROM idempotent_requests WHERE key = $1 AND status IS NOT NULL";

  private static final String RENEW =
      "UPDATE idempotent_requests SET held_until = now() + interval '30 seconds' WHERE key = $1 AND holder = $2";

  private static final String COMPLETE =
      """
      UPDATE idempotent_requests SET body_hash = $3, status = $4, answer = $5
      WHERE key = $1 AND holder = $2 AND status IS NULL""";

  private static final String RELEASE =
      "DELETE FROM idempotent_requests WHERE key = $1 AND holder = $2 AND status IS NULL";

  private final Database database;

  public RequestLedger(Database database) {
    this.database = database;
  }

  /** What a claim found. */
  public sealed interface Claim {
    /** The request is the claimer's. */
    record Mine() implements Claim {}

    /** Somebody else is at it. */
    record Busy() implements Claim {}

    /** It was answered before, to a body with that hash. */
    record Answered(Buffer bodyHash, int status, String answer) implements Claim {}
  }

  /** Claims a request for a holder that nobody else is. */
  public Future<Claim> claim(UUID key, UUID holder) {
    return database.write(
        connection ->
            connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(key, holder))
                .compose(
                    claimed ->
                        claimed.size() == 1
                            ? Future.succeededFuture(new Claim.Mine())
                            : find(connection, key)));
  }

  private static Future<Claim> find(SqlConnection connection, UUID key) {
    return connection.preparedQuery(FIND).execute(Tuple.of(key)).map(RequestLedger::found);
  }

  private static Claim found(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return new Claim.Busy();
    }
    Row row = rows.iterator().next();
    return new Claim.Answered(row.getBuffer(0), row.getInteger(1), row.getString(2));
  }

  /** Says that the holder is still at it. */
  public Future<Void> renew(UUID key, UUID holder) {
    return execute(RENEW, Tuple.of(key, holder));
  }

  /** Notes what the request was answered. */
  public Future<Void> complete(UUID key, UUID holder, Buffer bodyHash, int status, String answer) {
    return execute(COMPLETE, Tuple.of(key, holder, bodyHash, status, answer));
  }

  /** Gives the request back unanswered: the next one who comes with it is let through. */
  public Future<Void> release(UUID key, UUID holder) {
    return execute(RELEASE, Tuple.of(key, holder));
  }

  private Future<Void> execute(String sql, Tuple parameters) {
    return database
        .write(connection -> connection.preparedQuery(sql).execute(parameters))
        .mapEmpty();
  }
}
