package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.DeadLetters;
import io.logagg.bus.ForgetEntries;
import io.logagg.bus.Persistence;
import io.logagg.bus.ReplayCounts;
import io.logagg.bus.ReplayMany;
import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.ReplayOutcome.Kind;
import io.logagg.bus.ReplayRequest;
import io.logagg.record.AppAccess;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.RecordIds;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadLetterReplayTest {
  private static final String GOOD = "{\"app\":\"a\",\"message\":\"m\"}";

  private final Writer writer = Writer.open();
  private int letters;

  @AfterEach
  void close() {
    writer.close();
  }

  private UUID keep(String payload, Defaults defaults) {
    UUID id = RecordIds.of(TestRecords.NOW_MICROS, ++letters);
    assertEquals(
        1,
        move(
            new DeadLetter(
                id, payload, false, "reason", "test", defaults, TestRecords.NOW_MICROS)));
    return id;
  }

  private static DeadLetter letter(UUID id, String payload) {
    return new DeadLetter(
        id, payload, false, "reason", "test", Defaults.NONE, TestRecords.NOW_MICROS);
  }

  /** Answers how many are new. */
  private int move(DeadLetter letter) {
    return await(writer.bus().ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(List.of(letter))));
  }

  private Future<ReplayOutcome> ask(UUID id, String corrected) {
    return writer
        .bus()
        .ask(
            Persistence.REPLAY,
            new ReplayRequest(
                AppAccess.ALL, id, corrected == null ? null : Buffer.buffer(corrected)));
  }

  private ReplayOutcome replay(UUID id, String corrected) {
    return await(ask(id, corrected));
  }

  private ReplayCounts replayMany(List<UUID> ids) {
    return await(writer.bus().ask(Persistence.REPLAY_MANY, new ReplayMany(AppAccess.ALL, ids)));
  }

  private long left() {
    return writer.database().number("SELECT count(*) FROM dead_letters");
  }

  @Test
  void shouldStoreTheRecordAndRemoveTheLetterOnce() {
    UUID id = keep(GOOD, Defaults.NONE);
    assertEquals(new ReplayOutcome(Kind.STORED, null), replay(id, null));
    assertEquals(new ReplayOutcome(Kind.GONE, null), replay(id, null));
    assertEquals(List.of("a:m"), writer.messages());
    assertEquals(0, left());
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldStoreOnceWhenManyReplayTheSame() {
    for (int round = 1; round <= 10; round++) {
      UUID id = keep(GOOD, Defaults.NONE);
      List<Future<ReplayOutcome>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(ask(id, null));
      }
      long stored = all.stream().filter(one -> await(one).kind() == Kind.STORED).count();
      assertEquals(1, stored);
      assertEquals(round, writer.rows());
    }
    assertEquals(0, left());
  }

  @Test
  void shouldUseTheDefaultsOfTheRequest() {
    UUID id = keep("{\"message\":\"m\"}", new Defaults("shop", "api", "ERROR"));
    assertEquals(Kind.STORED, replay(id, null).kind());
    assertEquals(List.of("shop:m"), writer.messages());
    assertEquals(List.of("apiERROR"), writer.database().texts("SELECT service || level FROM logs"));
  }

  @Test
  void shouldStoreTheCorrectedPayload() {
    UUID id = keep("no json", Defaults.NONE);
    assertEquals(Kind.STORED, replay(id, GOOD).kind());
    assertEquals(List.of("a:m"), writer.messages());
  }

  @Test
  void shouldKeepWhatIsRefusedAgainWithTheNewReason() {
    UUID id = keep("{\"app\":\"a\"}", Defaults.NONE);
    ReplayOutcome outcome = replay(id, null);
    assertEquals(Kind.REFUSED, outcome.kind());
    assertTrue(String.valueOf(outcome.reason()).contains("message"), outcome::toString);
    assertEquals(
        List.of("2 missing_field message is missing {\"app\":\"a\"}"),
        writer
            .database()
            .texts(
                "SELECT concat_ws(' ', tries, kind, reason, convert_from(payload, 'UTF8')) FROM dead_letters"));
    assertEquals(0, writer.rows());
  }

  @Test
  void shouldKeepALetterAsItWasWhenItsCorrectionIsRefused() {
    UUID id = keep("no json", Defaults.NONE);
    ReplayOutcome outcome = replay(id, "{\"app\":\"a\"}");
    assertEquals(new ReplayOutcome(Kind.REFUSED, "message is missing"), outcome);
    assertEquals(
        List.of("2 other reason no json"),
        writer
            .database()
            .texts(
                "SELECT concat_ws(' ', tries, kind, reason, convert_from(payload, 'UTF8')) FROM dead_letters"));
  }

  @Test
  void shouldKeepWhatPostgresRefuses() {
    UUID id = keep(GOOD, Defaults.NONE);
    replay(id, null);
    writer.database().sql("ALTER TABLE logs ADD CHECK (message <> 'poison')");
    UUID bad = keep(GOOD.replace("\"m\"", "\"poison\""), Defaults.NONE);
    ReplayOutcome outcome = replay(bad, null);
    assertEquals(Kind.REFUSED, outcome.kind());
    assertTrue(String.valueOf(outcome.reason()).contains("PostgreSQL"), outcome::toString);
    assertEquals(1, left());
    assertEquals(Kind.STORED, replay(bad, GOOD).kind());
    assertEquals(2, writer.rows());
  }

  @Test
  void shouldRecogniseAProducersIdThatWasStoredBefore() {
    String payload = "{\"app\":\"a\",\"message\":\"m\",\"id\":\"7\"}";
    replay(keep(payload, Defaults.NONE), null);
    assertEquals(Kind.STORED, replay(keep(payload, Defaults.NONE), null).kind());
    assertEquals(1, writer.rows());
    assertEquals(0, left());
  }

  private static String good(int n) {
    return GOOD.replace("\"m\"", "\"m" + n + "\"");
  }

  @Test
  void shouldReplayManyAndPassOverThoseThatAreBadOrGone() {
    writer.database().sql("ALTER TABLE logs ADD CHECK (message <> 'poison')");
    List<UUID> ids = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      ids.add(keep(good(n), Defaults.NONE));
    }
    ids.add(keep("{\"app\":\"a\"}", Defaults.NONE));
    ids.add(keep(GOOD.replace("\"m\"", "\"poison\""), Defaults.NONE));
    ids.add(new UUID(1, 2));
    Collections.shuffle(ids, new Random(1));
    assertEquals(new ReplayCounts(100, 2), replayMany(ids));
    assertEquals(100, writer.rows());
    assertEquals(
        List.of("missing_field 2", "refused_by_postgres 2"),
        writer.database().texts("SELECT kind || ' ' || tries FROM dead_letters ORDER BY 1"));
    assertEquals(new ReplayCounts(0, 2), replayMany(ids));
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldStoreEachOnceWhenManyReplayTheSameMany() {
    List<UUID> ids = new ArrayList<>();
    for (int n = 0; n < 60; n++) {
      ids.add(keep(good(n), Defaults.NONE));
    }
    List<Future<ReplayCounts>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Collections.shuffle(ids, new Random(i));
      List<UUID> part = ids.subList(0, 40);
      all.add(writer.bus().ask(Persistence.REPLAY_MANY, new ReplayMany(AppAccess.ALL, part)));
    }
    int replayed = all.stream().mapToInt(one -> await(one).replayed()).sum();
    assertEquals(writer.rows(), replayed);
    assertEquals(60, replayed + left());
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldNotBringBackWhatWasReplayedOrRemoved() {
    UUID replayed = keep(GOOD, Defaults.NONE);
    UUID removed = keep(GOOD, Defaults.NONE);
    replay(replayed, null);
    assertTrue(
        await(new DeadLetterEditor(writer.database().database()).delete(AppAccess.ALL, removed)));
    for (DeadLetter letter : List.of(letter(replayed, GOOD), letter(removed, GOOD))) {
      assertEquals(0, move(letter.withDedupeKey(null)));
      assertEquals(
          0, move(letter.withDedupeKey(new UUID(letter.id().getLeastSignificantBits(), 7))));
    }
    assertEquals(0, left());
  }

  /** It is moved a second time while it is being replayed. */
  @Test
  void shouldNotBringBackWhatIsJustBeingReplayed() {
    for (int round = 1; round <= 30; round++) {
      UUID id = keep(GOOD, Defaults.NONE);
      DeadLetter again = letter(id, GOOD);
      Future<ReplayOutcome> replay = ask(id, null);
      List<Future<Integer>> moves = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        moves.add(writer.bus().ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(List.of(again))));
      }
      assertEquals(Kind.STORED, await(replay).kind());
      moves.forEach(move -> assertEquals(0, await(move)));
      assertEquals(0, left());
    }
  }

  @Test
  void shouldForgetOnlyIdsThatNoMirrorHas() {
    keep(GOOD, Defaults.NONE);
    writer
        .database()
        .sql(
            """
            INSERT INTO dead_letter_ids (id, stored_at)
            SELECT gen_random_uuid(), now() - m * interval '1 minute' FROM generate_series(1, 60) m""");
    long nowMs = writer.database().number("SELECT (extract(epoch FROM now()) * 1000)::int8");
    assertEquals(21, forget(nowMs - 30 * 60_000 + 30_000));
    assertEquals(30, forget(nowMs + 3_600_000));
    assertEquals(10, writer.database().number("SELECT count(*) FROM dead_letter_ids"));
  }

  private int forget(long beforeMs) {
    return await(writer.bus().ask(Persistence.FORGET_DEAD_LETTERS, new ForgetEntries(beforeMs)));
  }
}
