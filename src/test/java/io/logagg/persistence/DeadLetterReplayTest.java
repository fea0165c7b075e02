package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.DeadLetters;
import io.logagg.bus.Persistence;
import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.ReplayOutcome.Kind;
import io.logagg.bus.ReplayRequest;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.RecordIds;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
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
    DeadLetter letter =
        new DeadLetter(id, payload, false, "reason", "test", defaults, TestRecords.NOW_MICROS);
    await(writer.bus().ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(List.of(letter))));
    return id;
  }

  private Future<ReplayOutcome> ask(UUID id, String corrected) {
    return writer.bus().ask(Persistence.REPLAY, new ReplayRequest(id, corrected));
  }

  private ReplayOutcome replay(UUID id, String corrected) {
    return await(ask(id, corrected));
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
    replay(id, "{\"message\":");
    assertEquals(
        List.of("3 {\"message\":"),
        writer
            .database()
            .texts("SELECT tries || ' ' || convert_from(payload, 'UTF8') FROM dead_letters"));
    assertEquals(0, writer.rows());
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
}
