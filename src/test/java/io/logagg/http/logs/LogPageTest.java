package io.logagg.http.logs;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogScan;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.RareMatches;
import io.logagg.testing.TestDatabase;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
