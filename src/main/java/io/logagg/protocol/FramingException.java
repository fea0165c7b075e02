package io.logagg.protocol;

/**
 * A body is broken as a whole, so that what follows cannot be told apart. The message is for the
 * sender.
 */
public final class FramingException extends Exception {
  private static final long serialVersionUID = 1L;

  public FramingException(String message) {
    super(message);
  }
}
