package io.logagg.bus;

import io.logagg.record.DeadLetter;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link WriteRequest} that was committed.
 *
 * @param stored rows that are new
 * @param repeated records that were known already, by their key, their id or their producer's id
 * @param refused what PostgreSQL would not take; it stands among the dead letters since the same
 *     transaction
 * @param app that of the record, if the request had just one; else null
 */
public record WriteOutcome(int stored, int repeated, List<DeadLetter> refused, @Nullable App app) {

  /** An app as a record was stored under it: by then it may have another name than the record. */
  public record App(int id, String name) {}

  /** Nothing was to be done. */
  public static final WriteOutcome NOTHING = new WriteOutcome(0, 0, List.of());

  public WriteOutcome {
    refused = List.copyOf(refused);
  }

  public WriteOutcome(int stored, int repeated, List<DeadLetter> refused) {
    this(stored, repeated, refused, null);
  }

  /** Of this request and another. */
  public WriteOutcome plus(WriteOutcome other) {
    return new WriteOutcome(
        stored + other.stored,
        repeated + other.repeated,
        Stream.concat(refused.stream(), other.refused.stream()).toList());
  }
}
