package io.logagg.http.ingest;

import io.logagg.bus.Bus;
import io.logagg.bus.DeadLetters;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.http.Limit;
import io.logagg.http.Problem;
import io.logagg.record.DeadLetter;
import io.logagg.record.RecordBatch;
import io.logagg.stream.RedisException;
import io.logagg.stream.RedisException.Kind;
import io.logagg.stream.StreamAppender;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records to where they are safe: onto the stream, or into PostgreSQL while Redis is away.
 * Both ways carry the same stamps and the same key, so that a batch that ended up on both is stored
 * once. Belongs to the context of its appender.
 */
public final class IngestPath {
  private static final Logger LOG = LoggerFactory.getLogger(IngestPath.class);
  private static final int RETRY_AFTER_SECONDS = 2;

  private final StreamAppender appender;
  private final Bus bus;
  private final IngestGate gate;
  private final boolean plainEntries;
  private final IngestMeters meters;

  /**
   * Joins the two ways.
   *
   * @param gate is told when Redis is full
   * @param plainEntries whether each record is an entry of its own, as JSON
   */
  public IngestPath(
      StreamAppender appender,
      Bus bus,
      IngestGate gate,
      boolean plainEntries,
      IngestMeters meters) {
    this.appender = appender;
    this.bus = bus;
    this.gate = gate;
    this.plainEntries = plainEntries;
    this.meters = meters;
  }

  /**
   * Where a batch is now.
   *
   * @param refused how many of its records PostgreSQL refused; they are dead letters
   */
  public record Accepted(Backend backend, int refused) {}

  /**
   * Done once the batch is safe. A failure is a {@link io.logagg.http.ProblemException}: it is not,
   * as far as we know.
   */
  public Future<Accepted> accept(RecordBatch batch) {
    Future<Void> appended =
        plainEntries ? appender.append(batch.records().get(0)) : appender.append(batch);
    return meters
        .handover(Backend.REDIS, appended)
        .map(new Accepted(Backend.REDIS, 0))
        .recover(e -> storeInstead(batch, requireRedis(e)));
  }

  private Future<Accepted> storeInstead(RecordBatch batch, RedisException why) {
    Delivery delivery = new Delivery(batch, WriteRequest.NO_ENTRY);
    // It may come again: from Redis, or from here if the answer is lost.
    return meters
        .handover(Backend.DB, bus.ask(Persistence.WRITE, new WriteRequest(List.of(delivery), true)))
        .map(IngestPath::stored)
        .recover(e -> Future.failedFuture(neither(e, why).toException()));
  }

  private static Accepted stored(WriteOutcome outcome) {
    return new Accepted(Backend.DB, outcome.refused().size());
  }

  /** Done once the dead letters are safe. Fails like {@link #accept}. */
  public Future<Backend> acceptDeadLetters(List<DeadLetter> letters) {
    return appender
        .appendDeadLetters(letters)
        .map(Backend.REDIS)
        .recover(
            e -> {
              RedisException why = requireRedis(e);
              return bus.ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(letters))
                  .map(Backend.DB)
                  .recover(e2 -> Future.failedFuture(neither(e2, why).toException()));
            });
  }

  /** Redis out of memory is a case of too much, not of Redis being away. */
  private RedisException requireRedis(Throwable e) {
    if (!(e instanceof RedisException redis)) {
      throw new IllegalStateException("the appender fails with RedisException only", e);
    }
    if (redis.kind() == Kind.OVERLOADED) {
      throw Problem.retryLater(429, "too many batches are on their way to Redis", 1)
          .at(Limit.REDIS_BUSY)
          .toException();
    }
    if (redis.kind() == Kind.OUT_OF_MEMORY) {
      gate.outOfMemory();
      throw IngestGate.outOfMemoryProblem().toException();
    }
    return redis;
  }

  private static Problem neither(Throwable postgres, RedisException redis) {
    LOG.debug("neither backend: {} / {}", redis.getMessage(), postgres.getMessage());
    return Problem.retryLater(
            503,
            "neither backend takes records now: "
                + redis.getMessage()
                + "; PostgreSQL: "
                + postgres.getMessage(),
            RETRY_AFTER_SECONDS)
        .at(Limit.NO_BACKEND);
  }
}
