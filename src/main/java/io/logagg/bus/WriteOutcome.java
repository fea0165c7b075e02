package io.logagg.bus;

import io.logagg.record.DeadLetter;
import java.util.List;
import java.util.stream.Stream;

/**
 * What became of a {@link WriteRequest} that was committed.
 *
 * @param stored rows that are new
 * @param repeated records that were known already, by their key, their id or their producer's id
 * @param refused what PostgreSQL would not take; it stands among the dead letters since the same
 *     transaction
 */
public record WriteOutcome(int stored, int repeated, List<DeadLetter> refused) {
  /** Nothing was to be done. */
  public static final WriteOutcome NOTHING = new WriteOutcome(0, 0, List.of());

  public WriteOutcome {
    refused = List.copyOf(refused);
  }

  /** Of this request and another. */
  public WriteOutcome plus(WriteOutcome other) {
    return new WriteOutcome(
        stored + other.stored,
        repeated + other.repeated,
        Stream.concat(refused.stream(), other.refused.stream()).toList());
  }
}
