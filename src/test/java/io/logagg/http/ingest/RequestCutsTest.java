package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.access.Principal;
import io.logagg.record.DedupeKeys;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.testing.TestRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RequestCutsTest {
  private static final UUID FIRST_TRY = new UUID(7, 8);
  private static final byte[] BYTES = new byte[10];

  private final TestRecords records = new TestRecords(1);

  private static RequestCuts cuts(String idempotencyKey, int maxRecords) {
    IngestRequest request =
        new IngestRequest(
            Principal.ANYBODY,
            Defaults.NONE,
            "http:otlp",
            idempotencyKey,
            false,
            false,
            IngestLimits.ERRORS);
    return new RequestCuts(request, maxRecords);
  }

  /** The messages of each batch by its key, of ten records, when these are bad. */
  private Map<UUID, List<String>> batches(Set<Integer> bad) {
    RequestCuts cuts = cuts(null, 4);
    cuts.repeats(FIRST_TRY);
    Map<UUID, List<String>> batches = new TreeMap<>();
    List<LogRecord> good = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      if (!bad.contains(i)) {
        good.add(records.of("app", Integer.toString(i)));
      }
      if (cuts.endsBehind(i, 10) || i == 9) {
        if (!good.isEmpty()) {
          RecordBatch batch = cuts.batch(good);
          assertTrue(batch.mayComeAgain());
          batches.put(batch.key(), batch.records().stream().map(LogRecord::message).toList());
        }
        good.clear();
        cuts.cut();
      }
    }
    return batches;
  }

  @Test
  void shouldCutTheRepeatOfABodyAlikeWhateverIsBadThisTime() {
    Map<UUID, List<String>> first = batches(Set.of());
    assertEquals(3, first.size());
    for (Set<Integer> bad : List.of(Set.of(0), Set.of(1, 5), Set.of(3, 4), Set.of(0, 4, 8))) {
      batches(bad)
          .forEach(
              (key, messages) ->
                  assertTrue(first.get(key).containsAll(messages), () -> bad + ": " + messages));
      assertEquals(first.keySet(), batches(bad).keySet());
    }
    assertTrue(first.keySet().containsAll(batches(Set.of(0, 1, 2, 3)).keySet()));
  }

  @Test
  void shouldSayByTheKeyWhetherTheSenderHasADay() {
    RequestCuts day = cuts("k", 4);
    day.repeatsForADay(FIRST_TRY);
    RecordBatch batch = day.batch(List.of(records.of("app", "m")));
    assertTrue(DedupeKeys.isForADay(batch.key()));
    assertTrue(batch.mayComeAgain());
    assertNull(day.recordKey(day.key(0, BYTES, 0, 10)));
    RequestCuts some = cuts(null, 4);
    some.repeats(FIRST_TRY);
    assertFalse(DedupeKeys.isForADay(some.batch(List.of(records.of("app", "m"))).key()));
    assertNotEquals(
        DedupeKeys.ofPartForADay(FIRST_TRY, 0), DedupeKeys.ofPartForADay(FIRST_TRY, 500));
  }

  @Test
  void shouldEndABatchByItsBytesToo() {
    RequestCuts cuts = cuts(null, 100);
    assertFalse(cuts.endsBehind(0, IngestLimits.BATCH_BYTES - 1));
    assertTrue(cuts.endsBehind(1, 1));
    cuts.cut();
    assertFalse(cuts.endsBehind(2, 1));
  }

  @Test
  void shouldNameABatchByItsFirstRecordWhereNothingComesAgain() {
    RequestCuts cuts = cuts(null, 4);
    assertFalse(cuts.endsBehind(0, 1));
    assertFalse(cuts.batch(List.of(records.of("app", "m"))).mayComeAgain());
    assertNull(cuts.key(0, BYTES, 0, 10));
  }

  @Test
  void shouldLetRecordsBearTheirKeysOnlyWhereTheirBatchDoesNot() {
    RequestCuts idempotent = cuts("k", 4);
    UUID key = idempotent.key(0, BYTES, 0, 10);
    assertEquals(key, idempotent.recordKey(key));
    RequestCuts repeated = cuts(null, 4);
    repeated.repeats(FIRST_TRY);
    UUID part = repeated.key(3, BYTES, 0, 10);
    assertNotEquals(part, repeated.key(4, BYTES, 0, 10));
    assertNull(repeated.recordKey(part));
    RequestCuts plain = cuts(null, 1);
    plain.repeats(FIRST_TRY);
    assertEquals(part, plain.recordKey(plain.key(3, BYTES, 0, 10)));
  }
}
