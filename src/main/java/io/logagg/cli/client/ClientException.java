package io.logagg.cli.client;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a command could not do what it was told to, in one line for people. */
public final class ClientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Exit status of what could not be done. */
  public static final int FAILED = 1;

  /** Exit status of what was asked for in a wrong way. */
  public static final int USAGE = 2;

  private final int status;
  private final boolean away;
  private final transient @Nullable Refusal refusal;

  private ClientException(
      String message,
      int status,
      boolean away,
      @Nullable Refusal refusal,
      @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.away = away;
    this.refusal = refusal;
  }

  /** It could not be done. */
  public static ClientException failed(String message) {
    return new ClientException(message, FAILED, false, null, null);
  }

  /** It was asked for in a wrong way. */
  public static ClientException usage(String message) {
    return new ClientException(message, USAGE, false, null, null);
  }

  /** The server cannot be reached, or broke off. */
  public static ClientException away(String message, Throwable cause) {
    return new ClientException(message, FAILED, true, null, cause);
  }

  /** The server answered, but not with what was asked for. */
  static ClientException refused(String message, Refusal refusal) {
    boolean misasked = refusal.status() == 400 || refusal.status() == 422;
    return new ClientException(message, misasked ? USAGE : FAILED, false, refusal, null);
  }

  /** With which the program ends. */
  public int status() {
    return status;
  }

  /** In one line. */
  public String text() {
    return String.valueOf(getMessage());
  }

  /** What the server answered; null if that is not why. */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /** Whether the server was not to be reached, or broke off. */
  public boolean isAway() {
    return away;
  }

  /** Whether the same may work in a moment: the server is away, or has too much to do. */
  public boolean mayPass() {
    return away || (refusal != null && refusal.mayPass());
  }

  /** What people call a fault of the network, which the JDK often leaves without a word. */
  static String why(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (message != null && !message.isBlank()) {
        return message.strip().replaceAll("\\s+", " ");
      }
    }
    return e.getClass().getSimpleName().replace("Exception", "").toLowerCase(Locale.ROOT);
  }
}
