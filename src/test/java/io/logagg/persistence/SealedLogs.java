package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogRow;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.LogStats;
import io.logagg.record.LogRecord;
import io.logagg.telemetry.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Records of some days, sealed as the jar does it, and what those see of them who read. */
final class SealedLogs implements AutoCloseable {
  final KeptLogs logs = new KeptLogs();

  /** What sealing does in one pass, if nothing must be older than a day. */
  void pass() {
    Sealing sealing =
        logs.context()
            .get(
                () ->
                    new Sealing(
                        logs.database().vertx(),
                        logs.database().database(),
                        new SealingTimes(24, 0, 0),
                        new SealMeters(new Metrics()),
                        InstantSource.system()));
    logs.context().await(sealing::pass);
    logs.context().await(sealing::stop);
  }

  /** As if nothing had been stored for two days. */
  void growOld() {
    pass();
    logs.database()
        .sql(
            """
            UPDATE commits SET stored_at = now() - interval '2 days';
            UPDATE sealing SET last_write = now() - interval '2 days'""");
  }

  void seal() {
    growOld();
    pass();
  }

  long rows() {
    return logs.database().number("SELECT count(*) FROM logs");
  }

  long sealed() {
    return logs.database().number("SELECT coalesce(sum(n), 0) FROM blocks");
  }

  long blocks() {
    return logs.database().number("SELECT count(*) FROM blocks");
  }

  /** All that a reader sees, the newest first, after having compared it with the counts. */
  List<String> seen() {
    return seen(7);
  }

  /** The same, so many records at a time. */
  List<String> seen(int chunkRows) {
    List<LogRow> rows = new ArrayList<>();
    LogScan scan = new LogScan(logs.database().database());
    From from = new From(LogFilter.ALL, Order.NEWEST_FIRST, null);
    LogScan.Chunk chunk = await(scan.chunk(from, chunkRows, rows::add, new Abandonment()));
    while (chunk.last() != null) {
      chunk = await(scan.chunk(from.behind(chunk.last()), chunkRows, rows::add, new Abandonment()));
    }
    LogStats.Totals totals = await(new LogStats(logs.database().database()).totals(LogFilter.ALL));
    assertEquals(rows.size(), totals.total());
    assertEquals(
        rows.stream().filter(row -> row.level().equals("ERROR")).count(),
        totals.byLevel().getOrDefault("ERROR", 0L));
    return rows.stream().map(row -> row.app() + " " + row.message()).toList();
  }

  /** One of now, four of three days that are over. */
  List<LogRecord> someDays() {
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

  /** Some days that are sealed, and records that came late to two of them, and could be sealed. */
  void lateOnes() {
    someDays();
    seal();
    logs.write(logs.old(9, "b"), logs.old(4, "b"));
    growOld();
  }

  /** A trigger stores a record of the ninth day each time that a block of it is made. */
  void disturb() {
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
  }

  @Override
  public void close() {
    logs.close();
  }
}
