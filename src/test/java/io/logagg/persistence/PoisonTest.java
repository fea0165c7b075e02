package io.logagg.persistence;

import static io.logagg.persistence.Writer.batch;
import static io.logagg.persistence.Writer.request;
import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.DeadLetters;
import io.logagg.bus.Persistence;
import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.ReplayOutcome.Kind;
import io.logagg.bus.ReplayRequest;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.record.AppAccess;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RecordIds;
import io.logagg.record.RefusalKind;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that PostgreSQL refuses by themselves. */
final class PoisonTest {
  private final Writer writer = Writer.open();
  private final TestRecords records = new TestRecords(1);

  PoisonTest() {
    writer
        .database()
        .sql("ALTER TABLE logs ADD CONSTRAINT no_poison CHECK (message NOT LIKE 'poison%')");
  }

  @AfterEach
  void close() {
    writer.close();
  }

  private LogRecord good(int n) {
    return records.of("app", "good " + n);
  }

  private LogRecord bad(int n) {
    return records.of("app", "poison " + n);
  }

  private long letters() {
    return writer.database().number("SELECT count(*) FROM dead_letters");
  }

  private void assertStored(long rows, long letters) {
    assertEquals(rows, writer.rows());
    assertEquals(letters, letters());
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldMakeOnlyThePoisonADeadLetter() {
    WriteOutcome outcome = writer.write(good(1), bad(2), good(3));
    assertEquals(2, outcome.stored());
    DeadLetter letter = outcome.refused().get(0);
    assertEquals(1, outcome.refused().size());
    assertTrue(letter.reason().contains("no_poison"), letter::reason);
    assertTrue(letter.reason().contains("23514"), letter::reason);
    assertTrue(letter.payload().contains("\"poison 2\""), letter::payload);
    assertStored(2, 1);
    assertEquals(
        List.of(letter.reason()), writer.database().texts("SELECT reason FROM dead_letters"));
  }

  @Test
  void shouldFindRandomPoisonInSeveralEntries() {
    Random random = new Random(2);
    List<RecordBatch> batches = new ArrayList<>();
    int poison = 0;
    for (int b = 0; b < 5; b++) {
      List<LogRecord> list = new ArrayList<>();
      for (int n = 0; n < 40; n++) {
        boolean isBad = b % 2 == 0 && random.nextInt(15) == 0;
        poison += isBad ? 1 : 0;
        list.add(isBad ? bad(n) : good(n));
      }
      batches.add(RecordBatch.of(list));
    }
    WriteOutcome outcome = writer.write(request(batches.toArray(RecordBatch[]::new)));
    assertEquals(200 - poison, outcome.stored());
    assertEquals(poison, outcome.refused().size());
    assertStored(200 - poison, poison);
  }

  @Test
  void shouldChangeNothingAtASecondDelivery() {
    WriteRequest request = request(batch(good(1), bad(2)), batch(good(3)));
    writer.write(request);
    writer.write(request);
    assertStored(2, 1);
    writer.database().sql("DELETE FROM dead_letters; DELETE FROM logs; DELETE FROM rollup_deltas");
    writer.database().sql("DELETE FROM rollups");
    writer.write(request);
    assertStored(0, 0);
  }

  /** Such a text already fails as a parameter, before the statement looks at any key. */
  @Test
  void shouldChangeNothingAtASecondDeliveryOfWhatCannotEvenBeSent() {
    WriteRequest request = request(batch(good(1), records.of("app", "nul \0 in it")));
    assertEquals(1, writer.write(request).refused().size());
    assertStored(1, 1);
    writer.database().sql("DELETE FROM dead_letters; DELETE FROM logs; DELETE FROM rollup_deltas");
    writer.database().sql("DELETE FROM rollups");
    assertEquals(List.of(), writer.write(request).refused());
    assertStored(0, 0);
  }

  @Test
  void shouldTakeABatchOfNothingButPoison() {
    WriteRequest request = request(batch(bad(1), bad(2), bad(3)));
    WriteOutcome outcome = writer.write(request);
    assertEquals(0, outcome.stored());
    assertEquals(3, outcome.refused().size());
    assertStored(0, 3);
    writer.database().sql("DELETE FROM dead_letters");
    writer.write(request);
    assertStored(0, 0);
  }

  @Test
  void shouldMakeOneDeadLetterOfPoisonThatComesTwiceAtOnce() {
    WriteRequest request = request(batch(good(1), bad(2), good(3)));
    List<Future<WriteOutcome>> asked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      asked.add(writer.ask(request));
    }
    assertEquals(2, asked.stream().mapToInt(one -> await(one).stored()).sum());
    assertStored(2, 1);
  }

  @Test
  void shouldLeaveADedupeKeyFreeThatOnlyPoisonHad() {
    writer.write(records.withSourceId("app", "poison", "1"), good(2));
    assertEquals(1, writer.write(records.withSourceId("app", "mended", "1")).stored());
    assertStored(2, 1);
  }

  @Test
  void shouldNameWhatPostgresSaysOfBrokenMetadata() {
    LogRecord base = records.of("app", "m");
    LogRecord broken =
        new LogRecord(
            base.id(),
            base.timestampMicros(),
            base.receivedAtMicros(),
            "INFO",
            "app",
            null,
            "m",
            "{no json",
            null,
            null);
    WriteOutcome outcome = writer.write(good(1), broken);
    assertTrue(outcome.refused().get(0).reason().contains("json"), outcome::toString);
    assertStored(1, 1);
  }

