package io.logagg.http.logs;

import io.logagg.query.LogScan;
import io.logagg.query.LogScan.Chunk;

/**
 * How many rows to ask for: few at first, so that the answer begins at once; then more, unless rows
 * are so large that PostgreSQL would look at most of them in vain. Not thread-safe.
 */
final class ChunkSize {
  private static final int FIRST_ROWS = 256;

  private int rows = FIRST_ROWS;

  int rows() {
    return rows;
  }

  /** Learns from a chunk that was read. */
  void follow(Chunk chunk) {
    int wanted = chunk.cutByBytes() ? 2 * chunk.rows() : 2 * rows;
    rows = Math.min(LogScan.MAX_ROWS, wanted);
  }
}
