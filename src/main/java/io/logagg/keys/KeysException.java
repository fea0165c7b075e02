package io.logagg.keys;

/** Why a command could not do what it was told to, in one line for people. */
final class KeysException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeysException(String message) {
    super(message);
  }
}
