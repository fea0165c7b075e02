package io.logagg.stream;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator what makes acknowledged records less safe on this Redis than they could be,
 * once, and again when that has changed. Thread-safe.
 */
public final class RedisAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(RedisAdvice.class);

  private final AtomicReference<List<String>> said = new AtomicReference<>(List.of());

  /** Looks at the Redis behind a link that has just come up. */
  void look(RedisLink link) {
    Future.all(info(link, "persistence"), info(link, "memory"))
        .onSuccess(all -> say(dangers(all.resultAt(0), all.resultAt(1))))
        .onFailure(e -> LOG.debug("how safe Redis is cannot be seen: {}", e.getMessage()));
  }

  private static Future<String> info(RedisLink link, String section) {
    return link.send(Request.cmd(Command.INFO).arg(section)).map(RedisAdvice::text);
  }

  private static String text(Response info) {
    return info.toString();
  }

  private void say(List<String> dangers) {
    if (!said.getAndSet(dangers).equals(dangers)) {
      dangers.forEach(LOG::warn);
    }
  }

  /** What is dangerous about a Redis that says this of itself. */
  static List<String> dangers(String persistence, String memory) {
    List<String> dangers = new ArrayList<>();
    if (persistence.contains("aof_enabled:0")) {
      dangers.add(
          "Redis keeps no append-only file: acknowledged records that wait on the stream are lost when it restarts"
              + " (appendonly yes)");
    }
    boolean limited = !memory.contains("\nmaxmemory:0");
    boolean evicts = memory.contains("maxmemory_policy:allkeys");
    if (limited && evicts) {
      dangers.add(
          "Redis evicts keys when it is full, the stream with all that waits on it among them"
              + " (maxmemory-policy noeviction)");
    }
    return dangers;
  }
}
