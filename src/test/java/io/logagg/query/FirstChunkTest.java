package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.FirstChunk.Read;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.testing.TestDatabase;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Over more rows than the first look goes through. */
final class FirstChunkTest {
  private static final int ROWS = 2 * Sparse.Nearby.ROWS;
  private static final int LIMIT = 30;

  private final TestDatabase database = TestDatabase.open();
  private final LogScan scan = new LogScan(database.database());
  private final FirstChunk first = new FirstChunk(scan, new RareMatches(database.database()));

  @BeforeEach
  void fill() {
    database.sql(
        """
        CREATE TABLE logs_all PARTITION OF logs DEFAULT;
        INSERT INTO apps (name) VALUES ('shop');
        INSERT INTO logs SELECT '2026-01-01T00:00:00Z'::timestamptz + i * interval '1 second', i, now(), id,
            CASE WHEN i %% 700 = 0 THEN 'ERROR' WHEN i %% 3 = 0 THEN 'WARN' ELSE 'INFO' END, '',
            repeat('m', CASE WHEN i %% 2100 = 0 THEN 300000 ELSE 1 END), '{}', ''
          FROM apps, generate_series(1, %d) AS i;
        INSERT INTO rollup_deltas SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, count(*)
          FROM logs GROUP BY 1, 2, 3, 4\
        """
            .formatted(ROWS));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static LogFilter level(String level) {
    return new LogFilter(List.of("shop"), List.of(level), List.of(), null, null, null);
  }

  private void hideRollups() {
    database.sql("ALTER TABLE rollups RENAME TO hidden; ALTER TABLE rollup_deltas RENAME TO away");
  }

  private List<UUID> chunk(From from) {
    List<UUID> ids = new ArrayList<>();
    Read read =
        await(
            first.read(
                from,
                LIMIT,
                () -> {
                  ids.clear();
                  return row -> ids.add(row.id());
                },
                new Abandonment()));
    assertEquals(ids.size(), read.chunk().rows());
    return ids;
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindEveryRowOverAllPages(Order order) {
    for (String level : List.of("ERROR", "WARN", "INFO", "FATAL")) {
      LogFilter filter = level(level).within(0L, null);
      List<UUID> seen = new ArrayList<>();
      From from = new From(filter, order, null);
      List<UUID> keys = await(scan.keys(from, ROWS, new Abandonment()));
      for (List<UUID> ids = chunk(from); !ids.isEmpty(); ids = chunk(from)) {
        seen.addAll(ids);
        from = from.behind(ids.get(ids.size() - 1));
      }
      assertEquals(keys, seen, level);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAskNoRollupsWhereTheFirstRowsAreEnough(Order order) {
    hideRollups();
    assertEquals(LIMIT, chunk(new From(level("WARN").within(0L, null), order, null)).size());
  }

  @Test
  void shouldAskTheRollupsForWhatIsRare() {
    hideRollups();
    From rare = new From(level("FATAL"), Order.NEWEST_FIRST, null);
    PgException missing = assertThrows(PgException.class, () -> chunk(rare));
    assertEquals("42P01", missing.getSqlState(), "no such table");
  }
}
