package io.logagg.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import io.logagg.testing.TemporaryFolders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes with every role, restarted in turn under load: as an update is rolled out. */
class RollingRestartIT {
  private static final int ROLLS = 3;
  private static final int SHUTDOWN_LIMIT_MS = 10_000;
  private static final long SEED = 20_260_101;

  /** 400 is the answer where all records of a request are bad; 0 and -1: closed and refused. */
  private static final Set<Integer> ALLOWED = Set.of(200, 201, 202, 400, 503, 0, -1);

  private final List<LogaggProcess> logagg = new ArrayList<>();
  private final List<Producer> producers = new ArrayList<>();
  private final List<Thread> sending = new ArrayList<>();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final Ledger slow = new Ledger("slow");
  private Path folder = Path.of("");
  private Servers servers;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createTempDirectory("logagg-rolling");
    servers = Servers.start(folder.resolve("servers"));
    Topology.TWO
        .processes()
        .forEach(
            roles ->
                logagg.add(
                    new LogaggProcess(
                        folder.resolve("logagg-" + logagg.size()), servers.environment())));
    logagg.forEach(LogaggProcess::start);
    logagg.forEach(RollingRestartIT::awaitReady);
    List<String> bases = logagg.stream().map(LogaggProcess::base).toList();
    Random random = new Random(SEED);
    for (WayIn way : WayIn.values()) {
      String name = way.name().toLowerCase(Locale.ROOT);
      producers.add(new Producer(way, name, bases, new Random(random.nextLong()), surprises));
    }
  }

  @AfterEach
  void stop() {
    producers.forEach(Producer::finish);
    producers.forEach(Producer::giveUp);
    logagg.stream().filter(LogaggProcess::isAlive).forEach(LogaggProcess::kill);
    if (servers != null) {
      servers.close();
    }
    TemporaryFolders.delete(folder);
  }

  private static void awaitReady(LogaggProcess process) {
    Eventually.value("ready", process::isReady, ready -> ready);
  }

  @Test
  void losesAndDoublesNothingAndCutsNoRequestOff() throws Exception {
    for (Producer producer : producers) {
      Thread thread = new Thread(producer, "producer-" + producer.way());
      thread.setDaemon(true);
      thread.start();
      sending.add(thread);
    }
    for (int roll = 0; roll < ROLLS; roll++) {
      for (LogaggProcess process : logagg) {
        restart(process);
      }
    }
    producers.forEach(Producer::finish);
    for (Thread thread : sending) {
      thread.join(TimeUnit.SECONDS.toMillis(30));
      assertTrue(!thread.isAlive(), () -> thread.getName() + " does not get its answers");
    }
    Eventually.value("a drained stream", servers::backlog, String::isEmpty);
    assertEquals(List.of(), List.copyOf(surprises));
    Map<Integer, Long> answers = answers();
    System.out.println("rolling restart: answers by status: " + answers);
    assertTrue(ALLOWED.containsAll(answers.keySet()), answers::toString);
    verify();
  }

  private Map<Integer, Long> answers() {
    Map<Integer, Long> all = new TreeMap<>();
    producers.forEach(p -> p.answers().forEach((status, n) -> all.merge(status, n, Long::sum)));
    return all;
  }

  private void verify() throws SQLException {
    List<Ledger> ledgers =
        Stream.concat(producers.stream().map(Producer::ledger), Stream.of(slow)).toList();
    try (Connection connection = servers.postgres().connect()) {
      Verdict verdict = new Verification(ledgers, false).run(connection);
      System.out.println("rolling restart: " + verdict);
      assertEquals(List.of(), verdict.findings());
      assertTrue(verdict.acknowledged() > 1000, "there was load");
    }
  }

  /** Stops it in the midst of a request, which must get its answer all the same. */
  private void restart(LogaggProcess process) throws Exception {
    long before = storedSlow();
    try (SlowRequest request = SlowRequest.begin(process.base(), slowLines(600))) {
      Eventually.value("its beginning is stored", this::storedSlow, now -> now >= before + 500);
      long begin = System.nanoTime();
      CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(process::terminate);
      Eventually.value("no new connections", () -> accepts(process), accepts -> !accepts);
      request.send(slowLines(100));
      assertEquals("HTTP/1.1 202 Accepted", request.finish());
      acknowledgeSlow();
      assertTrue(ended.get(60, TimeUnit.SECONDS), process::lastWords);
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      System.out.printf("rolling restart: stopped in %d ms%n", tookMs);
      assertTrue(tookMs <= SHUTDOWN_LIMIT_MS, () -> tookMs + " ms: " + process.lastWords());
      int status = process.exitStatus();
      assertTrue(status == 0 || status == 143, () -> "status " + process.lastWords());
    }
    process.start();
    awaitReady(process);
  }

  private static boolean accepts(LogaggProcess process) {
    URI uri = URI.create(process.base());
    try (Socket socket = new Socket(InetAddress.getByName(uri.getHost()), uri.getPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String slowLines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String message = slow.producer() + ':' + slow.add(false);
      lines.append("{\"app\":\"slow\",\"message\":\"%s\"}\n".formatted(message));
    }
    return lines.toString();
  }

  private void acknowledgeSlow() {
    for (int i = 0; i < slow.count(); i++) {
      slow.note(i, Ledger.State.ACKNOWLEDGED);
    }
  }

  private long storedSlow() {
    try (Connection connection = servers.postgres().connect();
        ResultSet rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT count(*) FROM logs l JOIN apps a ON a.id = l.app_id WHERE a.name = 'slow'")) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
