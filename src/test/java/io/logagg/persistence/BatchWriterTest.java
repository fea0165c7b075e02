package io.logagg.persistence;

import static io.logagg.persistence.Writer.batch;
import static io.logagg.persistence.Writer.request;
import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.bus.Failure;
import io.logagg.bus.ForgetEntries;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatchWriterTest {
  private final Writer writer = Writer.open();
  private final TestRecords records = new TestRecords(1);

  @AfterEach
  void close() {
    writer.close();
  }

  private void assertStored(long rows) {
    assertEquals(rows, writer.rows());
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldStoreEveryFieldAsItIs() {
    LogRecord record = records.any();
    writer.write(record);
    var row =
        writer
            .database()
            .sql(
                """
                SELECT l.*, a.name, l.metadata_::text AS meta FROM logs l JOIN apps a ON a.id = l.app_id""")
            .iterator()
            .next();
    assertEquals(RecordIds.seq(record.id()), row.getLong("seq"));
    assertEquals(Timestamps.utc(record.timestampMicros()), row.getOffsetDateTime("timestamp"));
    assertEquals(Timestamps.utc(record.receivedAtMicros()), row.getOffsetDateTime("received_at"));
    assertEquals(record.level(), row.getString("level"));
    assertEquals(record.app(), row.getString("name"));
    assertEquals(orEmpty(record.service()), row.getString("service"));
    assertEquals(record.message(), row.getString("message"));
    assertEquals(record.metadata(), row.getString("meta"));
    assertEquals(orEmpty(record.sourceId()), row.getString("source_id"));
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  @Test
  void shouldStoreRowsAndCountThem() {
    WriteRequest request = request(records.batch(500), records.batch(1), records.batch(300));
    assertEquals(new WriteOutcome(801, 0, List.of()), writer.write(request));
    assertStored(801);
  }

  @Test
  void shouldStoreTheSameRequestOnceWhenItComesTwice() {
    for (boolean rememberKeys : new boolean[] {true, false}) {
      long before = writer.rows();
      WriteRequest request = request(rememberKeys, records.batch(100), records.batch(50));
      assertEquals(new WriteOutcome(150, 0, List.of()), writer.write(request));
      assertEquals(new WriteOutcome(0, 150, List.of()), writer.write(request));
      assertStored(before + 150);
    }
  }

  /** As when a sender tried twice, and both are read together: other ids, same key. */
  @Test
  void shouldStoreOnceWhatComesTwiceInOneRequest() {
    RecordBatch first = records.batch(30);
    RecordBatch second = new RecordBatch(first.key(), records.batch(30).records());
    RecordBatch other = records.batch(5);
    WriteOutcome outcome = writer.write(request(first, other, second));
    assertEquals(new WriteOutcome(35, 30, List.of()), outcome);
    assertStored(35);
  }

  @Test
  void shouldStoreOnceWhatComesOnBothWaysAtTheSameTime() {
    for (int round = 0; round < 20; round++) {
      long before = writer.rows();
      RecordBatch batch = records.batch(200);
      List<Future<WriteOutcome>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(writer.ask(request(i % 2 == 0, batch)));
      }
      int stored = all.stream().mapToInt(one -> await(one).stored()).sum();
      assertEquals(200, stored);
      assertStored(before + 200);
    }
  }

  @Test
  void shouldStoreOnceWhatComesInOverlappingRequests() {
    List<RecordBatch> batches = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      batches.add(records.batch(10));
    }
    Random random = new Random(2);
    List<WriteRequest> open = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Collections.shuffle(batches, random);
      open.add(request(batches.subList(0, 20).toArray(RecordBatch[]::new)));
    }
    open.add(request(batches.toArray(RecordBatch[]::new)));
    List<Future<WriteOutcome>> asked = open.stream().map(writer::ask).toList();
    int stored = asked.stream().mapToInt(one -> await(one).stored()).sum();
    assertEquals(300, stored);
    assertStored(300);
  }

  @Test
  void shouldBringNothingBackThatWasDeletedMeanwhile() {
    WriteRequest request = request(records.batch(20), records.batch(20));
    writer.write(request);
    writer.database().sql("DELETE FROM logs; DELETE FROM rollups; DELETE FROM rollup_deltas");
    assertEquals(new WriteOutcome(0, 40, List.of()), writer.write(request));
    assertStored(0);
  }

  /** Without keys of dedupe it is another statement that has to remember the entry. */
  @Test
  void shouldBringNothingBackOfABatchWithoutDedupeKeysEither() {
    WriteRequest request = request(Writer.batch(records.of("app", "1"), records.of("app", "2")));
    assertEquals(2, writer.write(request).stored());
    writer.database().sql("DELETE FROM logs; DELETE FROM rollups; DELETE FROM rollup_deltas");
    assertEquals(new WriteOutcome(0, 2, List.of()), writer.write(request));
    assertStored(0);
  }

  @Test
  void shouldStoreTheNewEntriesOfARequestThatHasOldOnes() {
    RecordBatch old = records.batch(10);
    writer.write(request(old));
    writer.database().sql("DELETE FROM logs");
    assertEquals(new WriteOutcome(5, 10, List.of()), writer.write(request(old, records.batch(5))));
    assertEquals(5, writer.rows());
  }

  @Test
  void shouldKeepApartBatchesWithEqualContent() {
    writer.write(records.of("app", "same"), records.of("app", "same"));
    writer.write(records.of("app", "same"));
    assertStored(3);
  }

  @Test
  void shouldForgetKeysOnceTheStreamHasMovedPastThem() {
    writer.write(request(records.batch(1)));
    ForgetEntries forget = new ForgetEntries(1_764_000_000_001L);
    assertEquals(0, await(writer.bus().ask(Persistence.FORGET_ENTRIES, forget)), "too young");
    writer.database().sql("UPDATE stored_entries SET stored_at = now() - interval '11 minutes'");
    assertEquals(
        0,
        await(writer.bus().ask(Persistence.FORGET_ENTRIES, new ForgetEntries(1_764_000_000_000L))));
    assertEquals(1, await(writer.bus().ask(Persistence.FORGET_ENTRIES, forget)));
  }

  @Test
  void shouldStoreADedupeKeyOnceWithinABatch() {
    WriteOutcome outcome =
        writer.write(
            records.withSourceId("app", "first", "1"),
            records.withSourceId("app", "again", "1"),
            records.withSourceId("other", "other app", "1"),
            records.withSourceId("app", "other id", "2"));
    assertEquals(new WriteOutcome(3, 1, List.of()), outcome);
    assertStored(3);
  }

  @Test
  void shouldStoreADedupeKeyOnceAcrossBatches() {
    writer.write(records.withSourceId("app", "first", "1"));
    assertEquals(1, writer.write(records.withSourceId("app", "again", "1")).repeated());
    assertEquals(
        2,
        writer
            .write(
                request(
                    batch(records.withSourceId("app", "again", "1")),
                    batch(records.of("app", "plain"), records.withSourceId("app", "x", "3"))))
            .stored());
    assertEquals(List.of("app:first", "app:plain", "app:x"), writer.messages());
  }

  @Test
  void shouldStoreADedupeKeyOnceWhenItComesConcurrently() {
    for (int round = 0; round < 20; round++) {
      long before = writer.rows();
      List<Future<WriteOutcome>> asked = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        List<LogRecord> list = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
          list.add(records.withSourceId("app", "m", round + "-" + n));
        }
        Collections.shuffle(list, new Random(i));
        asked.add(writer.ask(request(RecordBatch.of(list))));
      }
      assertEquals(20, asked.stream().mapToInt(one -> await(one).stored()).sum());
      assertStored(before + 20);
    }
  }

  @Test
  void shouldRememberADedupeKeyAfterItsRecordWasDeleted() {
    writer.write(records.withSourceId("app", "first", "1"));
    writer.database().sql("DELETE FROM logs");
    assertEquals(0, writer.write(records.withSourceId("app", "again", "1")).stored());
  }

  @Test
  void shouldTakeADedupeKeyAnewAfterADay() {
    writer.write(records.withSourceId("app", "first", "1"));
    writer.database().sql("UPDATE dedupe SET seen_at = now() - interval '23 hours 59 minutes'");
    assertEquals(0, writer.write(records.withSourceId("app", "again", "1")).stored());
    writer.database().sql("UPDATE dedupe SET seen_at = now() - interval '24 hours 1 minute'");
    assertEquals(1, writer.write(records.withSourceId("app", "next day", "1")).stored());
    assertEquals(0, writer.write(records.withSourceId("app", "once more", "1")).stored());
    assertEquals(List.of("app:first", "app:next day"), writer.messages());
  }

  @Test
  void shouldMakePartitionsForWhateverTimesThereAre() {
    Random random = new Random(3);
    List<LogRecord> wild = new ArrayList<>();
    wild.add(records.at(Timestamps.MIN_MICROS, "app", "first"));
    wild.add(records.at(Timestamps.MAX_MICROS, "app", "last"));
    for (int i = 0; i < 30; i++) {
      long days = random.nextInt(2000) * 86_400_000_000L;
      wild.add(records.at(TestRecords.NOW_MICROS - days, "app", "old"));
    }
    Collections.shuffle(wild, random);
    List<Future<WriteOutcome>> asked = new ArrayList<>();
    for (LogRecord record : wild) {
      asked.add(writer.ask(request(batch(record))));
      await(asked.get(asked.size() - 1));
    }
    assertStored(32);
  }

  @Test
  void shouldMakePartitionsOnceWhenManyNeedThem() {
    List<Future<WriteOutcome>> asked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<LogRecord> days = new ArrayList<>();
      for (int day = 0; day < 10; day++) {
        long time = TestRecords.NOW_MICROS - (day + i) * 86_400_000_000L;
        days.add(records.at(time, "app" + i, "m"));
      }
      asked.add(writer.ask(request(RecordBatch.of(days))));
    }
    asked.forEach(one -> assertEquals(10, await(one).stored()));
    assertStored(40);
  }

  @Test
  void shouldRefuseAllOrNothingAsAWhole() {
    LogRecord bad = records.of("app", "bad\0");
    WriteRequest request =
        new WriteRequest(request(batch(records.of("app", "good"), bad)).deliveries(), false, true);
    assertEquals(Failure.REFUSED, writer.refuse(request).failure());
    assertStored(0);
    assertEquals(0, writer.database().number("SELECT count(*) FROM dead_letters"));
  }
}
