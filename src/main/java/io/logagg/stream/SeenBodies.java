package io.logagg.stream;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.UUID;

/**
 * Remembers which bodies came in, in Redis, for all processes on it. Belongs to the context of its
 * appender.
 */
public final class SeenBodies {
  /** In one step, or two tries at the same time would not know of each other. */
  private static final String REMEMBER =
      """
      local first = redis.call('GET', KEYS[1])
      if first then return first end
      redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
      return ARGV[1]""";

  private final StreamAppender appender;

  /** Asks over the connection of that appender. */
  public SeenBodies(StreamAppender appender) {
    this.appender = appender;
  }

  /** Whether bodies may have come in the last so many milliseconds that Redis does not know of. */
  public boolean mayHaveMissed(long ms) {
    return appender.link().wasAwayWithin(ms);
  }

  /**
   * The key by which the body is remembered: {@code key} if it is not yet. Fails if Redis is away.
   *
   * @param forMs for how long, if it is not yet
   */
  public Future<UUID> remember(UUID body, UUID key, long forMs) {
    Request script =
        Request.cmd(Command.EVAL)
            .arg(REMEMBER)
            .arg(1)
            .arg(appender.names().stream() + ":body:" + body)
            .arg(key.toString())
            .arg(forMs);
    return appender.link().send(script).map(first -> UUID.fromString(String.valueOf(first)));
  }
}
