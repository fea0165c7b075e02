package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.TestRedis;
import io.vertx.redis.client.Command;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisAdviceTest {
  private static final String SAFE = "# Persistence\r\nloading:0\r\naof_enabled:1\r\n";
  private static final String ENDLESS =
      "# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n";
  private static final String EVICTING =
      "# Memory\r\nmaxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\n";
  private static final String REFUSING =
      "# Memory\r\nmaxmemory:1000\r\nmaxmemory_policy:noeviction\r\n";

  @Test
  void shouldHaveNothingToSayOfASafeOne() {
    assertEquals(List.of(), RedisAdvice.dangers(SAFE, ENDLESS));
    assertEquals(List.of(), RedisAdvice.dangers(SAFE, REFUSING));
  }

  @Test
  void shouldWarnOfOneThatForgets() {
    List<String> dangers = RedisAdvice.dangers(SAFE.replace("enabled:1", "enabled:0"), REFUSING);
    assertEquals(1, dangers.size());
    assertTrue(dangers.get(0).contains("append-only"));
  }

  @Test
  void shouldWarnOfOneThatEvicts() {
    List<String> dangers = RedisAdvice.dangers(SAFE, EVICTING);
    assertEquals(1, dangers.size());
    assertTrue(dangers.get(0).contains("evicts"));
  }

  @Test
  void shouldUnderstandARealOne() {
    try (TestRedis redis = TestRedis.open()) {
      String persistence = redis.command(Command.INFO, "persistence").toString();
      assertTrue(persistence.contains("aof_enabled:"), persistence);
      String memory = redis.command(Command.INFO, "memory").toString();
      assertTrue(memory.contains("\nmaxmemory:0"), memory);
      assertTrue(memory.contains("maxmemory_policy:"), memory);
    }
  }
}
