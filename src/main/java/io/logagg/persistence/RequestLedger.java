package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers requests with an Idempotency-Key for a day: one of several that come at once is let
 * through, and one that comes again is answered as the first was. A holder that dies is believed
 * for half a minute. Thread-safe.
 */
public final class RequestLedger {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLedger.class);

  /** A holder must renew its claim more often than this. */
  public static final long HOLD_MS = 30_000;

  /** Longer than this nothing waits for PostgreSQL here. */
  static final long LIMIT_MS = 1000;

  private static final String CLAIM =
      """
      INSERT INTO idempotent_requests AS r (key, holder, held_until) VALUES ($1, $2, now() + interval '30 seconds')
      ON CONFLICT (key) DO UPDATE
        SET seen_at = now(), holder = excluded.holder, held_until = excluded.held_until,
          (body_bytes, body_hash, head_hash, body_whole) = (
            SELECT r.body_bytes, r.body_hash, r.head_hash, r.body_whole
            WHERE r.seen_at >= now() - interval '24 hours'),
          status = NULL, answer = NULL
        WHERE r.seen_at < now() - interval '24 hours' OR (r.status IS NULL AND r.held_until < now())
      RETURNING body_bytes, body_hash, head_hash, body_whole""";

  private static final String FIND =
      """
      SELECT body_bytes, body_hash, head_hash, body_whole, status, answer FROM idempotent_requests
      WHERE key = $1 AND status IS NOT NULL""";

  private static final String RENEW =
      "UPDATE idempotent_requests SET held_until = now() + interval '30 seconds' WHERE key = $1 AND holder = $2";

  private static final String COMPLETE =
      """
      UPDATE idempotent_requests SET body_bytes = $3, body_hash = $4, head_hash = $5, body_whole = $6,
        status = $7, answer = $8
      WHERE key = $1 AND holder = $2 AND status IS NULL""";

  private static final String RELEASE =
      """
      UPDATE idempotent_requests SET held_until = '-infinity'
      WHERE key = $1 AND holder = $2 AND status IS NULL""";

  private static final String BREAK_OFF =
      """
      UPDATE idempotent_requests SET held_until = '-infinity',
        body_bytes = $3, body_hash = $4, head_hash = $5, body_whole = $6
      WHERE key = $1 AND holder = $2 AND status IS NULL""";

  private final Database database;
  private volatile long answeredNanos = System.nanoTime() - LIMIT_MS * 1_000_000;

  public RequestLedger(Database database) {
    this.database = database;
  }

  /**
   * A body as far as it was read.
   *
   * @param bytes of it, inflated
   * @param hash of these
   * @param headHash of the first of these; {@code hash} if they are few
   * @param whole whether that is all of it
   */
  public record BodyRead(long bytes, Buffer hash, Buffer headHash, boolean whole) {}

  /** What a claim found. */
  public sealed interface Claim {
    /**
     * The request is the claimer's.
     *
     * @param before how far the body of one was read that broke off; null if there was none
     */
    record Mine(@Nullable BodyRead before) implements Claim {}

    /** PostgreSQL is away, or hangs: nobody can tell. */
    record Unknown() implements Claim {}

    /** Somebody else is at it. */
    record Busy() implements Claim {}

    /** It was answered before, to that body. */
    record Answered(BodyRead body, int status, String answer) implements Claim {}
  }

  /** Claims a request for a holder that nobody else is. Fails if PostgreSQL is there, but busy. */
  public Future<Claim> claim(UUID key, UUID holder) {
    Future<Claim> claiming =
        database
            .write(connection -> claim(connection, key, holder))
            .onSuccess(done -> answeredNanos = System.nanoTime());
    return claiming
        .timeout(LIMIT_MS, TimeUnit.MILLISECONDS)
        .recover(
            e -> {
              LOG.debug("an Idempotency-Key is not looked up: {}", e.getMessage());
              if (isAway(e)) {
                return Future.succeededFuture(new Claim.Unknown());
              }
              // Nobody will be there for one that is let through too late.
              claiming
                  .compose(late -> release(key, holder))
                  .onFailure(e2 -> LOG.debug("a late claim is not given back", e2));
              return Future.failedFuture(e);
            });
  }

  private static Future<Claim> claim(SqlConnection connection, UUID key, UUID holder) {
    return connection
        .preparedQuery(CLAIM)
        .execute(Tuple.of(key, holder))
        .compose(
            claimed ->
                claimed.size() == 1
                    ? Future.succeededFuture(mine(claimed.iterator().next()))
                    : find(connection, key));
  }

  /** One that is slow but answered others of late has too much to do. */
  private boolean isAway(Throwable failure) {
    boolean late =
        failure instanceof TimeoutException
            || failure instanceof ConnectionPoolTooBusyException
            || SqlFailure.of(failure) == SqlFailure.TIMEOUT;
    return late
        ? System.nanoTime() - answeredNanos > LIMIT_MS * 1_000_000
        : SqlFailure.of(failure) == SqlFailure.TRANSIENT;
  }

  private static Future<Claim> find(SqlConnection connection, UUID key) {
    return connection.preparedQuery(FIND).execute(Tuple.of(key)).map(RequestLedger::found);
  }

  private static Claim found(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return new Claim.Busy();
    }
    Row row = rows.iterator().next();
    return new Claim.Answered(bodyRead(row), row.getInteger(4), row.getString(5));
  }

  private static Claim mine(Row row) {
    return new Claim.Mine(row.getLong(0) == null ? null : bodyRead(row));
  }

  private static BodyRead bodyRead(Row row) {
    return new BodyRead(row.getLong(0), row.getBuffer(1), row.getBuffer(2), row.getBoolean(3));
  }

  /** Says that the holder is still at it. */
  public Future<Void> renew(UUID key, UUID holder) {
    return execute(RENEW, Tuple.of(key, holder));
  }

  /** Notes what the request was answered. */
  public Future<Void> complete(UUID key, UUID holder, BodyRead body, int status, String answer) {
    return execute(COMPLETE, parameters(key, holder, body).addInteger(status).addString(answer));
  }

  /** Gives the request back unanswered: the next one who comes with it is let through. */
  public Future<Void> release(UUID key, UUID holder) {
    return execute(RELEASE, Tuple.of(key, holder));
  }

  /** The same for one that broke off: a repeat must have the same body, as far as it was read. */
  public Future<Void> breakOff(UUID key, UUID holder, BodyRead body) {
    return execute(BREAK_OFF, parameters(key, holder, body));
  }

  private static Tuple parameters(UUID key, UUID holder, BodyRead body) {
    return Tuple.of(key, holder, body.bytes(), body.hash(), body.headHash(), body.whole());
  }

  private Future<Void> execute(String sql, Tuple parameters) {
    return database
        .write(connection -> connection.preparedQuery(sql).execute(parameters))
        .timeout(LIMIT_MS, TimeUnit.MILLISECONDS)
        .mapEmpty();
  }
}
