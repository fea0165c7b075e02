package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.TestRedis;
import io.vertx.redis.client.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How far a group has come, told by a real Redis. */
final class GroupStateTest {
  private static final String KEY = "s";
  private static final String GROUP = "g";

  private final TestRedis redis = TestRedis.open();

  @AfterEach
  void close() {
    redis.close();
  }

  /** Asked with what the request says, over the test's own connection. */
  private GroupState look() {
    return GroupState.of(redis.send(GroupState.look(KEY, GROUP)));
  }

  private void add(long ageMs) {
    long nowMs = redis.command(Command.TIME).get(0).toLong() * 1000;
    redis.command(Command.XADD, KEY, (nowMs - ageMs) + "-1", "f", "v");
  }

  private void read(int count) {
    redis.command(
        Command.XREADGROUP,
        "GROUP",
        GROUP,
        "c",
        "COUNT",
        String.valueOf(count),
        "STREAMS",
        KEY,
        ">");
  }

  private static void assertAge(long expectedMs, GroupState state) {
    // The clock of the ids here is cut to seconds, and the test takes its time.
    assertTrue(
        state.oldestMs() >= expectedMs && state.oldestMs() < expectedMs + 60_000, state::toString);
  }

  private static void assertCounts(long entries, long lag, long pending, GroupState state) {
    assertEquals(entries, state.entries(), state::toString);
    assertEquals(lag, state.lag(), state::toString);
    assertEquals(pending, state.pending(), state::toString);
  }

  @Test
  void shouldSeeNothingWhereThereIsNoStream() {
    assertEquals(GroupState.NOTHING, look());
  }

  @Test
  void shouldTakeAllForUnreadWhereThereIsNoGroup() {
    add(600_000);
    add(100_000);
    assertCounts(2, 2, 0, look());
    assertAge(600_000, look());
  }

  @Test
  void shouldTellApartWhatIsReadAndWhatIsNot() {
    add(900_000);
    add(600_000);
    add(300_000);
    redis.command(Command.XGROUP, "CREATE", KEY, GROUP, "0");
    read(2);
    assertCounts(3, 1, 2, look());
    assertAge(900_000, look());
    String first = redis.command(Command.XRANGE, KEY, "-", "+").get(0).get(0).toString();
    redis.command(Command.XACK, KEY, GROUP, first);
    redis.command(Command.XDEL, KEY, first);
    assertCounts(2, 1, 1, look());
    assertAge(600_000, look());
  }

  @Test
  void shouldCountOnlyUnreadEntriesOfAMirror() {
    add(900_000);
    add(300_000);
    redis.command(Command.XGROUP, "CREATE", KEY, GROUP, "0");
    read(1);
    String first = redis.command(Command.XRANGE, KEY, "-", "+").get(0).get(0).toString();
    redis.command(Command.XACK, KEY, GROUP, first); // It stays to be looked at.
    assertCounts(2, 1, 0, look());
    assertAge(300_000, look());
    read(1);
    String second = redis.command(Command.XRANGE, KEY, "-", "+").get(1).get(0).toString();
    redis.command(Command.XACK, KEY, GROUP, second);
    assertEquals(new GroupState(2, 0, 0, 0), look());
  }

  /** Redis cannot tell the lag when an entry was deleted that was not read. */
  @Test
  void shouldTellTheLagThoughRedisCannot() {
    add(900_000);
    add(600_000);
    add(300_000);
    redis.command(Command.XGROUP, "CREATE", KEY, GROUP, "0");
    read(1);
    String second = redis.command(Command.XRANGE, KEY, "-", "+").get(1).get(0).toString();
    redis.command(Command.XDEL, KEY, second);
    assertCounts(2, 1, 1, look());
  }
}
