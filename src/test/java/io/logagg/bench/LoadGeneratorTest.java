package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bench.LoadGenerator.Load;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoadGeneratorTest {
  private static final int BATCH = 10;

  @Test
  void aStallCountsForAllRequestsThatWereDueMeanwhile() throws Exception {
    // Due every 5 ms; the first answer takes 400 ms, so that 80 requests are late.
    try (ScriptedServer server =
        new ScriptedServer(
            number -> {
              if (number == 0) {
                TimeUnit.MILLISECONDS.sleep(400);
              }
              return taken(BATCH);
            })) {
      LoadGenerator load = generator(server, 1);
      load.start(100, 200);
      load.await();

      Histogram micros = load.latencyMicros();
      assertEquals(100, micros.getTotalCount());
      assertTrue(micros.getValueAtPercentile(50) >= 100_000, () -> "median " + micros.getMean());
      assertTrue(micros.getMaxValue() >= 400_000);
    }
  }

  @Test
  void theClosedLoopWaitsForEachAnswer() throws Exception {
    try (ScriptedServer server = new ScriptedServer(number -> taken(BATCH))) {
      LoadGenerator load = generator(server, 3);
      load.start(50, 0);
      load.await();

      assertEquals(50 * BATCH, load.acknowledged());
      assertEquals(50, server.requests());
    }
  }

  @Test
  void aRefusedRequestIsSentAgainAndWhatItBroughtInCounts() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            number ->
                number == 0
                    ? ScriptedServer.answer("503 Service Unavailable", "{\"enqueued\":4}")
                    : taken(BATCH))) {
      LoadGenerator load = generator(server, 1);
      load.start(2, 0);
      load.await();

      assertEquals(4 + 2 * BATCH, load.acknowledged());
      assertEquals(1, load.refusals());
      assertEquals(2, load.latencyMicros().getTotalCount());
    }
  }

  @Test
  void recordsThatWereNotTakenEndTheRun() throws Exception {
    try (ScriptedServer server = new ScriptedServer(number -> taken(BATCH - 1))) {
      LoadGenerator load = generator(server, 1);
      load.start(2, 0);

      Exception failure = assertThrows(IllegalStateException.class, load::await);
      assertEquals("answered 202, enqueued 9 of 10 records", failure.getCause().getMessage());
    }
  }

  @Test
  void aClosedConnectionEndsTheRun() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            number -> {
              throw new IOException("closed");
            })) {
      LoadGenerator load = generator(server, 1);
      load.start(2, 0);

      assertThrows(IllegalStateException.class, load::await);
    }
  }

  @Test
  void stoppedItSendsNothingMore() throws Exception {
    try (ScriptedServer server = new ScriptedServer(number -> taken(BATCH))) {
      LoadGenerator load = generator(server, 2);
      load.start(Long.MAX_VALUE, 1000);
      server.awaitRequests(5);
      load.stop();

      assertEquals((long) BATCH * server.requests(), load.acknowledged());
    }
  }

  private static LoadGenerator generator(ScriptedServer server, int connections) {
    Load load = new Load(server.port(), connections, BATCH, false, false, 0);
    return new LoadGenerator(load, RecordTimes.present(), 0);
  }

  private static String taken(int records) {
    return ScriptedServer.answer(
        "202 Accepted", "{\"enqueued\":" + records + ",\"backend\":\"stream\"}");
  }
}
