package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.block.CorruptBlockException;
import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.persistence.LogEditor.Content;
import io.logagg.query.LogSearch;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of records that are sealed, seen by those who read them. */
final class SealingTest {
  private final SealedLogs sealing = new SealedLogs();
  private final KeptLogs logs = sealing.logs;
  private final LogEditor editor =
      new LogEditor(logs.database().database(), InstantSource.system());

  @AfterEach
  void close() {
    sealing.close();
  }

  @Test
  void shouldSealWhatIsQuietAndShowTheSame() {
    List<LogRecord> some = sealing.someDays();
    List<String> before = sealing.seen();
    sealing.pass();
    assertEquals(0, sealing.blocks(), "all was written to just now");
    sealing.seal();
    assertEquals(1, sealing.rows());
    assertEquals(4, sealing.sealed());
    assertEquals(3, sealing.blocks());
    assertEquals(before, sealing.seen());
    LogSearch search = new LogSearch(logs.database().database());
    for (LogRecord record : some) {
      assertEquals(
          record.message(), await(search.find(AppAccess.ALL, record.id())).orElseThrow().message());
    }
  }

  @Test
  void shouldDropWhatIsSealedAndTakeWhatComesLate() {
    sealing.someDays();
    sealing.seal();
    assertEquals(1, logs.partitions().size(), "that of today");
    logs.write(logs.old(3, "late"));
    List<String> before = sealing.seen();
    assertEquals(6, before.size());
    assertEquals(2, sealing.rows());
    sealing.pass();
    assertEquals(2, sealing.rows(), "written to just now");
    sealing.seal();
    assertEquals(1, sealing.rows());
    assertEquals(3, sealing.blocks(), "those of one day were joined");
    assertEquals(before, sealing.seen());
  }

  /** Days that were partitions when they were new are none any more when they are old. */
  @Test
  void shouldSealLateRecordsOfLongAgoWhereTheOthersAre() {
    PartitionRange day = PartitionRange.ofDay(logs.today.minusDays(80));
    logs.makePartition(day);
    logs.write(logs.old(80, "a"));
    sealing.seal();
    assertEquals(List.of(), logs.partitions());
    logs.write(logs.old(80, "b"), logs.old(79, "b"));
    assertEquals(
        List.of(day.table(), PartitionRange.ofDay(logs.today.minusDays(79)).table()),
        logs.partitions(),
        "a month would overlap the day");
    sealing.seal();
    assertEquals(0, sealing.rows());
    assertEquals(3, sealing.seen().size());
  }

  @Test
  void shouldSealSomeAtATimeWhereThePartitionCannotGo() {
    sealing.someDays();
    String table = PartitionRange.ofDay(logs.today.minusDays(3)).table();
    logs.database().sql("CREATE VIEW of_somebody AS SELECT * FROM " + table);
    List<String> before = sealing.seen();
    sealing.seal();
    assertEquals(1, sealing.rows());
    assertEquals(before, sealing.seen());
    assertTrue(logs.partitions().contains(table));
  }

  @Test
  void shouldDeleteAndChangeOneRecordOfABlock() {
    List<LogRecord> some = sealing.someDays();
    sealing.seal();
    LogRecord gone = some.get(1);
    assertTrue(await(editor.delete(AppAccess.ALL, gone.id())));
    assertFalse(await(editor.delete(AppAccess.ALL, gone.id())));
    assertFalse(await(editor.delete(AppAccess.of(List.of("a")), some.get(2).id())));
    assertEquals(List.of("a now", "b b3", "a a4", "b b9"), sealing.seen());
    assertTrue(
        await(
            editor.update(
                AppAccess.ALL,
                some.get(3).id(),
                before -> new Content("ERROR", "s", before.message() + "!", "{\"x\":1}"))));
    assertEquals(List.of("a now", "b b3", "a a4!", "b b9"), sealing.seen());
    assertTrue(await(editor.delete(AppAccess.ALL, some.get(2).id())));
    assertEquals(List.of("a now", "a a4!", "b b9"), sealing.seen());
    assertEquals(2, sealing.blocks(), "one had nothing left");
  }

  @Test
  void shouldDeleteWhatAFilterMeans() {
    sealing.someDays();
    sealing.seal();
    LogFilter filter = LogFilter.of(Condition.test(Field.Column.APP, new Match.Equal("a")));
    assertEquals(3, await(editor.dryRun(filter).run()));
    assertEquals(5, sealing.seen().size());
    assertEquals(3, await(editor.deletion(filter).run()));
    assertEquals(List.of("b b3", "b b9"), sealing.seen());
    assertEquals(0, await(editor.deletion(filter).run()));
  }

