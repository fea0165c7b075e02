package io.logagg.stream;

import io.logagg.record.DeadLetter;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
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
  /** All or none of them, and one command under way however many they are. */
  private static final String ADD_LETTERS =
      """
      local ids = {}
      for i, letter in ipairs(ARGV) do
        ids[i] = redis.call('XADD', KEYS[1], '*', '{field}', letter)
      end
      return ids"""
          .replace("{field}", DeadLetterCodec.FIELD);

  private final RedisLink link;
  private final StreamNames names;

  private StreamAppender(RedisLink link, StreamNames names) {
    this.link = link;
    this.names = names;
  }

  public static StreamAppender open(Vertx vertx, RedisSettings redis, StreamNames names) {
    return open(vertx, redis, names, "append");
  }

  /**
   * The same.
   *
   * @param purpose names its connection in the log
   */
  public static StreamAppender open(
      Vertx vertx, RedisSettings redis, StreamNames names, String purpose) {
    return new StreamAppender(RedisLink.open(vertx, redis, purpose, () -> {}), names);
  }

  RedisLink link() {
    return link;
  }

  StreamNames names() {
    return names;
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
    Request script = Request.cmd(Command.EVAL).arg(ADD_LETTERS).arg(1).arg(names.deadLetters());
    letters.forEach(letter -> script.arg(DeadLetterCodec.encode(letter)));
    return link.send(script).compose(ids -> EntryIds.requireMany(ids, letters.size()));
  }

  private static Future<Void> confirmed(Future<Response> answer) {
    return answer.compose(id -> EntryIds.requireAll(Collections.singletonList(id)));
  }

  private static Request xadd(String key) {
    return Request.cmd(Command.XADD).arg(key).arg("*");
  }

  /**
   * How full the streams are, and Redis as a whole.
   *
   * @param fromId what came behind that entry counts as growth
   */
  public Future<StreamDepth> depth(String fromId) {
    Future<Long> entries = length(names.stream());
    // Whatever is wrong with the mirror says nothing of the stream.
    Future<Long> letters =
        length(names.deadLetters())
            .recover(e -> isError(e) ? Future.succeededFuture(0L) : Future.failedFuture(e));
    Future<StreamGrowth> growth =
        link.send(StreamGrowth.look(names.stream(), fromId)).map(StreamGrowth::of);
    Future<Double> memory =
        link.send(Request.cmd(Command.INFO).arg("memory"))
            .map(info -> StreamDepth.memoryShare(String.valueOf(info)));
    return Future.all(entries, letters, growth, memory)
        .map(
            all ->
                new StreamDepth(
                    entries.result(), letters.result(), growth.result(), memory.result()));
  }

  private Future<Long> length(String key) {
    return link.send(Request.cmd(Command.XLEN).arg(key)).map(n -> n == null ? 0L : n.toLong());
  }

  private static boolean isError(Throwable e) {
    return e instanceof RedisException redis && redis.kind() == RedisException.Kind.ERROR;
  }

  public Future<Void> close() {
    return link.close();
  }
}
