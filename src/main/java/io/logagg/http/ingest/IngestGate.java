package io.logagg.http.ingest;

import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamRoom;
import io.logagg.stream.StreamRoom.Shortage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides before anything of a request is taken whether it can be, and says to clients why not.
 * Belongs to the context of its appender.
 */
public final class IngestGate {
  private final StreamRoom room;

  /**
   * Starts watching.
   *
   * @param diskIsLow whether the embedded servers are about to run out of disk
   * @param maxPendingRecords how many records may wait on the stream
   * @param maxDeadLetters how many entries the mirror of the dead letters may have
   */
  public IngestGate(
      Vertx vertx,
      StreamAppender appender,
      BooleanSupplier diskIsLow,
      long maxPendingRecords,
      long maxDeadLetters) {
    this.room =
        new StreamRoom(
            vertx, appender, new StreamRoom.Limits(diskIsLow, maxPendingRecords, maxDeadLetters));
  }

  /** Counts what went onto the stream from here, until it is seen there. */
  void appended(int records) {
    room.appended(records);
  }

  /** See {@link StreamRoom#pendingRecords}. */
  long pendingRecords() {
    return room.pendingRecords();
  }

  /** Redis has said that it has no memory left: for a while, nothing is taken. */
  void outOfMemory() {
    room.outOfMemory();
  }

  /** Why nothing can be taken now; null if it can. */
  @Nullable Problem refusal() {
    Shortage shortage = room.shortage();
    return shortage == null ? null : problem(shortage);
  }

  /** What is answered while the disk of the embedded servers is nearly full. */
  static Problem diskProblem() {
    return problem(StreamRoom.DISK);
  }

  static Problem outOfMemoryProblem() {
    return problem(StreamRoom.OUT_OF_MEMORY);
  }

  private static Problem problem(Shortage shortage) {
    int status = shortage.kind() == StreamRoom.Kind.DISK ? 503 : 429;
    return Problem.retryLater(status, shortage.detail(), shortage.retrySeconds())
        .at(limit(shortage.kind()));
  }

  private static Limit limit(StreamRoom.Kind kind) {
    return switch (kind) {
      case DISK -> Limit.DISK;
      case REDIS_MEMORY -> Limit.REDIS_MEMORY;
      case PENDING_RECORDS -> Limit.PENDING_RECORDS;
      case DEAD_LETTERS -> Limit.DEAD_LETTERS;
    };
  }

  /** Fails with the reason while nothing can be taken, or the stream cannot be seen. */
  public Future<Void> probe() {
    return room.probe();
  }

  /** Ends its looking after the stream; with its verticle. */
  public void close() {
    room.close();
  }
}