  @Test
  void shouldRemoveWhatIsTooOldForItsApp() {
    sealing.someDays();
    sealing.seal();
    logs.keep("a", 3);
    logs.runByAge(null);
    assertEquals(List.of("a now", "a a3", "b b3", "b b9"), sealing.seen());
    logs.runByAge(5);
    assertEquals(List.of("a now", "a a3", "b b3"), sealing.seen());
    logs.keep("a", 1);
    logs.runByAge(2);
    assertEquals(List.of("a now"), sealing.seen());
    assertEquals(0, sealing.blocks());
  }

  @Test
  void shouldRemoveTheRecordsOfDeletedApps() {
    sealing.someDays();
    sealing.seal();
    logs.database().sql("UPDATE apps SET deleted_at = now() WHERE name = 'b'");
    assertEquals(List.of("a now", "a a3", "a a4"), sealing.seen());
    AppPurge purge = new AppPurge(100);
    for (int i = 0; i < 50; i++) {
      logs.context().await(() -> logs.database().database().write(purge::step));
    }
    assertEquals(2, sealing.sealed());
    assertEquals(1, logs.database().number("SELECT count(*) FROM apps"));
    assertEquals(List.of("a now", "a a3", "a a4"), sealing.seen());
  }

  @Test
  void shouldRemoveTheRecordsOfDeletedAppsWhereOneBlockIsDamaged() {
    sealing.someDays();
    sealing.seal();
    logs.database()
        .sql(
            "UPDATE blocks SET messages = substr(messages, 2) WHERE since < now() - interval '8 days'");
    logs.database().sql("UPDATE apps SET deleted_at = now() WHERE name = 'b'");
    AppPurge purge = new AppPurge(100);
    for (int i = 0; i < 50; i++) {
      logs.context().await(() -> logs.database().database().write(purge::step));
    }
    assertEquals(3, sealing.sealed(), "two, and the one that cannot be read");
  }

  @Test
  void shouldReadBlocksWhoseFiltersAreDamaged() {
    logs.write(logs.record(logs.today.minusDays(3), "a", "a longer message"));
    sealing.seal();
    logs.database().sql("UPDATE blocks SET trigrams = '\\x00', vals = '\\x0102'");
    Condition text = Condition.test(Field.Column.MESSAGE, new Match.Contains("longer"));
    assertEquals(1, await(editor.dryRun(LogFilter.of(text)).run()));
    Condition value = Condition.test(new Field.Metadata(List.of("none")), new Match.Equal("such"));
    assertEquals(0, await(editor.dryRun(LogFilter.of(value)).run()));
  }

  @Test
  void shouldMakeBlocksOfManyRecordsAndJoinSmallOnes() {
    List<LogRecord> many = new ArrayList<>();
    for (int i = 0; i < 9000; i++) {
      many.add(logs.old(5, "many"));
    }
    for (int i = 0; i < 9000; i += 1000) {
      logs.write(many.subList(i, i + 1000));
    }
    sealing.seal();
    assertEquals(9000, sealing.sealed());
    assertEquals(3, sealing.blocks());
    logs.write(logs.old(5, "late"));
    logs.write(logs.old(5, "later"));
    sealing.seal();
    assertEquals(9002, sealing.sealed());
    assertTrue(sealing.blocks() <= 4, () -> sealing.blocks() + " blocks");
    assertEquals(9002, sealing.seen().size());
  }

  /** A trigger stores it, between the reading of the rows and their removal. */
  @Test
  void shouldSealNothingWhileARecordComesBetween() {
    sealing.lateOnes();
    sealing.disturb();
    sealing.pass();
    assertEquals(5, sealing.sealed(), "all but that of the ninth day");
    assertEquals(2, sealing.rows());
    assertEquals(7, sealing.seen().size());
    logs.database().sql("DROP TRIGGER disturb ON blocks");
    sealing.pass();
    assertEquals(6, sealing.sealed());
    assertEquals(7, sealing.seen().size());
  }

  @Test
  void shouldFailWithTheNameOfADamagedBlock() {
    sealing.someDays();
    sealing.seal();
    logs.database()
        .sql(
            "UPDATE blocks SET messages = substr(messages, 2) WHERE since < now() - interval '8 days'");
    CorruptBlockException e = assertThrows(CorruptBlockException.class, sealing::seen);
    String day = logs.today.minusDays(9).toString();
    assertTrue(e.getMessage().startsWith("block " + day), e.getMessage());
  }
}
