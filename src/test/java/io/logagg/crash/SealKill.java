package io.logagg.crash;

/** Who is killed while records are moved. */
enum SealKill {
  /** SIGKILL to logagg. */
  LOGAGG,
  /** SIGKILL to all of PostgreSQL. */
  POSTGRES,
  /** SIGKILL to both, PostgreSQL first. */
  BOTH,
  /** PostgreSQL's own immediate stop: no checkpoint, sessions are cut. */
  POSTGRES_IMMEDIATE,
  /** SIGKILL to the backend that moves, upon which PostgreSQL restarts all of them. */
  BACKEND;

  boolean isOfLogagg() {
    return this == LOGAGG || this == BOTH;
  }

  boolean isOfPostgres() {
    return this != LOGAGG;
  }
}
