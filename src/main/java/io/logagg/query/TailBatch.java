package io.logagg.query;

import io.logagg.query.TailPosition.Within;
import io.logagg.record.RecordIds;
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
 * @param from the mark behind which the group begins
 */
public record TailBatch(
    List<LogRow> rows, TailPosition next, boolean more, long skipped, boolean gap, TailMark from) {
  public TailBatch {
    rows = List.copyOf(rows);
  }

  /** Where to go on behind one of the rows. */
  public TailPosition positionBehind(int row) {
    if (row == rows.size() - 1) {
      return next;
    }
    Within within = next.within();
    TailMark to = within == null ? next.from() : within.to();
    LogRow last = rows.get(row);
    return new TailPosition(from, new Within(to, last.timestampMicros(), RecordIds.seq(last.id())));
  }
}
