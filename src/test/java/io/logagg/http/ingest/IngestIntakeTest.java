package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.access.Principal;
import io.logagg.http.reply.Problem;
import io.logagg.record.DedupeKeys;
import io.logagg.record.Defaults;
import io.logagg.record.RecordBatch;
import io.logagg.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IngestIntakeTest {
  private static final UUID FIRST_TRY = new UUID(7, 8);

  private final Intakes intakes = new Intakes();
  private final IngestIntake intake =
      intakes.loop.get(
          () ->
              intakes.intake(
                  new IngestRequest(
                      Principal.ANYBODY,
                      new Defaults("app", null, null),
                      "http:test",
                      null,
                      false,
                      true,
                      IngestLimits.ERRORS)));

  @AfterEach
  void close() {
    intakes.close();
  }

  private void slice(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    intake.slice(1, bytes, 0, bytes.length);
  }

  private IngestResult finish() {
    return intakes.loop.await(intake::finish);
  }

  /**
   * Or whoever is short of memory, which no repeat is at the same place, would have it cut amid a
   * part.
   */
  @Test
  void shouldCutWhatMayBeARepeatAtTheEndOfEachPart() {
    intakes.loop.get(
        () -> {
          intake.repeats(FIRST_TRY);
          slice("{\"message\":\"one\"}");
          slice("{\"message\":\"two\"}");
          intake.endOfPart();
          slice("{\"message\":\"three\"}");
          intake.endOfPart();
          return true;
        });
    Eventually.value("both batches", intakes.stored::size, size -> size == 2);
    assertEquals(
        List.of(DedupeKeys.ofPart(FIRST_TRY, 0), DedupeKeys.ofPart(FIRST_TRY, 2)),
        intakes.stored.stream().map(RecordBatch::key).toList());
    assertEquals(3, finish().enqueued());
  }

  @Test
  void shouldLetGoOfOneWhoseInflationAddsToWhatIsTooMuch() {
    intakes.loop.get(
        () -> {
          intake.inflating(1 << 20);
          assertFalse(intake.isBroken());
          intake.inflating((1 << 20) + 1);
          assertTrue(intake.isBroken());
          return true;
        });
    Problem problem = finish().problem();
    assertEquals(429, problem == null ? 0 : problem.status());
    assertFalse(intakes.context.memory().inflatesTooMuch(), "given back");
  }

  @Test
  void shouldGatherBeyondPartsWhatIsNoRepeat() {
    intakes.loop.get(
        () -> {
          for (String message : List.of("one", "two")) {
            slice("{\"message\":\"" + message + "\"}");
            intake.endOfPart();
          }
          return true;
        });
    assertEquals(2, finish().enqueued());
    assertEquals(1, intakes.stored.size());
  }

  @Test
  void shouldBreakOffAtTheBadRecordThatIsOneTooMany() {
    intakes.loop.get(
        () -> {
          slice("{\"message\":\"good\"}");
          for (int i = 0; i < IngestLimits.MAX_REJECTED; i++) {
            slice("bad");
          }
          assertFalse(intake.isBroken());
          slice("{\"message\":\"good\"}");
          slice("bad");
          assertTrue(intake.isBroken());
          slice("{\"message\":\"late\"}");
          return true;
        });
    IngestResult result = finish();
    Problem problem = result.problem();
    assertEquals(400, problem == null ? 0 : problem.status());
    assertEquals(2, result.enqueued());
    assertEquals(IngestLimits.MAX_REJECTED, result.rejected());
    assertEquals(IngestLimits.MAX_REJECTED + 2, result.resumeAt());
    assertEquals(IngestLimits.ERRORS, result.errors().size());
  }
}
