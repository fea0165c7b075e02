package io.logagg.alert;

/** When what could not be delivered is tried again. */
public final class Attempts {
  private static final long FIRST_MS = 1_000;
  private static final long LONGEST_MS = 300_000;

  /** Others than these say that the request will never be right. */
  private static final int TIMEOUT = 408;

  private static final int TOO_EARLY = 425;
  private static final int TOO_MANY = 429;

  private Attempts() {}

  /**
   * How long to wait after an attempt, in milliseconds.
   *
   * @param attempts so far, 1 or more
   */
  public static long pauseMs(int attempts) {
    int doublings = Math.min(20, Math.max(0, attempts - 1));
    return Math.min(LONGEST_MS, FIRST_MS << doublings);
  }

  public static boolean isTaken(int status) {
    return status >= 200 && status < 300;
  }

  /** Whether there is no use in sending the same again; redirects are not followed. */
  public static boolean isFinal(int status) {
    return status >= 300
        && status < 500
        && status != TIMEOUT
        && status != TOO_EARLY
        && status != TOO_MANY;
  }
}
