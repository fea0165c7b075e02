package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.filter.LogFilter;
import io.logagg.persistence.LogEditor.Content;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What many change at once in one block. */
final class BlockEditTest {
  private static final int RECORDS = 80;

  private final KeptLogs logs = new KeptLogs();

  @AfterEach
  void close() {
    logs.close();
  }

  private void seal() {
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
    logs.database()
        .sql(
            """
            UPDATE commits SET stored_at = now() - interval '2 days';
            UPDATE sealing SET last_write = now() - interval '2 days'""");
    logs.context().await(sealing::pass);
    logs.context().await(sealing::stop);
  }

  @Test
  void shouldNeitherLoseNorRefuseWhatIsChangedAtOnce() {
    List<LogRecord> some = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      some.add(logs.record(logs.today.minusDays(3), "a", "m" + i));
    }
    logs.write(some);
    seal();
    assertEquals(1, logs.database().number("SELECT count(*) FROM blocks"));
    LogEditor editor = new LogEditor(logs.database().database(), InstantSource.system());
    List<Future<Boolean>> all = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      LogRecord record = some.get(i);
      if (i % 2 == 0) {
        all.add(editor.delete(AppAccess.ALL, record.id()));
      } else {
        String after = record.message() + " changed";
        expected.add(after);
        all.add(
            editor.update(
                AppAccess.ALL,
                record.id(),
                before -> new Content("ERROR", before.service(), after, before.metadata())));
      }
    }
    await(Future.join(all));
    assertEquals(Collections.nCopies(RECORDS, true), all.stream().map(Future::result).toList());
    List<String> seen = new ArrayList<>();
    From from = new From(LogFilter.ALL, Order.NEWEST_FIRST, null);
    await(
        new LogScan(logs.database().database())
            .chunk(from, 2 * RECORDS, row -> seen.add(row.message()), new Abandonment()));
    assertEquals(expected.stream().sorted().toList(), seen.stream().sorted().toList());
    assertEquals(
        RECORDS / 2,
        logs.database()
                .number("SELECT coalesce(sum(n), 0) FROM rollup_deltas WHERE level = 'ERROR'")
            + logs.database()
                .number("SELECT coalesce(sum(n), 0) FROM rollups WHERE level = 'ERROR'"));
  }
}
