package io.logagg.stream;

import io.logagg.record.DeadLetter;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.stream.RedisException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Collections;
import java.util.List;

/**
 * Puts records and dead letters on their streams. Belongs to the context it is opened on. A failure
 * is a {@link RedisException}; only of kind {@code UNKNOWN} may what failed have been appended all
 * the same.
 */
public final class StreamAppender {
  private final RedisLink link;
  private final StreamNames names;

  private StreamAppender(RedisLink link, StreamNames names) {
    this.link = link;
    this.names = names;
  }

  public static StreamAppender open(Vertx vertx, RedisSettings redis, StreamNames names) {
    return new StreamAppender(RedisLink.open(vertx, redis, "append", () -> {}), names);
  }

  public boolean isUp() {
    return link.isUp();
  }

  /** Fails if Redis does not answer, or says that it cannot now, whatever stands at its keys. */
  public Future<Void> ping() {
    return link.send(Request.cmd(Command.PING)).mapEmpty();
  }

  /** Appends the batch as one entry; done once Redis has it. */
  public Future<Void> append(RecordBatch batch) {
    return confirmed(link.send(EntryCodec.addPacked(xadd(names.stream()), batch)));
  }

  /** Appends the one record as an entry of plain JSON; done once Redis has it. */
  public Future<Void> append(LogRecord record) {
    return confirmed(link.send(EntryCodec.addPlain(xadd(names.stream()), record)));
  }

  /** Appends dead letters, one entry each; done once Redis has all of them. */
  public Future<Void> appendDeadLetters(List<DeadLetter> letters) {
    return link.sendAll(DeadLetterCodec.xadds(names.deadLetters(), letters))
        .compose(EntryIds::requireAll)
        // Of a pipeline in which one command failed, the others were done.
        .recover(
            e ->
                Future.failedFuture(
                    new RedisException(Kind.UNKNOWN, String.valueOf(e.getMessage()))));
  }

  private static Future<Void> confirmed(Future<Response> answer) {
    return answer.compose(id -> EntryIds.requireAll(Collections.singletonList(id)));
  }

  private static Request xadd(String key) {
    return Request.cmd(Command.XADD).arg(key).arg("*");
  }

  /** How full the streams are, and Redis as a whole. */
  public Future<StreamDepth> depth() {
    return link.sendAll(
            List.of(
                Request.cmd(Command.XLEN).arg(names.stream()),
                Request.cmd(Command.XLEN).arg(names.deadLetters()),
                Request.cmd(Command.INFO).arg("memory")))
        .map(
            seen ->
                new StreamDepth(
                    seen.get(0).toLong(),
                    seen.get(1).toLong(),
                    StreamDepth.memoryShare(seen.get(2).toString())));
  }

  public Future<Void> close() {
    return link.close();
  }
}
