package io.logagg.postgres;

/** PostgreSQL is away, or all connections are taken: nothing was done. */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnavailableException(String message) {
    super(message);
  }
}
