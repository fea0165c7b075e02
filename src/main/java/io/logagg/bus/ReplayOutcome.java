package io.logagg.bus;

import org.jspecify.annotations.Nullable;

/**
 * What became of a replay.
 *
 * @param reason why it was refused again, null otherwise
 */
public record ReplayOutcome(Kind kind, @Nullable String reason) {
  /** The ways a replay can end. */
  public enum Kind {
    /** It is a record now, and no dead letter any more. */
    STORED,
    /** It stays among the dead letters, with the new reason. */
    REFUSED,
    /** There is no such dead letter: it was replayed or removed before. */
    GONE
  }
}
