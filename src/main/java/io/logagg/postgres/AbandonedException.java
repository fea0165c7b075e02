package io.logagg.postgres;

/** Nobody waits for the result any more, and the statement was cancelled. */
public final class AbandonedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AbandonedException() {
    super("the caller has gone away");
  }
}
