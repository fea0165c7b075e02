package io.logagg.bus;

/** A request on the bus failed, and this is how. */
public final class BusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Failure failure;

  public BusException(Failure failure, String message) {
    super(message);
    this.failure = failure;
  }

  public BusException(Failure failure, String message, Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
