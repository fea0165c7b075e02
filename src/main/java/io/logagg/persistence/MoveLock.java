package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/**
 * Keeps records where they are for the length of a transaction. Who changes stored records takes it
 * shared, and so finds each as a row or in a block; who moves them from one to the other takes it
 * alone. Neither holds it for long.
 */
final class MoveLock {
  /** Any number that nobody else uses in the same database. */
  private static final long LOCK = 0x6C6F_6761_676DL;

  private MoveLock() {}

  static Future<Void> shared(SqlConnection connection) {
    return take(connection, "pg_advisory_xact_lock_shared");
  }

  static Future<Void> alone(SqlConnection connection) {
    return take(connection, "pg_advisory_xact_lock");
  }

  /**
   * Notes that records come to where somebody may have been already, who goes through rows and then
   * through blocks.
   *
   * @param connection in a transaction that has {@link #alone}
   */
  static Future<Void> noteMoveBack(SqlConnection connection) {
    return connection.query("SELECT nextval('moves_back')").execute().mapEmpty();
  }

  /**
   * The same as before if nothing came to where one may have been already.
   *
   * @param connection in a transaction that has the lock in either way
   */
  static Future<String> movesBack(SqlConnection connection) {
    return connection
        .query("SELECT last_value || ' ' || is_called FROM moves_back")
        .execute()
        .map(rows -> rows.iterator().next().getString(0));
  }

  private static Future<Void> take(SqlConnection connection, String function) {
    return connection.query("SELECT " + function + "(" + LOCK + ")").execute().mapEmpty();
  }
}
