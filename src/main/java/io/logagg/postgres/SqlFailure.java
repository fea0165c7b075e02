package io.logagg.postgres;

import io.vertx.pgclient.PgException;

/** What an error of PostgreSQL means for the one who issued the statement. */
public enum SqlFailure {
  /** The server, the connection or the load is at fault: the same statement may work later. */
  TRANSIENT,
  /** The statement took longer than it may. */
  TIMEOUT,
  /** The data is at fault: it will never be taken as it is. */
  DATA,
  /** No partition holds a row's time. */
  NO_PARTITION,
  /** An app that the statement uses was deleted or renamed meanwhile. */
  APP_CHANGED,
  /** Other fields have filters than the statement knows. */
  FIELDS_CHANGED,
  /** Another transaction stood in the way: nothing was done, and it may be tried again at once. */
  CONFLICT,
  /** A row with that unique value is there already. */
  DUPLICATE;

  /** What {@code logagg_fail} is called with when an app has changed. */
  public static final String APP_CHANGED_STATE = "LA001";

  /** The same for the fields that have filters. */
  public static final String FIELDS_CHANGED_STATE = "LA002";

  /** Sorts an error by its SQLSTATE; anything that PostgreSQL did not say itself is transient. */
  public static SqlFailure of(Throwable error) {
    if (error instanceof StatementTimeoutException) {
      return TIMEOUT;
    }
    if (error instanceof ConflictException) {
      return CONFLICT;
    }
    if (!(error instanceof PgException pg) || pg.getSqlState() == null) {
      return TRANSIENT;
    }
    String state = pg.getSqlState();
    return switch (state) {
      case APP_CHANGED_STATE -> APP_CHANGED;
      case FIELDS_CHANGED_STATE -> FIELDS_CHANGED;
      case "57014" -> TIMEOUT;
      // A serialization failure, a deadlock.
      case "40001", "40P01" -> CONFLICT;
      case "23505" -> DUPLICATE;
      // A check constraint of the data, or no partition for the row: only the message tells.
      case "23514" ->
          String.valueOf(pg.getErrorMessage()).startsWith("no partition") ? NO_PARTITION : DATA;
      default ->
          switch (state.substring(0, 2)) {
            // Data exception, integrity, cardinality, program limits, an error raised by a trigger.
            case "22", "23", "21", "54", "P0" -> DATA;
            default -> TRANSIENT;
          };
    };
  }

  /**
   * Whether the connection itself may be at fault, so that the same statement works on a new one: a
   * cached plan or a prepared statement that no longer fits, a protocol out of step, a server that
   * was made a standby, an internal error.
   */
  public static boolean isOfConnection(Throwable error) {
    if (!(error instanceof PgException pg) || pg.getSqlState() == null) {
      return false;
    }
    return switch (pg.getSqlState().substring(0, 2)) {
      case "08", "0A", "25", "26", "XX" -> true;
      default -> false;
    };
  }

  /** Whether what PostgreSQL keeps is damaged, as far as it says so. */
  public static boolean isDamage(Throwable error) {
    return error instanceof PgException pg
        && ("XX001".equals(pg.getSqlState()) || "XX002".equals(pg.getSqlState()));
  }

  /** Whether a lock was not to be had within {@code lock_timeout}. */
  public static boolean isLockTimeout(Throwable error) {
    return error instanceof PgException pg && "55P03".equals(pg.getSqlState());
  }

  /**
   * Whether what the statement names is at fault: something else depends on it, it belongs to
   * another role, or it is not there.
   */
  public static boolean isOfObjects(Throwable error) {
    if (!(error instanceof PgException pg) || pg.getSqlState() == null) {
      return false;
    }
    String state = pg.getSqlState();
    return state.startsWith("2B") || state.startsWith("42");
  }

  /** PostgreSQL's own words, with its code. */
  public static String describe(Throwable error) {
    return error instanceof PgException pg
        ? pg.getErrorMessage() + " (SQLSTATE " + pg.getSqlState() + ")"
        : String.valueOf(error.getMessage());
  }
}
