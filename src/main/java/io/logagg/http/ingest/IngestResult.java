package io.logagg.http.ingest;

import io.logagg.http.reply.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of an ingest request's records.
 *
 * @param enqueued how many are safe
 * @param rejected how many are bad: they became dead letters, unless the request was strict or
 *     these were too many
 * @param foreign how many of those are good, but of apps that the sender's key is not for
 * @param errors the first of those that were rejected
 * @param backend where the records are; {@code DB} if only some are
 * @param resumeAt the index of the first record that was not taken, if the request broke off
 * @param problem why it broke off
 * @param strict whether those that are bad are only told, and did not become dead letters
 * @param stored whether all that is safe is committed; true as well if that was not asked for
 */
public record IngestResult(
    long enqueued,
    long rejected,
    long foreign,
    List<LineError> errors,
    Backend backend,
    long resumeAt,
    @Nullable Problem problem,
    boolean strict,
    boolean stored) {

  /**
   * Why the request as a whole has failed, for protocols that do not answer record by record: it
   * broke off, its key is not for any of its records, or it was strict and some are bad. Null if it
   * has not.
   */
  public @Nullable Problem failure() {
    if (problem != null) {
      return problem;
    }
    if (enqueued == 0 && foreign > 0) {
      return Problem.of(
          403, "none of the records is of an app that this API key is for: " + errorText());
    }
    return strict && rejected > 0
        ? Problem.of(
            400,
            "%d of %d records are bad and were not taken: %s"
                .formatted(rejected, rejected + enqueued, errorText()))
        : null;
  }

  /** The first records that are bad, and why, in one line. */
  public String errorText() {
    return errors.stream()
        .map(error -> "record " + error.line() + ": " + error.error())
        .collect(Collectors.joining("; "));
  }

  /** A record that became a dead letter: its line, or its place in the array, from 1. */
  public record LineError(long line, String error) {}
}
