package io.logagg.bus;

import io.logagg.record.DeadLetter;
import java.util.List;

/**
 * What became of a {@link WriteRequest} that was committed.
 *
 * @param stored rows that are new
 * @param repeated records that were known already, by their key, their id or their producer's id
 * @param refused what PostgreSQL would not take; it stands among the dead letters since the same
 *     transaction
 */
public record WriteOutcome(int stored, int repeated, List<DeadLetter> refused) {
  public WriteOutcome {
    refused = List.copyOf(refused);
  }
}
