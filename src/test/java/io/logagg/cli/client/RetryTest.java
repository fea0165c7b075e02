package io.logagg.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RetryTest {
  private final List<Long> pauses = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Deque<ClientException> failures = new ArrayDeque<>();
  private long nowMs;

  private Retry retry(long limitMs) {
    return new Retry(
        limitMs,
        false,
        () -> nowMs * 1_000_000,
        ms -> {
          pauses.add(ms);
          nowMs += ms;
        },
        new SplittableRandom(1),
        told::add);
  }

  private String call(Retry retry) throws InterruptedException {
    return retry.call(
        () -> {
          ClientException next = failures.poll();
          if (next != null) {
            throw next;
          }
          return "done";
        });
  }

  private static ClientException refused(int status, String retryAfter) {
    return ClientException.refused(
        "refused", Refusal.of(status, retryAfter, "{\"detail\":\"why\"}"));
  }

  @Test
  void shouldWaitAsLongAsItIsAskedTo() throws InterruptedException {
    failures.add(refused(429, "7"));
    assertEquals("done", call(retry(30_000)));
    assertEquals(List.of(7000L), pauses);
    assertEquals(List.of("refused"), told);
  }

  @Test
  void shouldWaitLongerEachTimeWhereNothingIsAsked() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      failures.add(refused(503, ""));
    }
    assertEquals("done", call(retry(30_000)));
    assertEquals(5, pauses.size());
    assertTrue(pauses.get(4) > pauses.get(0) * 4, pauses.toString());
  }

  @Test
  void shouldGiveUpRatherThanWaitBeyondTheLimit() {
    failures.add(refused(503, "60"));
    assertThrows(ClientException.class, () -> call(retry(30_000)));
    assertEquals(List.of(), pauses);
  }

  @Test
  void shouldNotTryAgainWhatWillNotPass() {
    ClientException wrong = refused(400, "");
    failures.add(wrong);
    assertSame(wrong, assertThrows(ClientException.class, () -> call(retry(30_000))));
    assertEquals(ClientException.USAGE, wrong.status());
  }

  @Test
  void shouldWaitForAServerThatIsAwayOnlyIfWanted() throws InterruptedException {
    ClientException away = ClientException.away("away", new IOException("x"));
    failures.add(away);
    assertThrows(ClientException.class, () -> call(retry(30_000)));
    failures.add(away);
    assertEquals("done", call(retry(30_000).evenWhenAway()));
  }
}
