package io.logagg.http.ingest;

import io.logagg.http.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of an ingest request's records.
 *
 * @param enqueued how many are safe
 * @param rejected how many became dead letters
 * @param foreign how many of those are good, but of apps that the sender's key is not for
 * @param errors the first of those that were rejected
 * @param backend where the records are; {@code DB} if only some are
 * @param resumeAt the index of the first record that was not taken, if the request broke off
 * @param problem why it broke off
 * @param stored whether all that is safe is committed; true as well if that was not asked for
 */
record IngestResult(
    long enqueued,
    long rejected,
    long foreign,
    List<LineError> errors,
    Backend backend,
    long resumeAt,
    @Nullable Problem problem,
    boolean stored) {

  /** A record that became a dead letter: its line, or its place in the array, from 1. */
  record LineError(long line, String error) {}
}
