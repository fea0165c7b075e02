package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StartResultTest {
  @Test
  void theMedianIsTheMiddleOne() {
    assertEquals(3, new StartResult("first", List.of(9.0, 1.0, 3.0)).medianMs());
    assertEquals(4, new StartResult("first", List.of(9.0, 1.0, 3.0, 5.0)).medianMs());
    assertEquals(0, new StartResult("first", List.of()).medianMs());
  }

  @Test
  void theTableShowsEachStart() {
    String table =
        StartResult.table(List.of(new StartResult("later", List.of(1600.4, 1900.0, 1700.0))));

    assertTrue(table.contains("| later | 1,600, 1,900, 1,700 | 1,700 |"), table);
  }
}
