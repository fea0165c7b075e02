package io.logagg.postgres;

/** A statement took longer than it may; it was cancelled, and what it did is not known. */
public final class StatementTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StatementTimeoutException(long limitMs) {
    super("PostgreSQL took longer than " + limitMs + " ms");
  }
}
