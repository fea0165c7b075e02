package io.logagg.crash;

import io.logagg.crash.SealHttp.Exported;
import io.logagg.crash.SealLedger.Window;
import io.logagg.crash.SealMoment.Step;
import io.logagg.crash.SealReader.Way;
import io.logagg.testing.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One process, what is stored through it, and rounds in which it or PostgreSQL is killed while
 * records move. For one thread.
 */
final class SealRound {
  private static final int RECORDS_OF_EACH_APP = 7_000;

  /** Of one step, most last no longer on a machine that does nothing else. */
  private static final int DELAY_MS = 60;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long BACK_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);

  private static final List<SealKill> KINDS = List.of(SealKill.values());

  /** How often each step is waited for. */
  private static final List<Step> WANTED =
      List.of(
          Step.SEAL,
          Step.SEAL,
          Step.SEAL,
          Step.SWAP,
          Step.SWAP,
          Step.UNSEAL,
          Step.UNSEAL,
          Step.UNSEAL,
          Step.JOIN,
          Step.JOIN,
          Step.EDIT,
          Step.EDIT,
          Step.DROP);

  private final PostgresProcess postgres;
  private final LogaggProcess logagg;
  private final Random random;
  private final SealLedger ledger = new SealLedger();
  private final Queue<String> findings = new ConcurrentLinkedQueue<>();
  private final Map<String, SealWork> works = new TreeMap<>();
  private final SealHttp http;
  private final SealOrders orders;
  private final SealTable table;

  SealRound(Servers servers, LogaggProcess logagg, Random random, SealTable table) {
    this.postgres = servers.postgres();
    this.logagg = logagg;
    this.random = random;
    this.table = table;
    this.http = new SealHttp(logagg.base());
    this.orders = new SealOrders(http, postgres, new Random(random.nextLong()));
    for (String app : SealWork.APPS) {
      works.put(app, new SealWork(app, http, ledger, new Random(random.nextLong()), findings));
    }
  }

  List<String> findings() {
    return List.copyOf(findings);
  }

  SealOrders orders() {
    return orders;
  }

  /** Stores what is there at the beginning. */
  void begin() throws SQLException {
    awaitAnswer(http);
    works.values().forEach(work -> work.store(RECORDS_OF_EACH_APP));
    learnIds();
    orders.growOld();
  }

  /** Waits until a process takes requests, and PostgreSQL is there for it. */
  static void awaitAnswer(SealHttp http) {
    Eventually.value("an answer", BACK_LIMIT_NANOS, http::stats, Optional::isPresent);
  }

  private void learnIds() {
    List<Exported> all =
        Eventually.value("an export", http::export, Optional::isPresent).orElseThrow();
    works.values().forEach(work -> work.know(all));
  }

  /** Places orders, kills so often while they are carried out, and compares when all is over. */
  void run(int kills) throws SQLException, InterruptedException {
    works.get(SealWork.STILL).store(120 + random.nextInt(200));
    works.get(SealWork.TOUCHED).store(50 + random.nextInt(100));
    works.get(SealWork.SWEPT).store(600 + random.nextInt(600));
    learnIds();
    orders.growOld();
    orders.emptyGrowsOld();
    SealTables before = tables();
    long presentBefore = ledger.present();
    int recordsBefore = ledger.next();
    orders.place();
    boolean late = random.nextInt(4) == 0;
    Beside beside = new Beside(late);
    SealOrders.Outcome outcome;
    try {
      for (int i = 0; i < kills; i++) {
        strike(KINDS.get(table.kills() % KINDS.size()), beside);
      }
      outcome = orders.await();
    } finally {
      beside.end();
    }
    table.add(Map.of("orders", (long) outcome.orders()));
    long gone = presentBefore + ledger.next() - recordsBefore - ledger.present();
    compareOrders(outcome, late, before, gone);
    compareAll();
    table.round();
  }

  private void compareOrders(SealOrders.Outcome outcome, boolean late, SealTables before, long gone)
      throws SQLException {
    outcome.problems().stream()
        .filter(problem -> !late || !problem.contains("written to within the last"))
        .forEach(problem -> findings.add("an order was left: " + problem));
    table.add(Map.of("orders left incomplete by late records", (long) outcome.problems().size()));
    SealTables after = tables();
    long more = outcome.moved() - (after.sealedRecords() - before.sealedRecords());
    if (more < 0 || more > gone) {
      findings.add(
          "orders say %d moved, sealed were %d and are %d, %d were deleted"
              .formatted(outcome.moved(), before.sealedRecords(), after.sealedRecords(), gone));
    }
  }

  private SealTables tables() throws SQLException {
    try (Connection connection = postgres.connect()) {
      return SealTables.read(connection);
    }
  }

  /** What everybody sees now that nothing is under way. */
  void compareAll() throws SQLException {
    if (ledger.uncertain() > 0) {
      findings.add(ledger.uncertain() + " records are not certain though all was answered");
    }
    try (Window window = ledger.open()) {
      SealTables tables = tables();
      add("the tables", tables.findings());
      add("the tables", window.compare(tables.contents()));
      add("an export", SealReader.export(http, window).orElse(List.of("broke off")));
      add("the counts", SealReader.stats(http, window).orElse(List.of("did not come")));
    }
  }

  private void add(String where, List<String> wrong) {
    wrong.forEach(what -> findings.add(where + " at the end: " + what));
  }

  /** Waits until a step of the kind that was drawn is under way, and kills in the midst of it. */
  private void strike(SealKill kill, Beside beside) throws SQLException {
    Step wanted = WANTED.get(random.nextInt(WANTED.size()));
    long delayNanos = TimeUnit.MICROSECONDS.toNanos(random.nextInt(DELAY_MS * 1000));
    Step step;
    int pid;
    try (SealMoment moment = new SealMoment(postgres.connect())) {
      step = await(moment, wanted);
      LockSupport.parkNanos(delayNanos);
      pid = moment.pid();
    }
    long begin = System.nanoTime();
    kill(kill, pid);
    postgres.start();
    if (kill.isOfLogagg()) {
      // A dead process is believed for long; that another takes over then is a test of its own.
      orders.forgetHolder();
      logagg.start();
    }
    awaitAnswer(http);
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    table.killed(kill, step, tookMs);
    System.out.printf(
        "seal crash: %d: %s while %s, back in %d ms, %s%n",
        table.kills(), kill, step, tookMs, beside.done());
  }

  /** The one that is wanted, or, after a while of patience, any. */
  private Step await(SealMoment moment, Step wanted) throws SQLException {
    long begin = System.nanoTime();
    long looks = 0;
    while (true) {
      Optional<Step> now = moment.now();
      boolean anyWill = System.nanoTime() - begin > PATIENCE_NANOS;
      if (now.isPresent() && (now.get() == wanted || anyWill)) {
        return now.get();
      }
      if (++looks % 100 == 0 && orders.areDone()) {
        if (System.nanoTime() - begin > BACK_LIMIT_NANOS) {
          throw new AssertionError("nothing comes under way");
        }
        // Late ones, so that there is something small to join.
        works.get(SealWork.STILL).store(200);
        orders.growOld();
        orders.place();
      }
    }
  }

  private void kill(SealKill kill, int pid) {
    switch (kill) {
      case LOGAGG -> logagg.kill();
      case POSTGRES -> postgres.kill();
      case POSTGRES_IMMEDIATE -> postgres.stopImmediately();
      case BACKEND -> postgres.killBackend(pid);
      case BOTH -> {
        postgres.kill();
        logagg.kill();
      }
    }
  }

  /** Those who change and who look meanwhile. */
  private final class Beside {
    private final List<SealReader> readers = new ArrayList<>();
    private final List<Thread> working = new ArrayList<>();
    private final List<Thread> reading = new ArrayList<>();

    Beside(boolean late) {
      for (Way way : List.of(Way.EXPORT, Way.EXPORT, Way.STATS, Way.TABLES)) {
        SealReader reader = new SealReader(way, http, postgres, ledger, findings);
        readers.add(reader);
        reading.add(started(reader, "seal-reader-" + way));
      }
      for (String app : List.of(SealWork.SWEPT, SealWork.TOUCHED)) {
        works.get(app).mayRun(late, orders::growOldIfThere);
        working.add(started(works.get(app), "seal-work-" + app));
      }
    }

    private static Thread started(Runnable work, String name) {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      thread.start();
      return thread;
    }

    Map<String, Long> done() {
      Map<String, Long> all = new TreeMap<>();
      readers.forEach(r -> r.looks().forEach((what, n) -> all.merge(what, n, Long::sum)));
      return all;
    }

    /** All that was begun is answered first. */
    void end() throws InterruptedException {
      works.values().forEach(SealWork::stop);
      end(working);
      readers.forEach(SealReader::stop);
      end(reading);
      table.add(done());
    }

    private void end(List<Thread> threads) throws InterruptedException {
      for (Thread thread : threads) {
        thread.join(TimeUnit.NANOSECONDS.toMillis(2 * BACK_LIMIT_NANOS));
        if (thread.isAlive()) {
          findings.add(thread.getName() + " does not end");
        }
      }
    }
  }

  /** What was stored, changed and deleted. */
  Map<String, Long> done() {
    Map<String, Long> all = new TreeMap<>();
    works.values().forEach(w -> w.done().forEach((what, n) -> all.merge(what, n, Long::sum)));
    return all;
  }
}
