package io.logagg.bench;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Follows what is committed: shows progress, and waits until all is. Not thread-safe. */
final class CommitWatch {
  private static final long LOOK_MS = 500;
  private static final long LAST_LOOKS_MS = 25;
  private static final long NO_PROGRESS_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final long REST_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int LOOKS_AT_REST = 6;

  private final BenchDatabase database;
  private final CommitCurve curve = new CommitCurve();

  CommitWatch(BenchDatabase database) {
    this.database = database;
  }

  CommitCurve curve() {
    return curve;
  }

  /** Shows progress until the load has been sent. */
  void whileRunning(LoadGenerator load, long before) throws SQLException, InterruptedException {
    long start = System.nanoTime();
    while (load.isRunning()) {
      double seconds = (System.nanoTime() - start) / 1e9;
      long committed = look() - before;
      System.err.printf(
          "\r%6.1f s  acknowledged %,d (%,.0f/s)  committed %,d (%,.0f/s)   ",
          seconds,
          load.acknowledged(),
          load.acknowledged() / seconds,
          committed,
          committed / seconds);
      load.await(LOOK_MS);
    }
    System.err.println();
    load.await();
  }

  /** Waits until exactly so many records are committed. */
  void await(long count) throws SQLException, InterruptedException {
    long committed = look();
    long progressAt = System.nanoTime();
    while (committed < count) {
      TimeUnit.MILLISECONDS.sleep(LAST_LOOKS_MS);
      long now = look();
      if (now != committed) {
        progressAt = System.nanoTime();
      } else if (System.nanoTime() - progressAt > NO_PROGRESS_NANOS) {
        throw new IllegalStateException("only " + now + " of " + count + " were committed");
      }
      committed = now;
    }
    if (committed > count) {
      throw new IllegalStateException(
          committed + " were committed, " + count + " were acknowledged");
    }
  }

  /** Waits until nothing has been done in the background for a few seconds. */
  void awaitRest() throws SQLException, InterruptedException {
    long start = System.nanoTime();
    int looks = 0;
    while (looks < LOOKS_AT_REST) {
      if (System.nanoTime() - start > REST_LIMIT_NANOS) {
        throw new IllegalStateException("the database did not come to rest");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      looks = database.isAtRest() ? looks + 1 : 0;
    }
  }

  private long look() throws SQLException {
    long committed = database.committed();
    curve.add(System.nanoTime(), committed);
    return committed;
  }
}
