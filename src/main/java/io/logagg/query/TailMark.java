package io.logagg.query;

import java.util.List;

/**
 * A moment in the order in which batches were committed: what was committed before it. As
 * PostgreSQL's snapshots, it is told by the numbers of transactions, see docs/adr/0002-tail.md.
 *
 * @param end all numbers below this are before the mark, but for those that were running
 * @param running those below {@code end} that were not over, ascending
 * @param anchor the number of a commit before the mark; that it is there still tells that the mark
 *     is of this database, and that nothing behind it was forgotten
 * @param anchorMicros when that began, in microseconds since the epoch
 */
record TailMark(long end, List<Long> running, long anchor, long anchorMicros) {
  /** Most transactions that a mark may name. */
  static final int MAX_RUNNING = 256;

  TailMark {
    running = List.copyOf(running);
    if (end < 1 || anchor < 1 || running.size() > MAX_RUNNING) {
      throw new IllegalArgumentException("end=" + end + ", anchor=" + anchor);
    }
    long before = 0;
    for (long number : running) {
      if (number <= before || number >= end) {
        throw new IllegalArgumentException("running " + number + " in " + before + ".." + end);
      }
      before = number;
    }
  }

  /** All up to this commit, whatever was running; known by the same anchor. */
  TailMark skippedTo(long commit) {
    return new TailMark(commit + 1, List.of(), anchor, anchorMicros);
  }

  /** The text of a {@code pg_snapshot}. */
  String snapshot() {
    StringBuilder text = new StringBuilder();
    text.append(running.isEmpty() ? end : running.get(0)).append(':').append(end).append(':');
    for (int i = 0; i < running.size(); i++) {
      text.append(i == 0 ? "" : ",").append(running.get(i));
    }
    return text.toString();
  }
}
