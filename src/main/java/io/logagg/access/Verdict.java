package io.logagg.access;

/** What a key that was presented turns out to be. */
public sealed interface Verdict {
  /** It opens the door to this one. */
  record Known(Principal principal) implements Verdict {}

  /** It does not. */
  enum Refused implements Verdict {
    /** No such key has the shape of one of ours. */
    MALFORMED,
    /** There is none, or none yet as far as this process knows. */
    UNKNOWN,
    /** It was the right one once. */
    REVOKED,
    /** Its time is over. */
    EXPIRED,
    /** The keys could not be read yet, since PostgreSQL is away. */
    UNDECIDED
  }
}
