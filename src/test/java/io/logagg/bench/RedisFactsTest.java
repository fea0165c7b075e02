package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RedisFactsTest {
  @Test
  void readsVersionAndDurabilityFromTheReplies() {
    String replies =
        """
        +OK
        $40
        # Server
        redis_version:7.0.15
        redis_mode:standalone

        *4
        $10
        appendonly
        $3
        yes
        $11
        appendfsync
        $8
        everysec
        +OK
        """
            .replace("\n", "\r\n");

    assertEquals(new RedisFacts("7.0.15", "yes", "everysec"), RedisFacts.parse(replies));
  }

  @Test
  void whatIsNotSaidIsUnknown() {
    assertEquals(new RedisFacts("unknown", "unknown", "unknown"), RedisFacts.parse("-ERR no\r\n"));
  }
}
