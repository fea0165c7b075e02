package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.BusException;
import io.logagg.bus.WriteRequest;
import io.logagg.filter.LogFilter;
import io.logagg.persistence.LogEditor.Content;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.LogStats;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Partitions are dropped while others write, fold, read, change and delete: each count is exact.
 */
final class RetentionRaceTest {
  private static final int WRITERS = 3;
  private static final int BATCHES = 60;
  private static final int RECORDS = 150;

  private final TestDatabase test = TestDatabase.open();
  private final Database database = test.database();
  private final LogEditor editor = new LogEditor(database, InstantSource.system());
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong deleted = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong passes = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();

  @AfterEach
  void close() {
    test.close();
  }

  /** One writer as a verticle has it, and the hand that changes some of what it wrote. */
  private final class Producer {
    private final OnContext context = new OnContext(test.vertx());
    private final Random random;
    private final TestRecords records;
    private final BatchWriter writer =
        new BatchWriter(
            database,
            new AppCatalog(database),
            new FieldCatalog(database),
            new Partitions(database, InstantSource.system()),
            new StoreMeters(new Metrics()));
    private final WriterConnection connection =
        new WriterConnection(test.vertx(), database.settings(), 1);

    Producer(int seed) {
      this.random = new Random(seed);
      this.records = new TestRecords(seed);
    }

    Future<Void> run() {
      return context.start(() -> run(BATCHES));
    }

    private Future<Void> run(int batches) {
      if (batches == 0) {
        return Future.succeededFuture();
      }
      List<LogRecord> some = new ArrayList<>();
      Instant now = Instant.now();
      for (int i = 0; i < RECORDS; i++) {
        Duration age = Duration.ofDays(random.nextInt(4)).plusSeconds(random.nextInt(300));
        some.add(records.any(Timestamps.micros(now.minus(age))));
      }
      return write(Writer.request(false, RecordBatch.of(some)))
          .compose(done -> change(some.get(random.nextInt(RECORDS)).id()))
          .compose(done -> delete(some.get(random.nextInt(RECORDS)).id()))
          .compose(done -> batches % 10 == 0 ? deleteDay(now) : Future.succeededFuture())
          .compose(done -> run(batches - 1));
    }

    /** Its partitions may be dropped again and again; nothing was stored then. */
    private Future<Void> write(WriteRequest request) {
      return writer
          .write(request, connection)
          .compose(
              outcome -> {
                stored.addAndGet(outcome.stored());
                return Future.<Void>succeededFuture();
              })
          .recover(e -> e instanceof BusException ? write(request) : Future.<Void>failedFuture(e));
    }

    private Future<Boolean> change(UUID id) {
      return editor.update(
          AppAccess.ALL, id, b -> new Content("CHANGED", "s", b.message(), b.metadata()));
    }

    private Future<Void> delete(UUID id) {
      return editor
          .delete(AppAccess.ALL, id)
          .compose(
              found -> {
                deleted.addAndGet(found ? 1 : 0);
                return Future.succeededFuture();
              });
    }

    private Future<Void> deleteDay(Instant now) {
      long until = Timestamps.micros(now.minus(Duration.ofDays(1)));
      LogFilter filter = LogFilter.ALL.within(until - 86_400_000_000L, until);
      return editor
          .deletion(filter)
          .run()
          .compose(
              count -> {
                deleted.addAndGet(count);
                return Future.succeededFuture();
              });
    }
  }

  /** Again and again until all is written. */
  private Future<Void> repeat(Supplier<Future<?>> action, AtomicLong count) {
    if (over.get()) {
      return Future.succeededFuture();
    }
    return action
        .get()
        .compose(
            done -> {
              count.incrementAndGet();
              return repeat(action, count);
            });
  }

  private Future<?> read() {
    From from = new From(LogFilter.ALL, Order.NEWEST_FIRST, null);
    return new LogScan(database)
        .chunk(from, LogScan.MAX_ROWS, row -> {}, new Abandonment())
        .compose(chunk -> new LogStats(database).totals(LogFilter.ALL));
  }

  @Test
  void shouldKeepEachCountExactWhileEverythingHappensAtOnce() {
    OnContext jobs = new OnContext(test.vertx());
    Upkeep upkeep = jobs.get(() -> new Upkeep(test.vertx(), database, 400));
    jobs.get(
        () -> {
          upkeep.start(new DeadLetterBound(10, 1000), new FieldIndex(List.of()));
          return 1;
        });
    Retention retention =
        jobs.get(() -> new Retention(test.vertx(), database, new RetentionLimits(null, 1)));
    Future<Void> dropping = jobs.start(() -> repeat(retention::pass, passes));
    Future<Void> reading = new OnContext(test.vertx()).start(() -> repeat(this::read, reads));
    List<Future<Void>> producing = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      producing.add(new Producer(i).run());
    }
    producing.forEach(one -> await(one));
    over.set(true);
    await(dropping);
    await(reading);
    jobs.get(
        () -> {
          upkeep.stop();
          return 1;
        });
    assertEquals(0, test.wrongRollups());
    long removed = test.number("SELECT removed_records FROM retention_totals");
    long dropped = test.number("SELECT dropped_partitions FROM retention_totals");
    assertEquals(stored.get() - deleted.get() - removed, test.number("SELECT count(*) FROM logs"));
    assertEquals(WRITERS * BATCHES * RECORDS, stored.get());
    assertTrue(dropped > 10 && removed > 1000, dropped + " partitions, " + removed + " records");
    assertTrue(reads.get() > 0 && deleted.get() > 0, reads + " reads, " + deleted + " deleted");
    System.out.println(
        +dropped
            + " removed "
            + removed
            + " reads "
            + reads
            + " deleted "
            + deleted
            + " passes "
            + passes);
  }
}
