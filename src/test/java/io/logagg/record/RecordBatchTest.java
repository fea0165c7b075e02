package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RecordBatchTest {
  private static LogRecord record(long id) {
    return new LogRecord(new UUID(0, id), 1, 2, "INFO", "app", null, "m", "{}", null, null);
  }

  @Test
  void shouldBeNamedByItsFirstRecord() {
    assertEquals(new UUID(0, 1), RecordBatch.of(List.of(record(1), record(2))).key());
  }

  @Test
  void shouldRefuseToBeEmpty() {
    assertThrows(IllegalArgumentException.class, () -> new RecordBatch(new UUID(0, 1), List.of()));
  }

  @Test
  void shouldNotChangeWithTheListItWasMadeOf() {
    List<LogRecord> records = new ArrayList<>(List.of(record(1)));
    RecordBatch batch = RecordBatch.of(records);
    records.add(record(2));

    assertEquals(List.of(record(1)), batch.records());
  }
}
