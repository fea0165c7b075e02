package io.logagg.bus;

/** Why a request on the bus was not done. */
public enum Failure {
  /**
   * Nobody serves the address in this process, or the one who does is overloaded: nothing was done.
   */
  UNAVAILABLE,
  /** It may work later; whether it was done is not known. */
  TRANSIENT,
  /** It took too long; whether it was done is not known. With less to do, it may work. */
  TIMEOUT,
  /** It will never work as it is. */
  REFUSED,
  /** A bug: see the log. */
  INTERNAL;

  /** Whether the request itself is at fault, or its size, and no outage. */
  public boolean isOfRequest() {
    return this == REFUSED || this == INTERNAL || this == TIMEOUT;
  }
}
