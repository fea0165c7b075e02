package io.logagg.crash;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One topology under load and faults for some time; then everything is mended, drained and counted.
 */
final class Round {
  private static final long READY_LIMIT_SECONDS = 120;
  private static final long REPEAT_LIMIT_SECONDS = 120;
  private static final long DRAIN_LIMIT_SECONDS = 240;

  private final Servers servers;
  private final List<LogaggProcess> logagg = new ArrayList<>();
  private final List<Producer> producers = new ArrayList<>();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final Faults faults;
  private final Random random;

  /**
   * @param number sets its producers apart from those of others
   * @param random all that is drawn in the round hangs on it
   */
  Round(Servers servers, Path folder, int number, Topology topology, Random random) {
    this.servers = servers;
    this.random = random;
    String prefix = "r" + number + "-";
    List<String> bases = new ArrayList<>();
    int index = 0;
    for (Map<String, String> roles : topology.processes()) {
      Map<String, String> environment = new HashMap<>(servers.environment());
      environment.putAll(roles);
      LogaggProcess process =
          new LogaggProcess(folder.resolve("logagg-" + prefix + index++), environment);
      logagg.add(process);
      if (Topology.servesHttp(roles)) {
        bases.add(process.base());
      }
    }
    for (WayIn way : WayIn.values()) {
      String name = prefix + way.name().toLowerCase(Locale.ROOT);
      producers.add(new Producer(way, name, bases, new Random(random.nextLong()), surprises));
    }
    this.faults = new Faults(servers, logagg);
  }

  Map<FaultKind, AtomicLong> struck() {
    return faults.struck();
  }

  /** Of good records, how many of each way in were acknowledged. */
  Map<WayIn, Long> acknowledged() {
    Map<WayIn, Long> acknowledged = new EnumMap<>(WayIn.class);
    producers.forEach(
        producer ->
            acknowledged.put(
                producer.way(), producer.ledger().countOf(Ledger.State.ACKNOWLEDGED, false)));
    return acknowledged;
  }

  /**
   * Runs it all.
   *
   * @param seconds how long faults strike
   */
  Verdict run(long seconds) throws InterruptedException, SQLException {
    try {
      logagg.forEach(LogaggProcess::start);
      String slow = await(READY_LIMIT_SECONDS, this::isReady);
      if (!slow.isEmpty()) {
        throw new AssertionError("logagg does not start " + slow + lastWords());
      }
      List<Thread> sending = startAll("producer", producers);
      underFaults(seconds);
      List<String> hangs = drain(sending);
      Verdict verdict = verify();
      verdict.findings().addAll(hangs);
      surprises.stream()
          .filter(surprise -> !isOfNoise(surprise))
          .distinct()
          .limit(20)
          .forEach(verdict.findings()::add);
      return verdict;
    } finally {
      producers.forEach(Producer::finish);
      producers.forEach(Producer::giveUp);
      logagg.forEach(LogaggProcess::kill);
    }
  }

  /** What PostgreSQL seems to say is then anything, and 500 a fair word for it. */
  private boolean isOfNoise(String surprise) {
    return surprise.contains(" was answered 500:")
        && struck().get(FaultKind.POSTGRES_GARBLE).get() > 0;
  }

  private boolean isReady() {
    return logagg.stream().allMatch(LogaggProcess::isReady);
  }

  private static List<Thread> startAll(String name, List<? extends Runnable> tasks) {
    List<Thread> threads = new ArrayList<>();
    for (Runnable task : tasks) {
      Thread thread = new Thread(task, name + threads.size());
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    return threads;
  }

  private void underFaults(long seconds) throws InterruptedException {
    List<Runnable> strikers = new ArrayList<>();
    for (FaultKind.Target target : FaultKind.Target.values()) {
      Random own = new Random(random.nextLong());
      strikers.add(() -> strike(target, own));
    }
    List<Thread> striking = startAll("striker", strikers);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - deadline < 0) {
      reviveTheDead();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    faults.stop();
    for (Thread thread : striking) {
      thread.join();
    }
    reviveTheDead();
  }

  private void strike(FaultKind.Target target, Random own) {
    try {
      faults.strikeAtRandom(target, own);
    } catch (RuntimeException | AssertionError e) {
      surprises.add("the matrix itself failed: " + e);
    }
  }

  /** Nothing but a fault may end logagg. */
  private void reviveTheDead() {
    for (LogaggProcess process : logagg) {
      if (faults.leavesLogaggAlone() && !process.isAlive() && faults.leavesLogaggAlone()) {
        surprises.add("logagg ended by itself: " + process.lastWords());
        process.start();
      }
    }
  }

  /** Waits until all that may be repeated is acknowledged, and all is stored; what did not end. */
  private List<String> drain(List<Thread> sending) {
    servers.postgres().start();
    producers.forEach(Producer::finish);
    List<String> hangs = new ArrayList<>();
    String repeating =
        await(REPEAT_LIMIT_SECONDS, () -> sending.stream().noneMatch(Thread::isAlive));
    if (!repeating.isEmpty()) {
      hangs.add("requests are not acknowledged " + repeating + lastWords());
      producers.forEach(Producer::giveUp);
      String unused =
          await(REPEAT_LIMIT_SECONDS, () -> sending.stream().noneMatch(Thread::isAlive));
    }
    String draining = await(DRAIN_LIMIT_SECONDS, () -> servers.backlog().isEmpty());
    if (!draining.isEmpty()) {
      hangs.add("Redis still holds " + servers.backlog() + ' ' + draining + lastWords());
    }
    return hangs;
  }

  private Verdict verify() throws SQLException {
    try (Connection connection = servers.postgres().connect()) {
      boolean mayBeDamaged = struck().get(FaultKind.REDIS_GARBLE).get() > 0;
      return new Verification(producers.stream().map(Producer::ledger).toList(), mayBeDamaged)
          .run(connection);
    }
  }

  private String lastWords() {
    StringBuilder words = new StringBuilder();
    logagg.forEach(process -> words.append('\n').append(process.lastWords()));
    return words.toString();
  }

  /** Empty once it is so, else how long it was not. */
  private static String await(long limitSeconds, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return "after " + limitSeconds + " s";
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    return "";
  }
}
