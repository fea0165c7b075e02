package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The right to do some work that one process does at a time: a row with a time at which it expires,
 * by PostgreSQL's clock, and a number that grows with each new holder. Nothing of it belongs to a
 * session, so a pooler of transactions may stand between. A process that was held up for longer
 * than it is believed loses the lease; its next transaction finds that out before it does anything.
 * Belongs to one context.
 */
public final class Lease {
  /** Takes what is free or was ours; the row of another is not even locked. */
  private static final String TAKE =
      """
      WITH taken AS (
        UPDATE leases SET holder = $2, expires_at = clock_timestamp() + $3 * interval '1 millisecond',
          fence = fence + CASE WHEN holder = $2 THEN 0 ELSE 1 END
        WHERE name = $1 AND (holder = $2 OR expires_at < clock_timestamp())
        RETURNING fence
      ), made AS (
        INSERT INTO leases (name, holder, fence, expires_at)
        SELECT $1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond'
        WHERE NOT EXISTS (SELECT FROM leases WHERE name = $1)
        ON CONFLICT DO NOTHING
        RETURNING fence
      )
      SELECT fence FROM taken UNION ALL SELECT fence FROM made""";

  private static final String GUARD =
      """
      UPDATE leases SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
      WHERE name = $1 AND holder = $2 AND fence = $3""";

  private static final String RELEASE =
      "UPDATE leases SET expires_at = '-infinity' WHERE name = $1 AND holder = $2 AND fence = $3";

  private final Database database;
  private final String name;
  private final UUID holder;
  private final int believedMs;
  private @Nullable Long fence;

  /**
   * Not held yet.
   *
   * @param holder an id that nobody else has
   * @param believedMs how long the holder is believed after it was last heard of
   */
  public Lease(Database database, String name, UUID holder, int believedMs) {
    this.database = database;
    this.name = name;
    this.holder = holder;
    this.believedMs = believedMs;
  }

  /** Another holds the lease: nothing may be done, and nothing was. */
  public static final class LostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostException(String name) {
      super("the lease " + name + " is held by another", null, false, false);
    }
  }

  /** Takes the lease, or keeps it for longer; whether it is held now. */
  public Future<Boolean> hold() {
    return database
        .write(
            connection ->
                connection.preparedQuery(TAKE).execute(Tuple.of(name, holder, believedMs)))
        .map(this::remember);
  }

  private boolean remember(RowSet<Row> rows) {
    fence = rows.size() == 0 ? null : rows.iterator().next().getLong(0);
    return fence != null;
  }

  /**
   * To be called at the beginning of each transaction of the work. Keeps the lease for longer, and
   * nobody else can take it before the transaction has ended; fails with a {@link LostException} if
   * somebody has.
   */
  Future<Void> guard(SqlConnection connection) {
    Long mine = fence;
    if (mine == null) {
      return Future.failedFuture(new LostException(name));
    }
    return connection
        .preparedQuery(GUARD)
        .execute(Tuple.of(name, holder, mine, believedMs))
        .compose(
            rows ->
                rows.rowCount() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new LostException(name)));
  }

  /** Lets the next one have it at once. Does nothing where it is not held. */
  public Future<Void> release() {
    Long mine = fence;
    fence = null;
    return mine == null
        ? Future.succeededFuture()
        : database.write(
            connection ->
                connection.preparedQuery(RELEASE).execute(Tuple.of(name, holder, mine)).mapEmpty());
  }
}
