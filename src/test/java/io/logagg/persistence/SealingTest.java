package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.block.CorruptBlockException;
import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.persistence.LogEditor.Content;
import io.logagg.persistence.StorageOrders.Kind;
import io.logagg.persistence.StorageOrders.State;
import io.logagg.persistence.StorageState.Part;
import io.logagg.persistence.StorageState.Sizes;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogRow;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.LogStats;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of records that are sealed, seen by those who read them. */
final class SealingTest {
  private final KeptLogs logs = new KeptLogs();
  private final LogEditor editor =
      new LogEditor(logs.database().database(), InstantSource.system());

  private final StorageOrders orders = new StorageOrders(logs.database().database());
  private final StorageState state = new StorageState(logs.database().database());

  @AfterEach
  void close() {
    logs.close();
  }

  private void pass() {
    logs.passOfSealing();
  }

  /** As if nothing had been stored for two days. */
  private void growOld() {
    pass();
    logs.database()
        .sql(
            """
            UPDATE commits SET stored_at = now() - interval '2 days';
            UPDATE sealing SET last_write = now() - interval '2 days'""");
  }

  private void seal() {
    growOld();
    pass();
  }

  private long rows() {
    return logs.database().number("SELECT count(*) FROM logs");
  }

  private long sealed() {
    return logs.database().number("SELECT coalesce(sum(n), 0) FROM blocks");
  }

  private long blocks() {
    return logs.database().number("SELECT count(*) FROM blocks");
  }

  /** All that a reader sees, the newest first, after having compared it with the counts. */
  private List<String> seen() {
    List<LogRow> rows = new ArrayList<>();
    LogScan scan = new LogScan(logs.database().database());
    From from = new From(LogFilter.ALL, Order.NEWEST_FIRST, null);
    LogScan.Chunk chunk = await(scan.chunk(from, 7, rows::add, new Abandonment()));
    while (chunk.last() != null) {
      chunk = await(scan.chunk(from.behind(chunk.last()), 7, rows::add, new Abandonment()));
    }
    LogStats.Totals totals = await(new LogStats(logs.database().database()).totals(LogFilter.ALL));
    assertEquals(rows.size(), totals.total());
    assertEquals(
        rows.stream().filter(row -> row.level().equals("ERROR")).count(),
        totals.byLevel().getOrDefault("ERROR", 0L));
    return rows.stream().map(row -> row.app() + " " + row.message()).toList();
  }

  private List<LogRecord> someDays() {
    List<LogRecord> some =
        List.of(
            logs.now("a", "now"),
            logs.old(3, "a"),
            logs.record(logs.today.minusDays(3), Duration.ofHours(11), "b", "b3"),
            logs.old(4, "a"),
            logs.old(9, "b"));
    logs.write(some);
    return some;
  }

  @Test
  void shouldSealWhatIsQuietAndShowTheSame() {
    List<LogRecord> some = someDays();
    List<String> before = seen();
    pass();
    assertEquals(0, blocks(), "all was written to just now");
    seal();
    assertEquals(1, rows());
    assertEquals(4, sealed());
    assertEquals(3, blocks());
    assertEquals(before, seen());
    LogSearch search = new LogSearch(logs.database().database());
    for (LogRecord record : some) {
      assertEquals(
          record.message(), await(search.find(AppAccess.ALL, record.id())).orElseThrow().message());
    }
  }

  @Test
  void shouldDropWhatIsEmptyAndTakeWhatComesLate() {
    someDays();
    seal();
    pass();
    assertEquals(1, logs.partitions().size(), "that of today");
    logs.write(logs.old(3, "late"));
    List<String> before = seen();
    assertEquals(6, before.size());
    assertEquals(2, rows());
    pass();
    assertEquals(2, rows(), "written to just now");
    seal();
    assertEquals(1, rows());
    assertEquals(3, blocks(), "those of one day were joined");
    assertEquals(before, seen());
  }

  @Test
  void shouldDeleteAndChangeOneRecordOfABlock() {
    List<LogRecord> some = someDays();
    seal();
    LogRecord gone = some.get(1);
    assertTrue(await(editor.delete(AppAccess.ALL, gone.id())));
    assertFalse(await(editor.delete(AppAccess.ALL, gone.id())));
    assertFalse(await(editor.delete(AppAccess.of(List.of("a")), some.get(2).id())));
    assertEquals(List.of("a now", "b b3", "a a4", "b b9"), seen());
    assertTrue(
        await(
            editor.update(
                AppAccess.ALL,
                some.get(3).id(),
                before -> new Content("ERROR", "s", before.message() + "!", "{\"x\":1}"))));
    assertEquals(List.of("a now", "b b3", "a a4!", "b b9"), seen());
    assertTrue(await(editor.delete(AppAccess.ALL, some.get(2).id())));
    assertEquals(List.of("a now", "a a4!", "b b9"), seen());
    assertEquals(2, blocks(), "one had nothing left");
  }

