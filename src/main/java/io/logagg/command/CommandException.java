package io.logagg.command;

/** Why a command could not do what it was told to, in one line for people. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandException(String message) {
    super(message);
  }
}