  @Test
  void shouldBeRefusedByATriggerLikeByAConstraint() {
    writer
        .database()
        .sql(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF NEW.message LIKE 'trigger%' THEN RAISE EXCEPTION 'not this one'; END IF;
              RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON logs FOR EACH ROW EXECUTE FUNCTION refuse()""");
    WriteOutcome outcome = writer.write(good(1), records.of("app", "trigger"), good(2));
    assertTrue(outcome.refused().get(0).reason().contains("not this one"), outcome::toString);
    assertStored(2, 1);
  }

  @Test
  void shouldKeepDeadLettersOnceHoweverOftenTheyCome() {
    List<DeadLetter> letters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      letters.add(letter(i, "reason", Defaults.NONE));
    }
    DeadLetters request = new DeadLetters(letters);
    assertEquals(20, await(writer.bus().ask(Persistence.KEEP_DEAD_LETTERS, request)));
    assertEquals(0, await(writer.bus().ask(Persistence.KEEP_DEAD_LETTERS, request)));
    assertEquals(20, letters());
  }

  /** What a repeated request refuses has other ids each time, but the key of its place. */
  @Test
  void shouldKeepTheFirstDeadLetterOfEachRequestKey() {
    UUID key = new UUID(4, 7);
    DeadLetter first = letter(1, "first", Defaults.NONE).withDedupeKey(key);
    DeadLetter again = letter(2, "again", Defaults.NONE).withDedupeKey(key);
    DeadLetter other = letter(3, "other", Defaults.NONE).withDedupeKey(new UUID(4, 8));
    assertEquals(2, keep(first, again, other));
    assertEquals(0, keep(letter(4, "later", Defaults.NONE).withDedupeKey(key)));
    assertEquals(2, letters());
    writer.database().sql("DELETE FROM dead_letters");
    assertEquals(0, keep(again));
    assertEquals(0, letters());
  }

  private int keep(DeadLetter... letters) {
    return await(
        writer.bus().ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(List.of(letters))));
  }

  @Test
  void shouldKeepDeadLettersWhoseTextsPostgresCannotStore() {
    String bad = "a\0b\uD800c";
    DeadLetters request =
        new DeadLetters(
            List.of(letter(1, "good", Defaults.NONE), letter(2, bad, new Defaults(bad, bad, bad))));
    assertEquals(2, await(writer.bus().ask(Persistence.KEEP_DEAD_LETTERS, request)));
  }

  private static DeadLetter letter(int n, String reason, Defaults defaults) {
    UUID id = RecordIds.of(TestRecords.NOW_MICROS, n);
    return new DeadLetter(id, "x\0", false, reason, "http:json", defaults, TestRecords.NOW_MICROS);
  }

  private ReplayOutcome replay(DeadLetter letter, String corrected) {
    return await(
        writer
            .bus()
            .ask(
                Persistence.REPLAY,
                new ReplayRequest(AppAccess.ALL, letter.id(), Buffer.buffer(corrected))));
  }

  @Test
  void shouldStoreAMendedLetterWithTheStampsOfItsRecord() {
    LogRecord poison =
        TestRecords.receivedAt(
            records.at(TestRecords.NOW_MICROS - 3_600_000_123L, "app", "poison"),
            TestRecords.NOW_MICROS - 60_000_007);
    DeadLetter letter = writer.write(good(1), poison).refused().get(0);
    assertEquals(RefusalKind.REFUSED_BY_POSTGRES, letter.kind());
    assertEquals(Kind.REFUSED, replay(letter, letter.payload()).kind());
    String mended = letter.payload().replace("poison", "mended");
    assertEquals(Kind.STORED, replay(letter, mended).kind());
    assertEquals(Kind.GONE, replay(letter, mended).kind());
    assertEquals(
        List.of("2026-11-24 10:59:59.999877+00 2026-11-24 11:58:59.999993+00"),
        writer
            .database()
            .texts(
                "SELECT \"timestamp\" || ' ' || received_at FROM logs WHERE message = 'mended'"));
    assertStored(2, 0);
  }

  @Test
  void shouldKnowTheProducersIdOfAMendedLetter() {
    DeadLetter letter = writer.write(records.withSourceId("app", "poison", "7")).refused().get(0);
    assertEquals(Kind.STORED, replay(letter, letter.payload().replace("poison", "ok")).kind());
    assertEquals(0, writer.write(records.withSourceId("app", "again", "7")).stored());
    assertEquals(
        List.of("7"), writer.database().texts("SELECT source_id FROM logs WHERE message = 'ok'"));
    assertStored(1, 0);
  }

  /** A request with an Idempotency-Key that is repeated, before its letter is mended and after. */
  @Test
  void shouldKeepOneDeadLetterOfARepeatedRequest() {
    UUID key = new UUID(4, 2);
    DeadLetter letter = writer.write(withRequestKey("poison", key)).refused().get(0);
    writer.write(withRequestKey("poison", key));
    assertStored(0, 1);
    assertEquals(Kind.STORED, replay(letter, letter.payload().replace("poison", "ok")).kind());
    writer.write(withRequestKey("poison", key));
    assertStored(1, 0);
  }

  private LogRecord withRequestKey(String message, UUID key) {
    LogRecord plain = records.of("app", message);
    return new LogRecord(
        plain.id(),
        plain.timestampMicros(),
        plain.receivedAtMicros(),
        plain.level(),
        plain.app(),
        null,
        message,
        "{}",
        null,
        key);
  }
}
