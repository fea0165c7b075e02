package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.testing.Eventually;
import io.logagg.testing.TestRedis;
import io.vertx.redis.client.Command;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Entries that were delivered, are not stored, and are pending for nobody. */
final class OrphanSweepTest {
  private static final StreamNames NAMES = ConsumedStream.NAMES;

  private final ConsumedStream stream = new ConsumedStream();
  private final TestRedis redis = stream.redis();
  private final FakePersistence persistence = stream.persistence();

  @AfterEach
  void close() {
    stream.close();
  }

  @Test
  void shouldStoreWhatAConsumerDeletedByHandHadPending() {
    List<String> messages = stream.append(70, 2);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "0");
    redis.command(
        Command.XREADGROUP, "GROUP", NAMES.group(), "gone", "STREAMS", NAMES.stream(), ">");
    redis.command(Command.XGROUP, "DELCONSUMER", NAMES.stream(), NAMES.group(), "gone");
    assertEquals(0, redis.pending(NAMES.stream(), NAMES.group()), "nobody has them");
    stream.consume("c");
    stream.awaitStored(messages);
  }

  @Test
  void shouldStoreWhatAPositionSetByHandHasSkipped() {
    List<String> messages = stream.append(3, 2);
    redis.command(Command.XGROUP, "CREATE", NAMES.stream(), NAMES.group(), "$");
    stream.consume("c");
    stream.awaitStored(messages);
  }

  @Test
  void shouldStoreOnceWhatIsUnderWayWhenItsConsumerIsDeletedByHand() {
    persistence.hold();
    stream.consume("c");
    List<String> messages = stream.append(2, 2);
    Eventually.value("a request", persistence::heldRequests, held -> held > 0);
    redis.command(Command.XGROUP, "DELCONSUMER", NAMES.stream(), NAMES.group(), "c");
    Eventually.value(
        "all adopted", () -> redis.pending(NAMES.stream(), NAMES.group()), left -> left == 2);
    persistence.letGo();
    stream.awaitStored(messages);
  }
}
