package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.access.KeyLimits;
import io.logagg.access.Principal;
import io.logagg.access.Scope;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.SliceSink;
import io.logagg.record.AppAccess;
import io.logagg.record.Defaults;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What makes a body another one. */
final class RepeatedBodyTest {
  private static final Defaults NONE = Defaults.NONE;
  private static final Sent FIRST = new Sent("text", "key", NONE, false, "otlp", "a=b", true);

  private final Intakes intakes = new Intakes();

  private record Sent(
      String text,
      String key,
      Defaults defaults,
      boolean strict,
      String protocol,
      String query,
      boolean isTimed)
      implements BodyFormat, BodySplitter {
    IngestRequest request() {
      Principal sender =
          new Principal(key, "name", Set.of(Scope.INGEST), AppAccess.ALL, KeyLimits.NONE, null);
      return new IngestRequest(
          sender, defaults, source(), null, false, strict, IngestLimits.ERRORS);
    }

    @Override
    public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
      return this;
    }

    @Override
    public void feed(byte[] bytes, int from, int to) {}

    @Override
    public int heldBytes() {
      return 0;
    }

    @Override
    public boolean end() {
      return true;
    }
  }

  @AfterEach
  void close() {
    intakes.close();
  }

  private RepeatedBody body(Sent sent, int chunk) {
    RepeatedBody body =
        new RepeatedBody(
            sent,
            intakes.context.repeats(),
            sent.request(),
            sent,
            sent.query(),
            intakes.intake(sent.request()));
    byte[] bytes = sent.text().getBytes(StandardCharsets.UTF_8);
    try {
      for (int at = 0; at < bytes.length; at += chunk) {
        body.feed(bytes, at, Math.min(bytes.length, at + chunk));
      }
    } catch (FramingException e) {
      throw new AssertionError(e);
    }
    return body;
  }

  private boolean isRepeat(Sent sent, int chunk) {
    return intakes.loop.await(() -> body(sent, chunk).recognise());
  }

  @Test
  void shouldKnowTheSameBodyHoweverItComesIn() {
    assertFalse(isRepeat(FIRST, 100));
    assertTrue(isRepeat(FIRST, 100));
    assertTrue(isRepeat(FIRST, 3));
  }

  @Test
  void shouldTakeForAnotherWhatDiffersInAnything() {
    List<Sent> all =
        List.of(
            FIRST,
            new Sent("texts", "key", NONE, false, "otlp", "a=b", true),
            new Sent("text", "other", NONE, false, "otlp", "a=b", true),
            new Sent("text", "key", new Defaults("a", null, null), false, "otlp", "a=b", true),
            new Sent("text", "key", new Defaults(null, "a", null), false, "otlp", "a=b", true),
            new Sent("text", "key", NONE, true, "otlp", "a=b", true),
            new Sent("text", "key", NONE, false, "loki", "a=b", true),
            new Sent("text", "key", NONE, false, "otlp", "a=c", true));
    all.forEach(sent -> assertFalse(isRepeat(sent, 100), sent::toString));
    all.forEach(sent -> assertTrue(isRepeat(sent, 100), sent::toString));
  }

  @Test
  void shouldTakeNothingForARepeatThatTellsNoTime() {
    Sent untimed = new Sent("text", "key", NONE, false, "otlp", "a=b", false);
    assertFalse(isRepeat(untimed, 100));
    assertFalse(isRepeat(untimed, 100));
    assertFalse(isRepeat(FIRST, 100), "nor is it remembered");
  }

  @Test
  void shouldTellPostgresOfABodyWhoseRecordsAreThere() {
    assertEquals(1, remembered(FIRST, Backend.DB));
    Sent other = new Sent("other", "key", NONE, false, "otlp", "a=b", true);
    assertEquals(0, remembered(other, Backend.REDIS));
    Sent untimed = new Sent("untimed", "key", NONE, false, "otlp", "a=b", false);
    assertEquals(0, remembered(untimed, Backend.DB));
  }

  /** How many bodies it remembers once the records of one are there, of nothing before. */
  private long remembered(Sent sent, Backend backend) {
    intakes.loop.await(
        () -> {
          RepeatedBody body = body(sent, 100);
          return body.recognise()
              .compose(isRepeat -> forgotten())
              .compose(done -> body.settle(backend));
        });
    return intakes.database.number("SELECT count(*) FROM seen_bodies");
  }

  private Future<?> forgotten() {
    return intakes
        .database
        .database()
        .write(connection -> connection.query("DELETE FROM seen_bodies").execute());
  }
}
