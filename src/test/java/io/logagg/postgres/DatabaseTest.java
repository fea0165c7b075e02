package io.logagg.postgres;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.testing.Eventually;
import io.logagg.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DatabaseTest {
  private static final String DEADLOCK =
      "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01', MESSAGE = 'deadlock detected'; END $$";

  private final TestDatabase database = TestDatabase.open();
  private final AtomicInteger tries = new AtomicInteger();

  @BeforeEach
  void makeTable() {
    database.sql("CREATE TABLE notes (n int)");
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** Notes its number, then deadlocks if that is at most so high. */
  private Future<Integer> work(SqlConnection connection, int deadlocks) {
    int number = tries.incrementAndGet();
    return connection
        .query("INSERT INTO notes VALUES (" + number + ")")
        .execute()
        .compose(
            done ->
                number <= deadlocks
                    ? connection.query(DEADLOCK).execute().map(number)
                    : Future.succeededFuture(number));
  }

  @Test
  void shouldDoATransactionAgainThatOthersStoodInTheWayOf() {
    Future<Integer> written = database.database().write(connection -> work(connection, 2));
    assertEquals(3, await(written).intValue());
    assertEquals(3, database.number("SELECT sum(n) FROM notes"));
  }

  @Test
  void shouldGiveUpAfterSomeTries() {
    PgException e =
        assertThrows(
            PgException.class,
            () -> await(database.database().write(connection -> work(connection, 100))));
    assertEquals("40P01", e.getSqlState());
    assertEquals(5, tries.get());
    assertEquals(0, database.number("SELECT count(*) FROM notes"));
    assertEquals(4, database.database().conflicts());
  }

  @Test
  void shouldTellHowItsPoolsAreUsed() {
    ConnectionPool pool = database.database().pools().get(0);
    Promise<Void> hold = Promise.promise();
    List<Future<Void>> calls =
        Stream.generate(() -> database.database().read(connection -> hold.future()))
            .limit(pool.maxConnections() + 2)
            .toList();
    Eventually.value("all in use", pool::inUse, inUse -> inUse == pool.maxConnections());
    assertEquals(2, pool.waiting());
    assertEquals(0, pool.idle());
    hold.complete();
    await(Future.all(calls));
    Eventually.value("none in use", pool::inUse, inUse -> inUse == 0);
    assertEquals(0, pool.waiting());
    assertEquals(pool.maxConnections(), pool.idle());
  }

  @Test
  void shouldCountAConnectionAsGivenBackWhenItsCallerHasLeft() {
    ConnectionPool pool = database.database().pools().get(0);
    Abandonment left = new Abandonment();
    Future<?> call =
        database
            .database()
            .read(connection -> connection.query("SELECT pg_sleep(60)").execute(), left);
    Eventually.value("in use", pool::inUse, inUse -> inUse == 1);
    left.happen();
    assertThrows(AbandonedException.class, () -> await(call));
    Eventually.value("given back", pool::inUse, inUse -> inUse == 0);
    assertThrows(
        AbandonedException.class,
        () -> await(database.database().read(connection -> Future.succeededFuture(1), left)));
    assertEquals(0, pool.inUse());
  }
}