  @Test
  void shouldDeleteWhatAFilterMeans() {
    someDays();
    seal();
    LogFilter filter = LogFilter.of(Condition.test(Field.Column.APP, new Match.Equal("a")));
    assertEquals(3, await(editor.dryRun(filter).run()));
    assertEquals(5, seen().size());
    assertEquals(3, await(editor.deletion(filter).run()));
    assertEquals(List.of("b b3", "b b9"), seen());
    assertEquals(0, await(editor.deletion(filter).run()));
  }

  @Test
  void shouldRemoveWhatIsTooOldForItsApp() {
    someDays();
    seal();
    logs.keep("a", 3);
    logs.runByAge(null);
    assertEquals(List.of("a now", "a a3", "b b3", "b b9"), seen());
    logs.runByAge(5);
    assertEquals(List.of("a now", "a a3", "b b3"), seen());
    logs.keep("a", 1);
    logs.runByAge(2);
    assertEquals(List.of("a now"), seen());
    assertEquals(0, blocks());
  }

  @Test
  void shouldRemoveTheRecordsOfDeletedApps() {
    someDays();
    seal();
    logs.database().sql("UPDATE apps SET deleted_at = now() WHERE name = 'b'");
    assertEquals(List.of("a now", "a a3", "a a4"), seen());
    AppPurge purge = new AppPurge(100);
    for (int i = 0; i < 50; i++) {
      logs.context().await(() -> logs.database().database().write(purge::step));
    }
    assertEquals(2, sealed());
    assertEquals(1, logs.database().number("SELECT count(*) FROM apps"));
    assertEquals(List.of("a now", "a a3", "a a4"), seen());
  }

  @Test
  void shouldMakeBlocksOfManyRecordsAndJoinSmallOnes() {
    List<LogRecord> many = new ArrayList<>();
    for (int i = 0; i < 9000; i++) {
      many.add(logs.old(5, "many"));
    }
    for (int i = 0; i < 9000; i += 1000) {
      logs.write(many.subList(i, i + 1000));
    }
    seal();
    assertEquals(9000, sealed());
    assertEquals(3, blocks());
    logs.write(logs.old(5, "late"));
    logs.write(logs.old(5, "later"));
    seal();
    assertEquals(9002, sealed());
    assertTrue(blocks() <= 4, () -> blocks() + " blocks");
    assertEquals(9002, seen().size());
  }

  private StorageOrders.Order order(Kind kind, int sinceDays, int untilDays) {
    return await(orders.add(kind, logs.midnight(sinceDays), logs.midnight(untilDays)))
        .orElseThrow();
  }

