package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.LogNeighbours.Neighbours;
import io.logagg.query.LogNeighbours.Request;
import io.logagg.query.LogNeighbours.Within;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kept.class)
final class LogNeighboursTest {
  private final TestDatabase database = TestDatabase.open();
  private final StoredRows rows;
  private final Random random = new Random(52);
  private final TestRecords records = new TestRecords(53);
  private final LogNeighbours neighbours = neighbours(database.database());

  private static LogNeighbours neighbours(Database database) {
    return new LogNeighbours(
        new LogSearch(database), new LogScan(database), new RareMatches(database));
  }

  LogNeighboursTest(Kept kept) {
    rows = new StoredRows(database, 51, kept);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Neighbours of(UUID id, int before, int after, Within within) {
    return await(
            neighbours.of(new Request(AppAccess.ALL, id, before, after, within), new Abandonment()))
        .orElseThrow();
  }

  private static Predicate<LogRecord> near(LogRecord record, Within within) {
    return other ->
        within == Within.ALL
            || (other.app().equals(record.app())
                && (within == Within.APP || Objects.equals(other.service(), record.service())));
  }

  private void assertRight(int checks) {
    List<LogRecord> sorted =
        rows.all().stream().sorted(Comparator.comparing(LogRecord::id)).toList();
    for (int i = 0; i < checks; i++) {
      LogRecord record = sorted.get(random.nextInt(sorted.size()));
      Within within = List.of(Within.SERVICE, Within.APP, Within.ALL).get(i % 3);
      int before = random.nextInt(30);
      int after = random.nextInt(30);
      Neighbours found = of(record.id(), before, after, within);
      List<UUID> near = sorted.stream().filter(near(record, within)).map(LogRecord::id).toList();
      int at = near.indexOf(record.id());
      assertEquals(near.subList(Math.max(0, at - before), at), ids(found.before()));
      assertEquals(record.id(), found.record().id());
      assertEquals(near.subList(at + 1, Math.min(near.size(), at + 1 + after)), ids(found.after()));
    }
  }

  private static List<UUID> ids(List<LogRow> found) {
    return found.stream().map(LogRow::id).toList();
  }

  @Test
  void shouldFindTheNearestOnBothSidesHoweverFolded() {
    rows.whateverHappens(checks -> assertRight(checks / 4));
  }

  @Test
  void shouldFindThemWhereTheyAreDaysApart() {
    for (int i = 0; i < 60; i++) {
      rows.add(records.any(TestRecords.NOW_MICROS - random.nextInt(400) * 86_400_000_000L));
    }
    assertRight(60);
    rows.fold();
    assertRight(30);
  }

  @Test
  void shouldGiveFewerWhereTheyAreLarge() {
    for (int i = 0; i < 10; i++) {
      long time = TestRecords.NOW_MICROS + i;
      rows.add(
          new LogRecord(
              RecordIds.of(time, i),
              time,
              time,
              "INFO",
              "shop",
              null,
              "x".repeat(100_000),
              "{}",
              null,
              null));
    }
    UUID first = rows.all().get(0).id();
    Neighbours found = of(first, 10, 9, Within.SERVICE);
    assertTrue(found.isCut());
    assertEquals(6, found.after().size());
    assertTrue(!of(first, 10, 3, Within.SERVICE).isCut());
  }

  @Test
  void shouldFindNothingAroundWhatIsNotThere() {
    UUID none = RecordIds.of(TestRecords.NOW_MICROS, 99);
    Request request = new Request(AppAccess.ALL, none, 5, 5, Within.ALL);
    assertTrue(await(neighbours.of(request, new Abandonment())).isEmpty());
  }
}
