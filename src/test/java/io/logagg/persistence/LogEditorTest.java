package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.persistence.LogEditor.Content;
import io.logagg.postgres.AbandonedException;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RecordIds;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LogEditorTest {
  private final Writer writer = Writer.open();
  private final TestRecords records = new TestRecords(1);
  private final LogEditor editor =
      new LogEditor(
          writer.database().database(), InstantSource.fixed(TestRecords.NOW.plusSeconds(1)));

  @AfterEach
  void close() {
    writer.close();
  }

  private void assertLeft(long rows) {
    assertEquals(rows, writer.rows());
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldDeleteOneRecord() {
    LogRecord one = records.any();
    writer.write(one, records.any());
    assertTrue(await(editor.delete(AppAccess.ALL, one.id())));
    assertFalse(await(editor.delete(AppAccess.ALL, one.id())));
    assertLeft(1);
  }

  @Test
  void shouldDeleteNothingForIdsThatNoRecordHas() {
    writer.write(records.any());
    assertFalse(await(editor.delete(AppAccess.ALL, new UUID(1, 2))));
    assertFalse(await(editor.delete(AppAccess.ALL, RecordIds.of(TestRecords.NOW_MICROS, 1))));
    assertFalse(await(editor.update(AppAccess.ALL, new UUID(1, 2), content -> content)));
    assertFalse(
        await(
            editor.update(
                AppAccess.ALL, RecordIds.of(TestRecords.NOW_MICROS, 1), content -> content)));
    assertLeft(1);
  }

  @Test
  void shouldDeleteInChunksUntilNothingIsLeft() {
    for (int i = 0; i < 5; i++) {
      writer.write(Writer.request(records.batch(5000)));
    }
    long rows = writer.rows();
    assertEquals(25_000, rows);
    assertEquals(rows, await(editor.deletion(LogFilter.ALL).run()));
    assertLeft(0);
  }

  @Test
  void shouldCountInADryRunWhatADeletionWouldDelete() {
    writer.write(Writer.request(records.batch(5000)));
    writer.write(
        TestRecords.receivedAt(records.of("a", "later"), TestRecords.NOW_MICROS + 2_000_000));
    assertEquals(5000, await(editor.dryRun(LogFilter.ALL).run()));
    assertLeft(5001);
    assertEquals(5000, await(editor.deletion(LogFilter.ALL).run()));
  }

  @Test
  void shouldStopDeletingOnceNobodyWaits() {
    writer.write(Writer.request(records.batch(5000)));
    LogDeletion deletion = editor.deletion(LogFilter.ALL);
    deletion.abandonment().happen();
    assertThrows(AbandonedException.class, () -> await(deletion.run()));
    assertLeft(5000);
  }

  @Test
  void shouldDeleteWhatTheFilterMeansAndNothingElse() {
    writer.write(
        records.of("a", "100% sure"), records.of("a", "100 x sure"), records.of("b", "100% sure"));
    LogFilter filter =
        new LogFilter(
            List.of("a"),
            List.of(),
            List.of(),
            null,
            null,
            Condition.test(Field.Column.MESSAGE, new Match.Contains("100% S")));
    assertEquals(1, await(editor.deletion(filter).run()));
    assertEquals(List.of("a:100 x sure", "b:100% sure"), writer.messages());
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldNotDeleteWhatIsReceivedLater() {
    LogRecord later =
        TestRecords.receivedAt(records.of("a", "later"), TestRecords.NOW_MICROS + 2_000_000);
    writer.write(records.of("a", "now"), later);
    assertEquals(1, await(editor.deletion(LogFilter.ALL).run()));
    assertEquals(List.of("a:later"), writer.messages());
  }

  @Test
  void shouldCountEachDeletedRowOnceWhenTwoDelete() {
    writer.write(Writer.request(records.batch(3000)));
    List<Future<Long>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(editor.deletion(LogFilter.ALL).run());
    }
    assertEquals(3000, all.stream().mapToLong(one -> await(one)).sum());
    assertLeft(0);
  }

  @Test
  void shouldMoveTheCountWhenLevelOrServiceChange() {
    LogRecord one = records.of("a", "m");
    writer.write(one, records.of("a", "m"));
    assertTrue(
        await(
            editor.update(
                AppAccess.ALL,
                one.id(),
                before -> new Content("ERROR", "api", "changed", "{\"x\": 1}"))));
    assertLeft(2);
    assertEquals(
        List.of("ERRORapichanged{\"x\": 1}"),
        writer
            .database()
            .texts(
                "SELECT level || service || message || metadata_::text FROM logs WHERE level = 'ERROR'"));
    assertTrue(
        await(
            editor.update(AppAccess.ALL, one.id(), before -> new Content("ERROR", "", "m", "{}"))));
    assertLeft(2);
    assertTrue(await(editor.delete(AppAccess.ALL, one.id())));
    assertLeft(1);
  }

  @Test
  void shouldKeepCountsRightWhenPatchesAndDeletesMeet() {
    List<LogRecord> list = records.many(30);
    writer.write(Writer.request(RecordBatch.of(list)));
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      UUID id = list.get(i).id();
      String level = "L" + i % 3;
      all.add(
          editor.update(
              AppAccess.ALL, id, b -> new Content(level, b.service(), b.message(), b.metadata())));
      all.add(
          i % 2 == 0
              ? editor.delete(AppAccess.ALL, id)
              : editor.update(AppAccess.ALL, id, b -> new Content("X", "s", "m", "{}")));
    }
    all.forEach(one -> await(one));
    assertLeft(15);
  }
}