  /** The order as it is now. */
  private StorageOrders.Order seen(StorageOrders.Order order) {
    return await(state.read()).orders().stream()
        .filter(one -> one.id() == order.id())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldMakeRowsAgainOnOrderAndSealThemOnOrder() {
    someDays();
    List<String> before = seen();
    seal();
    StorageOrders.Order some = order(Kind.UNSEAL, 4, 3);
    assertEquals(State.WAITING, seen(some).state());
    pass();
    assertEquals(State.DONE, seen(some).state());
    assertEquals(1, seen(some).records());
    assertEquals(2, rows());
    assertEquals(3, sealed());
    assertEquals(before, seen());
    pass();
    assertEquals(2, rows(), "they stay rows for a day");
    order(Kind.UNSEAL, 20, 0);
    pass();
    assertEquals(5, rows());
    assertEquals(before, seen());
    StorageOrders.Order all = order(Kind.SEAL, 20, -1);
    pass();
    assertEquals(1, rows(), "all but those of today");
    assertEquals(State.INCOMPLETE, seen(all).state());
    assertEquals(4, seen(all).records());
    String today = PartitionRange.ofDay(logs.today).table();
    assertEquals(
        today + ": not ended, or written to within the last 70 minutes", seen(all).problem());
    assertEquals(before, seen());
  }

  @Test
  void shouldTakeSoManyOrdersOnly() {
    for (int i = 0; i < StorageOrders.MAX_WAITING; i++) {
      order(Kind.SEAL, 2, 1);
    }
    assertTrue(await(orders.add(Kind.SEAL, 0, 1)).isEmpty());
    pass();
    assertEquals(100, await(state.read()).orders().size());
    order(Kind.SEAL, 2, 1);
    pass();
    assertEquals(100, await(state.read()).orders().size(), "the oldest is forgotten");
  }

  @Test
  void shouldSayWhyAnOrderCannotBeDoneAndDoTheOthers() {
    someDays();
    seal();
    logs.database()
        .sql(
            """
            UPDATE blocks SET messages = set_byte(messages, 9, get_byte(messages, 9) # 1)
            WHERE since = (SELECT min(since) FROM blocks)""");
    StorageOrders.Order bad = order(Kind.UNSEAL, 10, 8);
    StorageOrders.Order good = order(Kind.UNSEAL, 5, 3);
    pass();
    assertEquals(State.INCOMPLETE, seen(bad).state());
    assertTrue(String.valueOf(seen(bad).problem()).startsWith("block "), seen(bad)::problem);
    assertEquals(State.DONE, seen(good).state());
    assertEquals(3, sealed());
  }

  @Test
  void shouldSealTheOthersWhereOneCannotBeSealed() {
    someDays();
    growOld();
    logs.database()
        .sql(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              RAISE EXCEPTION 'not this one';
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON blocks FOR EACH ROW WHEN (NEW.since < now() - interval '8 days')
              EXECUTE FUNCTION refuse()""");
    StorageOrders.Order order = order(Kind.SEAL, 20, 1);
    pass();
    assertEquals(3, sealed());
    assertEquals(State.INCOMPLETE, seen(order).state());
    String ninth = PartitionRange.ofDay(logs.today.minusDays(9)).table();
    assertEquals(ninth + ": not this one (SQLSTATE P0001)", seen(order).problem());
    assertEquals(5, seen().size());
  }

  /** Each time it is tried, as if somebody never ceased to write to these times. */
  @Test
  void shouldSealByItselfWhileAnOrderCannotBeDoneYet() {
    someDays();
    growOld();
    logs.database()
        .sql(
            """
            CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO logs SELECT "timestamp", 1, received_at, app_id, level, service, 'between', '{}', '' FROM logs
              ORDER BY "timestamp", seq LIMIT 1;
              RETURN NULL;
            END $$;
            CREATE TRIGGER disturb AFTER INSERT ON blocks FOR EACH ROW WHEN (NEW.since < now() - interval '8 days')
              EXECUTE FUNCTION disturb()""");
    StorageOrders.Order order = order(Kind.SEAL, 10, 8);
    pass();
    assertEquals(State.RUNNING, seen(order).state());
    assertEquals(3, sealed(), "all but those of the ninth day");
  }

  @Test
  void shouldTellWhatIsStoredAndHow() {
    someDays();
    seal();
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
    pass();
    assertEquals(3, logs.database().number("SELECT blocks FROM sealing_totals WHERE records = 4"));
  }

  @Test
  void shouldNotSealOnOrderWhatWasJustStored() {
    someDays();
    order(Kind.SEAL, 20, -1);
    pass();
    assertEquals(5, rows());
    assertEquals(5, seen().size());
  }

  /** A trigger stores it, between the reading of the rows and their removal. */
  @Test
  void shouldSealNothingWhileARecordComesBetween() {
    someDays();
    growOld();
    logs.database()
        .sql(
            """
            CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO logs SELECT "timestamp", 1, received_at, app_id, level, service, 'between', '{}', '' FROM logs
              ORDER BY "timestamp", seq LIMIT 1;
              RETURN NULL;
            END $$;
            CREATE TRIGGER disturb AFTER INSERT ON blocks FOR EACH ROW WHEN (NEW.since < now() - interval '8 days')
              EXECUTE FUNCTION disturb()""");
    pass();
    assertEquals(3, sealed(), "all but those of the ninth day");
    assertEquals(2, rows());
    assertEquals(5, seen().size());
    logs.database().sql("DROP TRIGGER disturb ON blocks");
    pass();
    assertEquals(4, sealed());
    assertEquals(5, seen().size());
  }

  @Test
  void shouldFailWithTheNameOfADamagedBlock() {
    someDays();
    seal();
    logs.database()
        .sql(
            "UPDATE blocks SET messages = substr(messages, 2) WHERE since < now() - interval '8 days'");
    CorruptBlockException e = assertThrows(CorruptBlockException.class, this::seen);
    String day = logs.today.minusDays(9).toString();
    assertTrue(e.getMessage().startsWith("block " + day), e.getMessage());
  }
}
