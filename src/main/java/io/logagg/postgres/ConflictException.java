package io.logagg.postgres;

/** What a transaction wanted to change is not as it read it: it has to begin anew. */
public final class ConflictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConflictException(String message) {
    super(message, null, false, false);
  }
}
