package io.logagg.http.logs;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.filter.LogFilter;
import io.logagg.http.reply.ReplyStream;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogRow;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.RareMatches;
import io.logagg.record.AppAccess;
import io.logagg.testing.TestDatabase;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LogPageTest {
  private static final int LIMIT = 10;

  /** What the rollups count may be deleted before the page is read. */
  @Test
  void shouldLookFurtherBackWhereWhatWasCountedIsGone() throws IOException {
    try (TestDatabase database = TestDatabase.open()) {
      database.sql(
          """
          CREATE TABLE logs_all PARTITION OF logs DEFAULT;
          INSERT INTO apps (name) VALUES ('shop');
          INSERT INTO logs SELECT now() - days * interval '1 day', days, now(), id, 'INFO', '', 'm' || days, '{}', ''
            FROM apps, generate_series(0, 3) AS days;
          INSERT INTO rollup_deltas SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, 1 FROM logs;
          INSERT INTO rollup_deltas SELECT date_trunc('minute', now() - interval '30 min', 'UTC'), id, 'INFO', '', 50 FROM apps\
          """);
      RareMatches rare = new RareMatches(database.database());
      LogFilter filter = new LogFilter(List.of("shop"), List.of(), List.of(), null, null, null);
      From from = new From(filter, Order.NEWEST_FIRST, null);
      Abandonment abandonment = new Abandonment();
      assertTrue(await(rare.plan(from, LIMIT + 1, abandonment)).isCutShort());

      LogScan scan = new LogScan(database.database());
      LogPage.Start page = await(new LogPage(scan, rare, from, LIMIT, abandonment).start());

      assertNull(page.next());
      assertTrue(page.piece().last());
      JsonNode rows = new ObjectMapper().readTree(page.piece().bytes().getBytes());
      assertEquals(List.of("m0", "m1", "m2", "m3"), rows.findValuesAsText("message"));
    }
  }

  /** Several have the same time; some are so large that few fit into one chunk. */
  private static final int ROWS = 2100;

  private static TestDatabase filled() {
    TestDatabase database = TestDatabase.open();
    database.sql(
        """
        CREATE TABLE logs_all PARTITION OF logs DEFAULT;
        INSERT INTO apps (name) VALUES ('shop');
        INSERT INTO logs SELECT '2026-11-24T00:00:00Z'::timestamptz + (n / 3) * interval '1 ms', n, now(), id, 'INFO', '', 'm' || n,
            CASE n %% 100 WHEN 7 THEN json_build_object('x', repeat('y', 20000)) ELSE '{}' END, ''
          FROM apps, generate_series(0, %d) AS n;
        INSERT INTO rollup_deltas SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, count(*)
          FROM logs GROUP BY 1, 2, 3, 4"""
            .formatted(ROWS - 1));
    return database;
  }

  private static LogPage page(TestDatabase database, Order order, @Nullable UUID after, int limit) {
    LogFilter filter = new LogFilter(List.of("shop"), List.of(), List.of(), null, null, null);
    From from = new From(filter, order, after);
    RareMatches rare = new RareMatches(database.database());
    return new LogPage(new LogScan(database.database()), rare, from, limit, new Abandonment());
  }

  /** The messages of a page that has begun. */
  private static List<String> rest(LogPage page, LogPage.Start start) throws IOException {
    Buffer all = Buffer.buffer().appendBuffer(start.piece().bytes());
    boolean last = start.piece().last();
    while (!last) {
      ReplyStream.Piece piece = await(page.next());
      all.appendBuffer(piece.bytes());
      last = piece.last();
    }
    return new ObjectMapper().readTree(all.getBytes()).findValuesAsText("message");
  }

  private static List<String> messages(Order order) {
    return IntStream.range(0, ROWS)
        .mapToObj(i -> "m" + (order == Order.OLDEST_FIRST ? i : ROWS - 1 - i))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void shouldLeadThroughAllRowsInPagesOfTheirSize(Order order) throws IOException {
    List<String> expected = messages(order);
    try (TestDatabase database = filled()) {
      for (int limit : new int[] {ROWS / 5, ROWS - 1, ROWS, ROWS + 1, 1023, 1024, 1025, 300}) {
        List<String> found = new ArrayList<>();
        UUID next = null;
        do {
          LogPage page = page(database, order, next, limit);
          LogPage.Start start = await(page.start());
          List<String> rows = rest(page, start);
          int left = ROWS - found.size();
          assertEquals(Math.min(limit, left), rows.size(), "of " + limit);
          found.addAll(rows);
          next = start.next();
          assertEquals(left > limit, next != null, "is there more than " + limit + " of " + left);
        } while (next != null);
        assertEquals(expected, found, "by " + limit);
      }
    }
  }

  /** What comes in or goes while a page is written changes nothing of where the next begins. */
  @ParameterizedTest
  @EnumSource(Order.class)
  void shouldLeaveOutWhatComesInOrGoesMeanwhile(Order order) throws IOException {
    int limit = ROWS - 100;
    try (TestDatabase database = filled()) {
      LogPage page = page(database, order, null, limit);
      LogPage.Start start = await(page.start());
      assertFalse(start.piece().last());
      database.sql(
          """
          DELETE FROM logs WHERE seq BETWEEN 500 AND 510 OR seq BETWEEN 1500 AND 1510;
          INSERT INTO logs SELECT "timestamp", seq + 1000000, received_at, app_id, level, service, 'new', '{}', ''
            FROM logs WHERE seq % 10 = 3""");
      List<String> expected = new ArrayList<>(messages(order).subList(0, limit));
      // The others have been read already.
      int gone = order == Order.OLDEST_FIRST ? 1500 : 500;
      IntStream.rangeClosed(gone, gone + 10).forEach(i -> expected.remove("m" + i));
      assertEquals(expected, rest(page, start));
      UUID next = Objects.requireNonNull(start.next());
      String last = order == Order.OLDEST_FIRST ? "m" + (limit - 1) : "m" + (ROWS - limit);
      LogRow row =
          await(new LogSearch(database.database()).find(AppAccess.ALL, next)).orElseThrow();
      assertEquals(last, row.message());
    }
  }
}
