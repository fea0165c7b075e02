package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.DeadLetterFilter;
import io.logagg.query.DeadLetterSearch.DeadLetterRow;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadLetterSearchTest {
  private static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null);

  private final TestDatabase database = TestDatabase.open();
  private final DeadLetterSearch search = new DeadLetterSearch(database.database());

  DeadLetterSearchTest() {
    database.sql(
        """
        INSERT INTO dead_letters (id, payload, reason, source, app, first_seen, last_seen)
        SELECT ('00000000-0000-8000-8000-' || lpad(n::text, 12, '0'))::uuid,
          CASE WHEN n = 7 THEN '\\xff'::bytea ELSE convert_to('payload ' || n, 'UTF8') END,
          CASE WHEN n % 2 = 0 THEN 'No App' ELSE '100% bad' END, 'http:json', 'app',
          '2026-11-24 12:00Z'::timestamptz + n * interval '1 second', now()
        FROM generate_series(1, 25) n""");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private List<DeadLetterRow> list(DeadLetterFilter filter, int limit, UUID after) {
    return await(search.list(filter, limit, after));
  }

  @Test
  void shouldShowEveryLetterOnceNewestFirst() {
    List<String> seen = new ArrayList<>();
    List<DeadLetterRow> page = list(ALL, 4, null);
    while (!page.isEmpty()) {
      page.forEach(row -> seen.add(row.letter().id().toString()));
      page = list(ALL, 4, page.get(page.size() - 1).letter().id());
    }
    assertEquals(25, new HashSet<>(seen).size());
    assertEquals(25, seen.size());
    assertTrue(seen.get(0).endsWith("25"), seen::toString);
  }

  @Test
  void shouldFilterByReasonSourceAndTime() {
    assertEquals(12, list(new DeadLetterFilter("no app", null, null, null), 100, null).size());
    assertEquals(13, list(new DeadLetterFilter("0% B", null, null, null), 100, null).size());
    assertEquals(0, list(new DeadLetterFilter("_", null, null, null), 100, null).size());
    assertEquals(0, list(new DeadLetterFilter(null, "http", null, null), 100, null).size());
    long noon = TestRecords.NOW_MICROS;
    assertEquals(
        5,
        list(new DeadLetterFilter(null, "http:json", noon + 3_000_000, noon + 8_000_000), 100, null)
            .size());
  }

  @Test
  void shouldFindOneAndItsBytes() {
    UUID id = UUID.fromString("00000000-0000-8000-8000-000000000007");
    DeadLetterRow row = await(search.find(id)).orElseThrow();
    assertTrue(row.letter().base64());
    assertEquals((byte) 0xFF, row.letter().bytes()[0]);
    assertEquals("app", row.letter().defaults().app());
    assertEquals(1, row.tries());
    assertEquals(Optional.empty(), await(search.find(new UUID(1, 2))));
  }
}
