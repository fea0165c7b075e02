package io.logagg.http.inflate;

/** A body is not what its {@code Content-Encoding} says. The message is for the sender. */
public final class CorruptBodyException extends Exception {
  private static final long serialVersionUID = 1L;

  public CorruptBodyException(String message) {
    super(message);
  }
}
