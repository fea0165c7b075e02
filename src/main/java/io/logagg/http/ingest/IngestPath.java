package io.logagg.http.ingest;

import io.logagg.bus.Bus;
import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.ProblemException;
import io.logagg.record.DeadLetter;
import io.logagg.record.RecordBatch;
import io.logagg.stream.BothAwayException;
import io.logagg.stream.RedisException;
import io.logagg.stream.RedisException.Kind;
import io.logagg.stream.SafeKeeping;
import io.logagg.stream.StreamAppender;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has records kept safely, and says to clients why they are not. Belongs to one context. */
public final class IngestPath {
  private static final Logger LOG = LoggerFactory.getLogger(IngestPath.class);
  private static final int RETRY_AFTER_SECONDS = 2;

  private final SafeKeeping keeping;
  private final IngestGate gate;

  /**
   * Joins the two ways of {@link SafeKeeping}.
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
    this.keeping = new SafeKeeping(appender, bus, plainEntries, meters);
    this.gate = gate;
  }

  /**
   * Where a batch is now.
   *
   * @param refused how many of its records PostgreSQL refused; they are dead letters
   */
  public record Accepted(Backend backend, int refused) {}

  /**
   * Done once the batch is safe. A failure is a {@link io.logagg.http.reply.ProblemException}: it
   * is not, as far as we know.
   */
  Future<Accepted> accept(RecordBatch batch) {
    return keeping
        .keep(batch)
        .map(kept -> new Accepted(backend(kept.onStream()), kept.refused()))
        .recover(e -> Future.failedFuture(toProblem(e)));
  }

  /** Done once the dead letters are safe. Fails like {@link #accept}. */
  Future<Backend> acceptDeadLetters(List<DeadLetter> letters) {
    return keeping
        .keepDeadLetters(letters)
        .map(IngestPath::backend)
        .recover(e -> Future.failedFuture(toProblem(e)));
  }

  private static Backend backend(boolean onStream) {
    return onStream ? Backend.REDIS : Backend.DB;
  }

  /** Redis out of memory is a case of too much, not of Redis being away. */
  private Throwable toProblem(Throwable e) {
    if (e instanceof BothAwayException) {
      LOG.debug("{}", e.getMessage());
      return Problem.retryLater(503, String.valueOf(e.getMessage()), RETRY_AFTER_SECONDS)
          .at(Limit.NO_BACKEND)
          .toException();
    }
    return e instanceof RedisException redis ? tooMuch(redis) : e;
  }

  private ProblemException tooMuch(RedisException redis) {
    if (redis.kind() == Kind.OUT_OF_MEMORY) {
      gate.outOfMemory();
      return IngestGate.outOfMemoryProblem().toException();
    }
    return Problem.retryLater(429, "too many batches are on their way to Redis", 1)
        .at(Limit.REDIS_BUSY)
        .toException();
  }
}
