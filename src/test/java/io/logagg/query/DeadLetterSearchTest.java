package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.DeadLetterFilter;
import io.logagg.query.DeadLetterSearch.DeadLetterRow;
import io.logagg.query.DeadLetterSearch.Found;
import io.logagg.query.DeadLetterSearch.Totals;
import io.logagg.record.AppAccess;
import io.logagg.record.RefusalKind;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadLetterSearchTest {
  private static final DeadLetterFilter ALL = DeadLetterFilter.ANY;

  private final TestDatabase database = TestDatabase.open();
  private final DeadLetterSearch search = new DeadLetterSearch(database.database());

  DeadLetterSearchTest() {
    database.sql(
        """
        INSERT INTO dead_letters (id, payload, kind, reason, source, app, first_seen, last_seen)
        SELECT ('00000000-0000-8000-8000-' || lpad(n::text, 12, '0'))::uuid,
          CASE WHEN n = 7 THEN '\\xff'::bytea ELSE convert_to('payload ' || n, 'UTF8') END,
          CASE WHEN n % 2 = 0 THEN 'missing_field' ELSE 'bad_json' END,
          CASE WHEN n % 2 = 0 THEN 'No App' ELSE '100% bad' END, 'http:json', 'app',
          '2026-11-24 12:00Z'::timestamptz + n * interval '1 second', now()
        FROM generate_series(1, 25) n""");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private List<DeadLetterRow> list(DeadLetterFilter filter, int limit, UUID after) {
    return await(search.list(filter, limit, after)).items();
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
    assertEquals(
        12,
        list(new DeadLetterFilter(null, "no app", null, null, null, AppAccess.ALL), 100, null)
            .size());
    assertEquals(
        13,
        list(new DeadLetterFilter(null, "0% B", null, null, null, AppAccess.ALL), 100, null)
            .size());
    assertEquals(
        0,
        list(new DeadLetterFilter(null, "_", null, null, null, AppAccess.ALL), 100, null).size());
    assertEquals(
        0,
        list(new DeadLetterFilter(null, null, "http", null, null, AppAccess.ALL), 100, null)
            .size());
    long noon = TestRecords.NOW_MICROS;
    assertEquals(
        5,
        list(
                new DeadLetterFilter(
                    null, null, "http:json", noon + 3_000_000, noon + 8_000_000, AppAccess.ALL),
                100,
                null)
            .size());
  }

  @Test
  void shouldFindOneAndItsBytes() {
    UUID id = UUID.fromString("00000000-0000-8000-8000-000000000007");
    DeadLetterRow row = await(search.find(AppAccess.ALL, id)).orElseThrow();
    assertTrue(row.letter().base64());
    assertEquals((byte) 0xFF, row.letter().bytes()[0]);
    assertEquals("app", row.letter().defaults().app());
    assertEquals(1, row.tries());
    assertEquals(Optional.empty(), await(search.find(AppAccess.ALL, new UUID(1, 2))));
  }

  @Test
  void shouldFilterByKind() {
    assertEquals(13, list(kind(RefusalKind.BAD_JSON), 100, null).size());
    assertEquals(12, list(kind(RefusalKind.MISSING_FIELD), 100, null).size());
    assertEquals(0, list(kind(RefusalKind.OTHER), 100, null).size());
  }

  private static DeadLetterFilter kind(RefusalKind kind) {
    return new DeadLetterFilter(kind, null, null, null, null, AppAccess.ALL);
  }

  @Test
  void shouldEndAPageBeforeItGetsTooLargeAndLoseNothing() {
    database.sql("UPDATE dead_letters SET payload = convert_to(repeat('x', 1500000), 'UTF8')");
    List<Integer> sizes = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    Found<DeadLetterRow> page = await(search.list(ALL, 10, null));
    while (true) {
      sizes.add(page.items().size());
      page.items().forEach(row -> seen.add(row.letter().id().toString()));
      if (!page.more()) {
        break;
      }
      page = await(search.list(ALL, 10, UUID.fromString(seen.get(seen.size() - 1))));
    }
    assertEquals(List.of(3, 3, 3, 3, 3, 3, 3, 3, 1), sizes);
    assertEquals(25, new HashSet<>(seen).size());
  }

  @Test
  void shouldShowALetterThatIsLargerThanAPage() {
    database.sql(
        "UPDATE dead_letters SET payload = convert_to(repeat('x', 6000000), 'UTF8') WHERE id = (SELECT id FROM dead_letters ORDER BY id DESC LIMIT 1)");
    Found<DeadLetterRow> page = await(search.list(ALL, 10, null));
    assertEquals(1, page.items().size());
    assertTrue(page.more());
  }

  @Test
  void shouldSayMoreOnlyWhereThereIs() {
    assertFalse(await(search.list(ALL, 25, null)).more());
    assertTrue(await(search.list(ALL, 24, null)).more());
    assertFalse(await(search.list(kind(RefusalKind.OTHER), 1, null)).more());
    assertEquals(24, await(search.ids(ALL, 24, null)).items().size());
  }

  @Test
  void shouldCountByKindAndSource() {
    Totals totals = await(search.totals(ALL));
    assertEquals(25, totals.total());
    assertEquals(Map.of("bad_json", 13L, "missing_field", 12L), totals.byKind());
    assertEquals(Map.of("http:json", 25L), totals.bySource());
    assertEquals(
        database.number("SELECT sum(octet_length(payload)) FROM dead_letters"), totals.bytes());
    assertEquals(TestRecords.NOW_MICROS + 1_000_000, totals.oldestMicros());
    assertEquals(TestRecords.NOW_MICROS + 25_000_000, totals.newestMicros());
    assertEquals(
        new Totals(0, 0, null, null, Map.of(), Map.of()),
        await(search.totals(kind(RefusalKind.OTHER))));
  }
}
