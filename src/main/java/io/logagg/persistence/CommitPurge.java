package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * Forgets what was stored more than an hour ago, so that whoever has seen a commit that is kept has
 * seen all that are not; see docs/adr/0002-tail.md. Thread-safe.
 */
final class CommitPurge {
  /**
   * An old commit is chosen, and all go that were over when it stored its batch, whatever their
   * numbers. Rows that another transaction brought than the one they name are of a restored dump,
   * and mean nothing.
   */
  private static final String FORGET =
      """
      WITH chosen AS (
        SELECT xid, seen FROM (
          SELECT xid, seen, stored_at FROM commits WHERE xmin = xid::xid ORDER BY xid LIMIT $1) oldest
        WHERE stored_at < now() - interval '1 hour' ORDER BY xid DESC LIMIT 1
      )
      DELETE FROM commits c
      WHERE c.xmin <> c.xid::xid OR c.ctid IN (
        SELECT o.ctid FROM commits o, chosen
        WHERE o.xid < pg_snapshot_xmax(chosen.seen) AND o.xid <> chosen.xid
          AND pg_visible_in_snapshot(o.xid, chosen.seen))""";

  /** A position needs one to name. */
  private static final String KEEP_ONE =
      """
      INSERT INTO commits (since, until, n)
      SELECT '{}', '{}', 0 WHERE NOT EXISTS (SELECT FROM commits WHERE xmin = xid::xid)""";

  private CommitPurge() {}

  /** A step in the connection's transaction; answers {@code chunkRows} or more if more may go. */
  static Future<Integer> step(SqlConnection connection, int chunkRows) {
    return connection
        .query(KEEP_ONE)
        .execute()
        // Twice as many, because some of them may have to stay.
        .compose(kept -> connection.preparedQuery(FORGET).execute(Tuple.of(2 * chunkRows)))
        .map(rows -> rows.rowCount());
  }
}
