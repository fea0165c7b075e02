package io.logagg;

import org.jspecify.annotations.Nullable;

/** A start that cannot succeed, in words for people. */
final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
