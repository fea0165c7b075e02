package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import io.logagg.testing.TestRedis;
import io.vertx.redis.client.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The consumer on a real Redis, when thousands of small entries wait. */
final class StreamBacklogTest {
  private static final StreamNames NAMES = ConsumedStream.NAMES;

  private final ConsumedStream stream = new ConsumedStream();
  private final TestRedis redis = stream.redis();
  private final FakePersistence persistence = stream.persistence();

  @AfterEach
  void close() {
    stream.close();
  }

  /** Redis' scripts cannot pass on 8000 arguments at once. */
  @Test
  void shouldRemoveABatchOfTenThousandEntries() {
    appendByScript(10_000);
    stream.consume("c", 1_000_000, 2, 100_000);
    Eventually.value("all records", persistence::records, stored -> stored == 10_000);
    Eventually.value("an empty stream", () -> redis.length(NAMES.stream()), left -> left == 0);
    assertEquals(0, redis.pending(NAMES.stream(), NAMES.group()));
    int largest = persistence.asked().stream().mapToInt(request -> request.size()).max().orElse(0);
    assertTrue(largest > 8000, () -> "a batch of " + largest);
    int all = persistence.asked().stream().mapToInt(request -> request.size()).sum();
    assertEquals(10_000, all, "none is read again");
  }

  /** Entries of one record each. */
  private void appendByScript(int entries) {
    String script =
        """
        for _ = 1, ARGV[1] do
          redis.call('XADD', KEYS[1], '*', 'data', '{"app":"a","message":"m"}')
        end""";
    redis.command(Command.EVAL, script, "1", NAMES.stream(), String.valueOf(entries));
  }

  /** More than fits under way at once: the rest is claimed as soon as there is room. */
  @Test
  void shouldTakeOverAtOnceHoweverMuchADeadConsumerLeft() {
    appendByScript(2000);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(
        Command.XREADGROUP, "GROUP", NAMES.group(), "dead", "STREAMS", NAMES.stream(), ">");
    long idleMs = 6000;
    Eventually.value(
        "left alone",
        () -> redis.command(Command.XPENDING, pendingOf("dead")).get(0).get(2).toLong(),
        idle -> idle > idleMs);
    long start = System.nanoTime();
    stream.consume("alive", idleMs, 1, 100);
    Eventually.value("all records", persistence::records, stored -> stored == 2000);
    long tookMs = (System.nanoTime() - start) / 1_000_000;
    assertTrue(tookMs < idleMs, () -> tookMs + " ms, that is more than one look");
  }

  private static String[] pendingOf(String consumer) {
    return new String[] {NAMES.stream(), NAMES.group(), "-", "+", "1", consumer};
  }

  /** Nothing can be added then, not even a group, but to read and to remove makes room. */
  @Test
  void shouldEmptyARedisThatIsFullAlready() {
    appendByScript(200);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(Command.CONFIG, "SET", "maxmemory", "1");
    try {
      stream.consume("c", 1_000_000, 2, 100);
      Eventually.value("an empty stream", () -> redis.length(NAMES.stream()), left -> left == 0);
      assertEquals(200, persistence.records());
    } finally {
      redis.command(Command.CONFIG, "SET", "maxmemory", "0");
    }
  }
}
