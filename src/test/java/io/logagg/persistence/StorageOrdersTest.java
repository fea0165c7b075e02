package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.persistence.StorageOrders.Kind;
import io.logagg.persistence.StorageOrders.Order;
import io.logagg.persistence.StorageOrders.State;
import io.logagg.persistence.StorageState.Part;
import io.logagg.persistence.StorageState.Sizes;
import io.logagg.record.Timestamps;
import io.vertx.pgclient.PgConnection;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked for by hand of sealing, and what is told of it. */
final class StorageOrdersTest {
  private final SealedLogs sealing = new SealedLogs();
  private final KeptLogs logs = sealing.logs;
  private final StorageOrders orders = new StorageOrders(logs.database().database());
  private final StorageState state = new StorageState(logs.database().database());

  @AfterEach
  void close() {
    sealing.close();
  }

  private Order order(Kind kind, int sinceDays, int untilDays) {
    return await(orders.add(kind, logs.midnight(sinceDays), logs.midnight(untilDays)))
        .orElseThrow();
  }

  /** The order as it is now. */
  private Order now(Order order) {
    return await(state.read()).orders().stream()
        .filter(one -> one.id() == order.id())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldMakeRowsAgainOnOrderAndSealThemOnOrder() {
    sealing.someDays();
    List<String> before = sealing.seen();
    sealing.seal();
    Order some = order(Kind.UNSEAL, 4, 3);
    assertEquals(State.WAITING, now(some).state());
    sealing.pass();
    assertEquals(State.DONE, now(some).state());
    assertEquals(1, now(some).records());
    assertEquals(2, sealing.rows());
    assertEquals(3, sealing.sealed());
    assertEquals(before, sealing.seen());
    sealing.pass();
    assertEquals(2, sealing.rows(), "they stay rows for a day");
    order(Kind.UNSEAL, 20, 0);
    sealing.pass();
    assertEquals(5, sealing.rows());
    assertEquals(before, sealing.seen());
    Order all = order(Kind.SEAL, 20, -1);
    sealing.pass();
    assertEquals(1, sealing.rows(), "all but those of today");
    assertEquals(State.INCOMPLETE, now(all).state());
    assertEquals(4, now(all).records());
    String today = PartitionRange.ofDay(logs.today).table();
    assertEquals(
        today + ": not ended, or written to within the last 70 minutes", now(all).problem());
    assertEquals(before, sealing.seen());
  }

  @Test
  void shouldTakeSoManyOrdersOnly() {
    for (int i = 0; i < StorageOrders.MAX_WAITING; i++) {
      order(Kind.SEAL, 2, 1);
    }
    assertTrue(await(orders.add(Kind.SEAL, 0, 1)).isEmpty());
    sealing.pass();
    assertEquals(100, await(state.read()).orders().size());
    order(Kind.SEAL, 2, 1);
    sealing.pass();
    assertEquals(100, await(state.read()).orders().size(), "the oldest is forgotten");
  }

  @Test
  void shouldSayWhyAnOrderCannotBeDoneAndDoTheOthers() {
    sealing.someDays();
    sealing.seal();
    logs.database()
        .sql(
            """
            UPDATE blocks SET messages = set_byte(messages, 9, get_byte(messages, 9) # 1)
            WHERE since = (SELECT min(since) FROM blocks)""");
    Order bad = order(Kind.UNSEAL, 10, 3);
    Order good = order(Kind.UNSEAL, 4, 2);
    sealing.pass();
    assertEquals(State.INCOMPLETE, now(bad).state());
    assertTrue(String.valueOf(now(bad).problem()).startsWith("block "), now(bad)::problem);
    assertEquals(1, now(bad).records(), "the one behind it");
    assertEquals(State.DONE, now(good).state());
    assertEquals(1, sealing.sealed());
  }

  /** PostgreSQL writes years before the first in a way of its own. */
  @Test
  void shouldTakeTimesOfAllYears() {
    sealing.someDays();
    logs.write(logs.record(LocalDate.of(0, 6, 1), "a", "old"));
    sealing.growOld();
    Order order =
        await(orders.add(Kind.SEAL, Timestamps.MIN_MICROS, logs.midnight(0))).orElseThrow();
    sealing.pass();
    assertEquals(State.DONE, now(order).state());
    assertEquals(5, sealing.sealed());
    assertEquals("a old", sealing.seen().get(5));
  }

  @Test
  void shouldSayWhatAnOrderWaitsFor() {
    sealing.someDays();
    sealing.growOld();
    PgConnection reader = logs.database().connect();
    await(
        reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM logs").execute());
    Order order = order(Kind.SEAL, 10, 1);
    sealing.pass();
    assertEquals(State.RUNNING, now(order).state());
    assertTrue(now(order).problem() != null);
    await(reader.query("COMMIT").execute());
    sealing.pass();
    assertEquals(State.DONE, now(order).state());
    assertEquals(4, sealing.sealed());
  }

  @Test
  void shouldSealTheOthersWhereOneCannotBeSealed() {
    sealing.lateOnes();
    logs.database()
        .sql(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              RAISE EXCEPTION 'not this one';
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON blocks FOR EACH ROW WHEN (NEW.since < now() - interval '8 days')
              EXECUTE FUNCTION refuse()""");
    Order order = order(Kind.SEAL, 20, 1);
    sealing.pass();
    assertEquals(5, sealing.sealed());
    assertEquals(State.INCOMPLETE, now(order).state());
    String ninth = PartitionRange.ofDay(logs.today.minusDays(9)).table();
    assertEquals(ninth + ": not this one (SQLSTATE P0001)", now(order).problem());
    assertEquals(7, sealing.seen().size());
  }

  /** Each time it is tried, as if somebody never ceased to write to these times. */
  @Test
  void shouldSealByItselfWhileAnOrderCannotBeDoneYet() {
    sealing.lateOnes();
    sealing.disturb();
    Order order = order(Kind.SEAL, 10, 8);
    sealing.pass();
    assertEquals(State.RUNNING, now(order).state());
    assertEquals(5, sealing.sealed(), "all but that of the ninth day");
  }

  @Test
  void shouldTellWhatIsStoredAndHow() {
    sealing.someDays();
    sealing.seal();
    logs.write(logs.old(3, "late"));
    List<Part> parts = await(state.read()).partitions();
    assertEquals(4, parts.size());
    assertEquals(List.of(0L, 0L, 1L, 1L), parts.stream().map(p -> p.sizes().rows()).toList());
    assertEquals(
        List.of(1L, 1L, 2L, 0L), parts.stream().map(p -> p.sizes().sealedRecords()).toList());
    assertEquals(logs.midnight(9), parts.get(0).sinceMicros());
    assertEquals(logs.midnight(8), parts.get(0).untilMicros());
    Sizes total = await(state.read()).total();
    assertEquals(6, total.records());
    assertEquals(3, total.blocks());
    assertEquals(
        logs.database()
            .number(
                "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
                    + " WHERE inhparent IN ('logs'::regclass, 'blocks'::regclass)"),
        total.bytes());
    assertTrue(total.ratio() > 0);
    sealing.pass();
    assertEquals(3, logs.database().number("SELECT blocks FROM sealing_totals WHERE records = 4"));
  }

  @Test
  void shouldNotSealOnOrderWhatWasJustStored() {
    sealing.someDays();
    order(Kind.SEAL, 20, -1);
    sealing.pass();
    assertEquals(5, sealing.rows());
    assertEquals(5, sealing.seen().size());
  }
}
