package io.logagg.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.http.reply.ProblemException;
import org.junit.jupiter.api.Test;

final class HeldBodyTest {
  private final IngestMemory memory = new IngestMemory(1000, 0);
  private final HeldBody body = new HeldBody(memory);

  private static int status(Runnable refused) {
    return assertThrows(ProblemException.class, refused::run).problem().status();
  }

  @Test
  void shouldRefuseForGoodWhatIsTooLargeByItself() {
    body.read(1000);
    assertEquals(413, status(() -> body.read(1)));
  }

  @Test
  void shouldCountEachRecordBesideItsBytes() {
    body.read(300);
    body.record();
    body.record();
    assertEquals(413, status(body::record));
  }

  @Test
  void shouldRefuseForNowWhatIsTooMuchBesideOthers() {
    HeldBody other = new HeldBody(memory);
    other.read(600);
    body.read(400);
    assertEquals(429, status(() -> body.read(1)));
    other.free();
    body.read(1);
    assertEquals(402, memory.unfinishedBytes());
  }

  @Test
  void shouldGiveBackAllOfIt() {
    body.read(600);
    body.record();
    body.free();
    assertEquals(0, memory.unfinishedBytes());
  }
}
