package io.logagg.cli.screen;

/** What a command prints cannot be written. */
public final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean unread;

  OutputException(String message, boolean unread, Throwable cause) {
    super(message, cause);
    this.unread = unread;
  }

  /** Whether its reader has gone, as {@code head} does: no fault of anybody's. */
  public boolean isUnread() {
    return unread;
  }
}
