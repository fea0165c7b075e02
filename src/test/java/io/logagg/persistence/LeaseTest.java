package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.TestDatabase;
import io.vertx.core.Future;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LeaseTest {
  private static final int LONG_MS = 60_000;

  private final TestDatabase database = TestDatabase.open();

  @AfterEach
  void close() {
    database.close();
  }

  private Lease lease(int number) {
    return new Lease(database.database(), "work", new UUID(0, number), LONG_MS);
  }

  private void expire() {
    database.sql("UPDATE leases SET expires_at = clock_timestamp() - interval '1 millisecond'");
  }

  private long fence() {
    return database.number("SELECT fence FROM leases");
  }

  private Future<Integer> work(Lease lease) {
    return database
        .database()
        .write(
            connection ->
                lease
                    .guard(connection)
                    .compose(ours -> connection.query("CREATE TABLE worked ()").execute())
                    .map(done -> 1));
  }

  private long worked() {
    return database.number("SELECT count(*) FROM pg_class WHERE relname = 'worked'");
  }

  @Test
  void shouldBeHeldByOneAtATime() {
    Lease one = lease(1);
    Lease other = lease(2);
    assertTrue(await(one.hold()));
    assertTrue(await(one.hold()));
    assertFalse(await(other.hold()));
    await(one.release());
    assertTrue(await(other.hold()));
    assertFalse(await(one.hold()));
    assertEquals(2, fence());
  }

  @Test
  void shouldGoToOneOfManyThatAskAtOnce() {
    var all = java.util.stream.IntStream.range(0, 8).mapToObj(i -> lease(i).hold()).toList();
    assertEquals(1, all.stream().filter(held -> await(held)).count());
  }

  @Test
  void shouldGoToAnotherOnceItExpired() {
    Lease one = lease(1);
    await(one.hold());
    expire();
    assertTrue(await(lease(2).hold()));
    assertEquals(2, fence());
    assertThrows(Lease.LostException.class, () -> await(work(one)));
    assertEquals(0, worked());
    await(one.release());
    assertFalse(await(one.hold()), "what is not ours is not released");
  }

  @Test
  void shouldNotBelieveAHolderThatLostItAndHasItAgain() {
    Lease one = lease(1);
    Lease sameHolder = lease(1);
    await(one.hold());
    expire();
    await(lease(2).hold());
    expire();
    await(sameHolder.hold());
    assertThrows(Lease.LostException.class, () -> await(work(one)));
    assertEquals(1, await(work(sameHolder)));
  }

  @Test
  void shouldNotBeTakenWhileATransactionOfItsHolderRuns() {
    Lease one = lease(1);
    Lease other = lease(2);
    await(one.hold());
    Future<Boolean> taken =
        await(
            database
                .database()
                .write(
                    connection ->
                        connection
                            .query("UPDATE leases SET expires_at = '-infinity'")
                            .execute()
                            .compose(expired -> one.guard(connection))
                            .map(ours -> other.hold())));
    assertFalse(await(taken));
  }

  @Test
  void shouldGuardNothingBeforeItIsHeld() {
    assertThrows(Lease.LostException.class, () -> await(work(lease(1))));
    assertEquals(0, worked());
  }
}
