package io.logagg.stream;

import io.logagg.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then at how far the consumer groups have come and how full Redis is, for the
 * metrics of a process, whichever roles it has. Belongs to the context it is opened on.
 */
public final class StreamWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StreamWatch.class);
  private static final long PERIOD_MS = 2000;

  private final Vertx vertx;
  private final StreamNames names;
  private final RedisLink link;
  private final long timer;
  private volatile GroupState records = GroupState.NOTHING;
  private volatile GroupState deadLetters = GroupState.NOTHING;
  private volatile long memoryBytes;
  private volatile long maxMemoryBytes;
  private volatile boolean up;

  private StreamWatch(Vertx vertx, RedisSettings redis, StreamNames names) {
    this.vertx = vertx;
    this.names = names;
    this.link = RedisLink.open(vertx, redis, "watch", this::look);
    this.timer = vertx.setPeriodic(PERIOD_MS, id -> look());
  }

  /** Starts looking, until it is closed. While Redis is away, what was seen last is shown. */
  public static StreamWatch open(
      Vertx vertx, RedisSettings redis, StreamNames names, Metrics metrics) {
    StreamWatch watch = new StreamWatch(vertx, redis, names);
    watch.show(metrics);
    return watch;
  }

  private void show(Metrics metrics) {
    metrics.gauge("logagg.redis.up", "Whether Redis is connected", () -> up ? 1 : 0);
    metrics.gauge("logagg.redis.memory.bytes", "What Redis uses", () -> memoryBytes);
    metrics.gauge(
        "logagg.redis.limit.memory.bytes", "Redis' maxmemory, 0 for none", () -> maxMemoryBytes);
    show(metrics, StreamMeters.RECORDS, () -> records);
    show(metrics, StreamMeters.DEAD_LETTERS, () -> deadLetters);
  }

  private static void show(Metrics metrics, String stream, Supplier<GroupState> state) {
    metrics.gauge(
        "logagg.stream.entries",
        "Entries on the stream",
        () -> state.get().entries(),
        "stream",
        stream);
    metrics.gauge(
        "logagg.stream.lag.entries",
        "Entries that no worker has read",
        () -> state.get().lag(),
        "stream",
        stream);
    metrics.gauge(
        "logagg.stream.pending.entries",
        "Entries that a worker has read and that are not stored yet",
        () -> state.get().pending(),
        "stream",
        stream);
    metrics.gauge(
        "logagg.stream.oldest.waiting.age.seconds",
        "How long the oldest entry has waited that is not stored yet",
        () -> state.get().oldestMs() / 1000.0,
        "stream",
        stream);
  }

  /**
   * For how long the oldest record has waited to be stored, in milliseconds; 0 if none waits, or
   * Redis is away: then records go past it. Thread-safe.
   */
  public long oldestWaitingMs() {
    return up ? records.oldestMs() : 0;
  }

  /** Fails if Redis does not answer. */
  public Future<Void> ping() {
    return link.send(Request.cmd(Command.PING)).mapEmpty();
  }

  private void look() {
    up = link.isUp();
    if (!up) {
      return;
    }
    // Each by itself: something else may stand at one of the keys.
    link.send(GroupState.look(names.stream(), names.group()))
        .onSuccess(answer -> records = GroupState.of(answer))
        .onFailure(StreamWatch::said);
    link.send(GroupState.look(names.deadLetters(), names.group()))
        .onSuccess(answer -> deadLetters = GroupState.of(answer))
        .onFailure(StreamWatch::said);
    link.send(Request.cmd(Command.INFO).arg("memory"))
        .onSuccess(this::sawMemory)
        .onFailure(StreamWatch::said);
  }

  private void sawMemory(@Nullable Response info) {
    String text = String.valueOf(info);
    memoryBytes = StreamDepth.number(text, "used_memory");
    maxMemoryBytes = StreamDepth.number(text, "maxmemory");
  }

  private static void said(Throwable e) {
    LOG.debug("looking at the streams: {}", e.getMessage());
  }

  public Future<Void> close() {
    vertx.cancelTimer(timer);
    return link.close();
  }
}
