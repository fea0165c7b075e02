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

  private static Future<Void> take(SqlConnection connection, String function) {
    return connection.query("SELECT " + function + "(" + LOCK + ")").execute().mapEmpty();
  }
}
