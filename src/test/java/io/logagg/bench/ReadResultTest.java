package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadResultTest {
  @Test
  void theTableSaysWhyThereIsNoFigure() {
    String table =
        ReadResult.table(
            List.of(
                ReadResult.latency("at rest", "stats", new Percentiles(1, 2, 3, 4, 200), 1234),
                ReadResult.notMeasured("at rest", "histogram", "not measured: no route"),
                ReadResult.export("at rest", 1_000_000, 200_000, 256)));

    List<String> rows = table.lines().skip(2).toList();
    assertEquals(
        "| stats | at rest | 1.0 / 2.0 / 3.0 | 200 requests, 1,234 bytes each |", rows.get(0));
    assertEquals("| histogram | at rest |  | not measured: no route |", rows.get(1));
    assertTrue(rows.get(2).contains("1,000,000 rows, 200,000 rows/s, peak of the JVM 256 MiB"));
  }

  @Test
  void theNextPageIsThatOfTheLink() {
    assertEquals(
        "/api/v1/logs?limit=100&cursor=0193",
        ReadClient.next("</api/v1/logs?limit=100&cursor=0193>; rel=\"next\""));
    assertEquals("", ReadClient.next("</api/v1/logs>; rel=\"prev\""));
    assertEquals("", ReadClient.next(""));
  }

  @Test
  void theWindowHoldsAsManyRowsAsWanted() {
    Instant until = Instant.parse("2026-11-24T12:00:00Z");
    ReadLoad.Span span = new ReadLoad.Span(until.minusSeconds(86_400), until, 10_000_000);

    assertEquals(until.minusSeconds(8_640), span.sinceForNewest(1_000_000));
    assertEquals(until.minusSeconds(86_400), span.sinceForNewest(20_000_000));
  }

  @Test
  void aShortFillHasTheRareWordToo() {
    assertEquals(5_000, ReadLoad.rareEvery(5_000));
    assertEquals(1_000_000, ReadLoad.rareEvery(10_000_000));
  }
}
