package io.logagg.stream;

import io.logagg.bus.Bus;
import io.logagg.bus.DeadLetters;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.record.DeadLetter;
import io.logagg.record.RecordBatch;
import io.logagg.stream.RedisException.Kind;
import io.vertx.core.Future;
import java.util.List;

/**
 * Takes records to where they are safe: onto the stream, or into PostgreSQL while Redis is away.
 * Both ways carry the same stamps and the same key, so that a batch that ended up on both is stored
 * once, and so is one that is given again. Belongs to the context of its appender.
 *
 * <p>A failure is a {@link RedisException} if Redis is there but has too much to do ({@code
 * OVERLOADED}) or is full ({@code OUT_OF_MEMORY}), for then PostgreSQL would fare no better; else
 * it is a {@link BothAwayException}.
 */
public final class SafeKeeping {
  private final StreamAppender appender;
  private final Bus bus;
  private final boolean plainEntries;
  private final Watch watch;

  /** Is shown each handing over of a batch as it begins, to measure it. */
  public interface Watch {
    Watch NONE = (toStream, handedOver) -> {};

    void handover(boolean toStream, Future<?> handedOver);
  }

  /**
   * Joins the two ways.
   *
   * @param plainEntries whether each record is an entry of its own, as JSON
   */
  public SafeKeeping(StreamAppender appender, Bus bus, boolean plainEntries, Watch watch) {
    this.appender = appender;
    this.bus = bus;
    this.plainEntries = plainEntries;
    this.watch = watch;
  }

  /**
   * Where a batch is now.
   *
   * @param onStream whether that is the stream; else it is PostgreSQL
   * @param refused how many of its records PostgreSQL refused; they are dead letters
   */
  public record Kept(boolean onStream, int refused) {}

  /** Done once the batch is safe. */
  public Future<Kept> keep(RecordBatch batch) {
    Future<Void> appended =
        plainEntries ? appender.append(batch.records().get(0)) : appender.append(batch);
    watch.handover(true, appended);
    return appended.map(new Kept(true, 0)).recover(e -> store(batch, requireAway(e)));
  }

  private Future<Kept> store(RecordBatch batch, RedisException why) {
    Delivery delivery = new Delivery(batch, WriteRequest.NO_ENTRY);
    // It may come again: from Redis, or from here if the answer is lost.
    Future<WriteOutcome> stored =
        bus.ask(Persistence.WRITE, new WriteRequest(List.of(delivery), true));
    watch.handover(false, stored);
    return stored
        .map(SafeKeeping::stored)
        .recover(e -> Future.failedFuture(new BothAwayException(why, e)));
  }

  private static Kept stored(WriteOutcome outcome) {
    return new Kept(false, outcome.refused().size());
  }

  /** Done once the dead letters are safe; whether they are on their stream. */
  public Future<Boolean> keepDeadLetters(List<DeadLetter> letters) {
    return appender
        .appendDeadLetters(letters)
        .map(true)
        .recover(
            e -> {
              RedisException why = requireAway(e);
              return bus.ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(letters))
                  .map(false)
                  .recover(e2 -> Future.failedFuture(new BothAwayException(why, e2)));
            });
  }

  private static RedisException requireAway(Throwable e) {
    if (!(e instanceof RedisException redis)) {
      throw new IllegalStateException("the appender fails with RedisException only", e);
    }
    if (redis.kind() == Kind.OVERLOADED || redis.kind() == Kind.OUT_OF_MEMORY) {
      throw redis;
    }
    return redis;
  }
}
