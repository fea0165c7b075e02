package io.logagg.query;

import java.util.List;

/**
 * What came in behind a position.
 *
 * @param rows of one group of commits in the order of time and {@code seq}, or the beginning of it
 * @param next where to go on
 * @param more whether more wait behind {@code next}: it is best asked for at once
 * @param skipped how many records were passed over, about, because too many waited
 * @param gap whether the position was too old, or of another database: what came in between is not
 *     known, and {@code next} is now
 */
public record TailBatch(
    List<LogRow> rows, TailPosition next, boolean more, long skipped, boolean gap) {
  public TailBatch {
    rows = List.copyOf(rows);
  }
}
