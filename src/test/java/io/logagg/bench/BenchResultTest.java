package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.bench.BenchResult.LoadShape;
import io.logagg.bench.ServerUnderTest.Instances;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchResultTest {
  static BenchResult result(Instances instances, double acknowledged, double committed) {
    return new BenchResult(
        instances,
        new LoadShape(4, 1000, false, false, 0),
        1000,
        acknowledged,
        committed,
        300_000,
        new Percentiles(1, 2, 3, 4, 10),
        new Percentiles(5, 6, 7, 8, 10),
        Map.of("jvm", 6.25),
        300,
        280,
        272,
        0,
        List.of());
  }

  @Test
  void theTableHasAsManyCellsInEachRowAsInItsHead() {
    String table = BenchResult.table(List.of(result(new Instances(1, 2, 3), 2000, 1000)));

    List<Long> cells =
        table.lines().map(line -> line.chars().filter(c -> c == '|').count()).toList();
    assertEquals(List.of(11L, 11L, 11L), cells);
    assertTrue(table.contains("| 1 × 2 × 3 | 2,000 | 1,000 | 300,000 | 1.0 / 3.0 / 4.0 |"), table);
  }

  @Test
  void theJsonHasWhatTheTableHas() {
    JsonNode json = new ObjectMapper().valueToTree(result(new Instances(1, 2, 3), 2000, 1000));

    assertEquals(3, json.at("/instances/persistence").asInt());
    assertEquals(4.0, json.at("/ackMs/p99.9").asDouble());
    assertEquals(7.0, json.at("/visibleMs/p99").asDouble());
    assertEquals(6.25, json.at("/cpuSecondsPerMillion/jvm").asDouble());
    assertEquals(300_000, json.at("/copyPerSecond").asDouble());
  }

  @Test
  void percentilesAreInMilliseconds() {
    Histogram micros = new Histogram(60_000_000L, 3);
    for (int i = 1; i <= 1000; i++) {
      micros.recordValue(i * 1000L);
    }
    Percentiles ms = Percentiles.of(micros);

    assertEquals(500, ms.p50(), 1);
    assertEquals(950, ms.p95(), 1);
    assertEquals(990, ms.p99(), 1);
    assertEquals(1000, ms.samples());
    assertEquals(0, Percentiles.of(new Histogram(60_000_000L, 3)).p99());
  }
}
