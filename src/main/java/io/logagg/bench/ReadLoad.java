package io.logagg.bench;

import io.logagg.bench.LoadGenerator.Load;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The records that are read: those filled in beforehand, and those that arrive meanwhile. */
final class ReadLoad {
  private static final long RARE_EVERY = 1_000_000;
  private static final long NUMBERS_APART = 1L << 40;

  private final Load load;
  private final long records;
  private final CommitWatch watch;
  private final Instant from;
  private final Instant until;
  private @Nullable LoadGenerator arrivals;
  private long filled;

  /** Of the last 24 hours. */
  ReadLoad(BenchDatabase database, Load load, long records) {
    this(database, load, records, Instant.now(), Duration.ofHours(24));
  }

  /**
   * Sends nothing yet.
   *
   * @param records to fill in
   * @param until behind the last of them
   */
  ReadLoad(BenchDatabase database, Load load, long records, Instant until, Duration span) {
    this.from = until.minus(span);
    this.until = until;
    this.load = load;
    this.records = records;
    this.watch = new CommitWatch(database);
  }

  /**
   * When the records are from.
   *
   * @param until shortly after the last
   */
  record Span(Instant from, Instant until, long records) {
    /** From when on the newest so many are, or all if there are no more. */
    Instant sinceForNewest(long wanted) {
      double share = Math.min(1.0, wanted / (double) records);
      return until.minusNanos((long) (Duration.between(from, until).toNanos() * share));
    }
  }

  /** One in a million, but one at least of each million or less. */
  static long rareEvery(long records) {
    return Math.min(RARE_EVERY, records);
  }

  Span span() {
    return new Span(from, until, filled);
  }

  /** Returns when all is committed and the database has come to rest. */
  void fill() throws SQLException, InterruptedException {
    long requests = records / load.batch();
    long stepNanos = Duration.between(from, until).toNanos() / (requests * load.batch());
    LoadGenerator fill =
        new LoadGenerator(load, RecordTimes.spread(from, stepNanos, load.batch()), 0);
    fill.start(requests, 0);
    watch.whileRunning(fill, 0);
    filled = fill.acknowledged();
    watch.await(filled);
    watch.awaitRest();
  }

  void startArrivals(double recordsPerSecond) {
    LoadGenerator generator = new LoadGenerator(load, RecordTimes.present(), NUMBERS_APART);
    generator.start(Long.MAX_VALUE, recordsPerSecond / load.batch());
    arrivals = generator;
  }

  /** Checks that what was acknowledged is there. */
  void stopArrivals() throws SQLException, InterruptedException {
    LoadGenerator generator = arrivals;
    if (generator != null) {
      generator.stop();
      watch.await(filled + generator.acknowledged());
    }
  }
}
