package io.logagg.query;

import io.logagg.postgres.Abandonment;
import io.logagg.query.LogScan.Chunk;
import io.logagg.query.LogScan.From;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads where a page begins. What is common fills it from the first few thousand rows, and costs
 * nothing more; only for what is not does {@link RareMatches} find out where to look. Thread-safe.
 */
public final class FirstChunk {
  private final LogScan scan;
  private final RareMatches rare;

  public FirstChunk(LogScan scan, RareMatches rare) {
    this.scan = scan;
    this.rare = rare;
  }

  /**
   * What was read.
   *
   * @param from the scan as it was read; it begins where the chunk does
   */
  public record Read(From from, Chunk chunk) {}

  /**
   * As {@link LogScan#chunk}.
   *
   * @param attempt is asked for a new taker of rows, perhaps several times: what the ones before
   *     were given does not count
   */
  public Future<Read> read(
      From from, int maxRows, Supplier<Consumer<LogRow>> attempt, Abandonment abandonment) {
    return RareMatches.asksRollups(from)
        ? read(from.sparsely(new Sparse.Nearby()), maxRows, attempt.get(), abandonment)
            .compose(
                read ->
                    isShort(read)
                        ? readPlanned(from, maxRows, attempt, abandonment)
                        : Future.succeededFuture(read))
        : readPlanned(from, maxRows, attempt, abandonment);
  }

  private Future<Read> readPlanned(
      From from, int maxRows, Supplier<Consumer<LogRow>> attempt, Abandonment abandonment) {
    return rare.plan(from, maxRows, abandonment)
        .compose(planned -> read(planned, maxRows, attempt.get(), abandonment))
        .compose(
            read ->
                // Rows that were counted are gone since: there may be others beyond.
                isShort(read)
                    ? read(from, maxRows, attempt.get(), abandonment)
                    : Future.succeededFuture(read));
  }

  private Future<Read> read(
      From from, int maxRows, Consumer<LogRow> rows, Abandonment abandonment) {
    return scan.chunk(from, maxRows, rows, abandonment).map(chunk -> new Read(from, chunk));
  }

  /** Whether there may be more where it did not look. */
  private static boolean isShort(Read read) {
    return read.chunk().atEnd() && read.from().isCutShort();
  }
}
