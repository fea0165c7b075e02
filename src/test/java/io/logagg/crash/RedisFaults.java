package io.logagg.crash;

import io.logagg.testing.RedisProcess;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/** What can be done to a Redis, short of ending it, and by hand to what it holds. */
final class RedisFaults {
  private static final String BUSY_AFTER_MS = "20";

  private final RedisProcess redis;
  private final LongConsumer hold;

  /**
   * @param hold waits for so many milliseconds, or until the faults are stopped
   */
  RedisFaults(RedisProcess redis, LongConsumer hold) {
    this.redis = redis;
    this.hold = hold;
  }

  void outOfMemory(long ms) {
    set("maxmemory", "1");
    hold.accept(ms);
    set("maxmemory", "0");
  }

  void noReplicas(long ms) {
    set("min-replicas-to-write", "1");
    hold.accept(ms);
    set("min-replicas-to-write", "0");
  }

  private void set(String name, String value) {
    redis.call("CONFIG", "SET", name, value);
  }

  void busy(long ms) {
    set("lua-time-limit", BUSY_AFTER_MS);
    redis.whileBusy(() -> hold.accept(ms));
  }

  void killClients() {
    redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  }

  void deleteGroup() {
    redis.call("XGROUP", "DESTROY", Servers.STREAM, Servers.GROUP);
  }

  void deleteConsumer(Random random) {
    if (redis.call("EXISTS", Servers.STREAM).toLong() == 0) {
      return;
    }
    List<String> names = new ArrayList<>();
    for (Response group : redis.call("XINFO", "GROUPS", Servers.STREAM)) {
      if (Servers.value(group, "name").equals(Servers.GROUP)) {
        for (Response consumer : redis.call("XINFO", "CONSUMERS", Servers.STREAM, Servers.GROUP)) {
          names.add(Servers.value(consumer, "name"));
        }
      }
    }
    if (!names.isEmpty()) {
      String name = names.get(random.nextInt(names.size()));
      redis.call("XGROUP", "DELCONSUMER", Servers.STREAM, Servers.GROUP, name);
    }
  }
}
