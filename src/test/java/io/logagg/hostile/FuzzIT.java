package io.logagg.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random requests from a printed seed: {@code -Dfuzz.seed}, for {@code -Dfuzz.minutes}, or about 20
 * seconds. See docs/reliability.md.
 */
class FuzzIT {
  private static final int THREADS = 3;
  private static final long SHORT_RUN_SECONDS = 20;
  private static final int MAX_FINDINGS = 20;
  private static final long MAX_HEAP_GROWTH_BYTES = 48L << 20;

  private final Queue<String> findings = new ConcurrentLinkedQueue<>();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final Queue<String> unansweredWhole = new ConcurrentLinkedQueue<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLongArray statuses = new AtomicLongArray(600);

  @Test
  void answersWhateverComesAndStoresWhatItAcknowledged() throws InterruptedException {
    long minutes = Long.getLong("fuzz.minutes", 0);
    long seconds = minutes > 0 ? TimeUnit.MINUTES.toSeconds(minutes) : SHORT_RUN_SECONDS;
    // The short run is the same each time; the long one looks for what is new.
    long seed = Long.getLong("fuzz.seed", minutes > 0 ? System.nanoTime() & 0xFFFF_FFFFL : 1);
    System.out.println("fuzz: seed " + seed);
    try (Target target = Target.start(Map.of("LOGAGG_HTTP_MAX_RECORD_BYTES", "65536"))) {
      target.assertServes("before");
      long heapBefore = target.heapBytes();
      long linesBefore = target.logLines();
      attack(target, seed, seconds);
      assertEquals(
          List.of(), List.copyOf(findings), "seed " + seed + ", log: " + target.troubleInLog());
      target.assertServes("after");
      long expected = acknowledged.get() + 2;
      Eventually.value(
          "the %d rows that were acknowledged, seed %d; without an answer were %s"
              .formatted(expected, seed, unansweredWhole),
          () -> target.rowsBesides(RandomRequests.LOST),
          rows -> rows == expected);
      long heapAfter = target.heapBytes();
      long lines = target.logLines() - linesBefore;
      System.out.printf(
          "fuzz: seed %d: %d requests in %d s, %d closed without an answer, answers %s;"
              + " %d records acknowledged and stored; heap after GC %d -> %d MiB, %d log lines%n",
          seed,
          requests.get(),
          seconds,
          unanswered.get(),
          answers(),
          acknowledged.get(),
          heapBefore >> 20,
          heapAfter >> 20,
          lines);
      assertEquals(List.of(), target.troubleInLog(), "errors in the log, seed " + seed);
      assertTrue(lines <= 10 + seconds, lines + " log lines in " + seconds + " s");
      assertTrue(heapAfter - heapBefore < MAX_HEAP_GROWTH_BYTES, "heap after GC: " + heapAfter);
    }
  }

  private void attack(Target target, long seed, long seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(seed + i);
      Thread thread = new Thread(() -> attack(target.port(), random, deadline), "fuzz-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void attack(int port, Random random, long deadline) {
    RandomRequests source = new RandomRequests(random);
    while (System.nanoTime() - deadline < 0 && findings.size() < MAX_FINDINGS) {
      RawRequest request = source.next();
      try (RawConnection connection = new RawConnection(port)) {
        judge(request, connection.exchange(request));
      } catch (IOException | RuntimeException e) {
        findings.add(e + " at " + request.excerpt());
      }
    }
  }

  private void judge(RawRequest request, RawConnection.Exchange exchange) {
    requests.incrementAndGet();
    if (exchange.answers().isEmpty()) {
      unanswered.incrementAndGet();
      if (request.whole() && unansweredWhole.size() < MAX_FINDINGS) {
        unansweredWhole.add(request.excerpt());
      }
    }
    // What refuses another version is Netty's, and ends as it likes, as long as it ends.
    boolean hangs = RawConnection.HANGS.equals(exchange.fault());
    if (exchange.fault() != null && (hangs || !request.oddVersion())) {
      findings.add(exchange.fault() + " at " + request.excerpt());
    }
    for (RawAnswer answer : exchange.answers()) {
      statuses.incrementAndGet(answer.status());
      String fault = fault(request, answer);
      if (fault != null) {
        findings.add(fault + " at " + request.excerpt() + " answer " + answer.excerpt());
      }
      // Agents are not told how many, and none of their records is of an app that is counted.
      if (request.whole() && request.asked() == null) {
        acknowledged.addAndGet(answer.acknowledged());
      }
    }
  }

  private static @Nullable String fault(RawRequest request, RawAnswer answer) {
    Operation operation = request.asked();
    if (operation != null) {
      return operation.fault(answer);
    }
    boolean refusesVersion = answer.status() == 501 || answer.status() == 505;
    return request.oddVersion() && refusesVersion ? null : answer.fault();
  }

  private Map<Integer, Long> answers() {
    Map<Integer, Long> counted = new TreeMap<>();
    for (int status = 0; status < statuses.length(); status++) {
      if (statuses.get(status) > 0) {
        counted.put(status, statuses.get(status));
      }
    }
    return counted;
  }
}
