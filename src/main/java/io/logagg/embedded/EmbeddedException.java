package io.logagg.embedded;

import org.jspecify.annotations.Nullable;

/** Why the embedded servers cannot run: one line for people that names the way out. */
public final class EmbeddedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of obstacle it is. None of them goes away by trying again. */
  public enum Reason {
    FOLDER_IN_USE,
    FOLDER_UNUSABLE,
    FOLDER_VERSION,
    PLATFORM,
    ROOT,
    PORT_IN_USE,
    START_FAILED,
    NOT_RUNNING,
    CLOSED
  }

  /** Ends the message of every obstacle that only servers of one's own get around. */
  static final String OWN_SERVERS =
      "to use servers of your own, set postgres.url (DATABASE_URL) and redis.url (REDIS_URL)";

  private final Reason reason;

  EmbeddedException(Reason reason, String message) {
    this(reason, message, null);
  }

  EmbeddedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
