package io.logagg.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logagg.http.OpenConnections;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that hold on to connections without doing their part, and those beside them. */
class SlowClientsIT {
  private static final int IDLE_TIMEOUT_MS = 6000;

  /** This process and logagg have each an end of them, and need files for other things. */
  private static final int MAX_CONNECTIONS = (int) Math.min(2600, OpenConnections.maxFiles() - 512);

  private static final int IDLE = MAX_CONNECTIONS - 300;
  private static final long MAX_HEAP_GROWTH_BYTES = 64L << 20;
  private static final long MAX_P99_MS = 1000;
  private static final String CLOSED = "logagg_http_closed_connections_total";

  private static Target target;

  @BeforeAll
  static void start() {
    target =
        Target.start(
            Map.of(
                "LOGAGG_HTTP_IDLE_TIMEOUT_MS", Integer.toString(IDLE_TIMEOUT_MS),
                "LOGAGG_HTTP_MIN_BYTES_PER_SECOND", "100",
                "LOGAGG_HTTP_MAX_CONNECTIONS", Integer.toString(MAX_CONNECTIONS)));
    target.assertServes("before");
  }

  @AfterAll
  static void stop() {
    target.close();
  }

  private static List<RawConnection> connect(int count, String sent) throws IOException {
    List<RawConnection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RawConnection connection = new RawConnection(target.port());
      connection.socket().getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
      connections.add(connection);
    }
    return connections;
  }

  private static String ingestHead(String app, int bytes) {
    return String.join(
        "\r\n",
        "POST /api/v1/ingest?app=" + app + " HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/x-ndjson",
        "Content-Length: " + bytes,
        "",
        "");
  }

  private static void close(List<RawConnection> connections) throws IOException {
    for (RawConnection connection : connections) {
      connection.close();
    }
  }

  private static double closedBecauseOf(String reason) {
    String series = CLOSED + "{reason=\"" + reason + "\"}";
    return target
        .logagg()
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static void awaitClosed(String reason, double atLeast) {
    Eventually.value(
        "connections closed because of " + reason,
        () -> closedBecauseOf(reason),
        closed -> closed >= atLeast);
  }

  /** Milliseconds that all but one in a hundred requests took at most. */
  private static long p99OfIngest(String app, int requests) {
    List<Long> tookMs = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      long start = System.nanoTime();
      target.api().ingestLines(List.of(Api.record(app, "n" + i)));
      tookMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
    Collections.sort(tookMs);
    return tookMs.get(requests * 99 / 100);
  }

  @Test
  void idleAndHalfSentOnesNeitherSlowOthersNorStay() throws IOException {
    assumeTrue(
        IDLE >= 200,
        () -> "NOT RUN: only " + OpenConnections.maxFiles() + " files may be open (ulimit -n)");
    long heapBefore = target.heapBytes();
    List<RawConnection> all = new ArrayList<>(connect(IDLE, ""));
    all.addAll(connect(100, "POST /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nConte"));
    all.addAll(connect(100, ingestHead("half", 1000) + "{\"message\""));
    long p99 = p99OfIngest("beside-idle", 300);
    long heapDuring = target.heapBytes();
    System.out.printf(
        "slow: %d connections held, ingest p99 %d ms, heap after GC %d -> %d MiB%n",
        all.size(), p99, heapBefore >> 20, heapDuring >> 20);
    // Which of the two timers sees a connection first that sends nothing at all is open.
    awaitFewOpen();
    close(all);
    assertTrue(p99 < MAX_P99_MS, "p99 " + p99 + " ms");
    assertTrue(heapDuring - heapBefore < MAX_HEAP_GROWTH_BYTES, "heap " + heapDuring);
    Eventually.value("all rows", () -> target.rowsOf("beside-idle"), rows -> rows == 300);
    assertEquals(List.of(), target.troubleInLog());
  }

  /** Some are of the tests' own client. */
  private static void awaitFewOpen() {
    Eventually.value("the end of idle connections", SlowClientsIT::openConnections, n -> n <= 4);
  }

  private static double openConnections() {
    return target
        .logagg()
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("vertx_http_server_active_connections"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void aByteEveryTenthOfASecondIsCutOff() throws IOException {
    double heads = closedBecauseOf("head");
    double bodies = closedBecauseOf("body");
    List<RawConnection> all = new ArrayList<>(connect(10, "POST /api/v1/ingest HTTP/1.1\r\nX: "));
    all.addAll(connect(10, ingestHead("drip", 100_000)));
    ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();
    try {
      ScheduledFuture<?> dripping =
          drip.scheduleAtFixedRate(
              () -> all.forEach(SlowClientsIT::drip), 0, 100, TimeUnit.MILLISECONDS);
      awaitClosed("head", heads + 10);
      awaitClosed("body", bodies + 10);
      assertFalse(dripping.isDone(), "it dripped to the end");
    } finally {
      drip.shutdownNow();
    }
    for (RawConnection connection : all) {
      assertTrue(isClosed(connection), "still open");
    }
    close(all);
  }

  private static void drip(RawConnection connection) {
    try {
      connection.socket().getOutputStream().write('x');
    } catch (IOException e) {
      return; // Cut off, as it should be.
    }
  }

  private static boolean isClosed(RawConnection connection) throws IOException {
    try {
      return connection.socket().getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // Reset.
    }
  }

  @Test
  void oneThatNeverReadsItsAnswersIsCutOffAndTheyDoNotPileUp() throws IOException {
    long heapBefore = target.heapBytes();
    String request = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    List<RawConnection> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      RawConnection connection = new RawConnection(target.port());
      connection.socket().setReceiveBufferSize(4096);
      all.add(connection);
      Thread writer = new Thread(() -> pipeline(connection, request, 2000), "never-reads-" + i);
      writer.setDaemon(true);
      writer.start();
    }
    long p99 = p99OfIngest("beside-deaf", 100);
    long heapDuring = target.heapBytes();
    // Those who send no more are met by the idle timeout first, which no metric counts.
    awaitFewOpen();
    close(all);
    System.out.printf(
        "slow: 5 clients that never read 2000 answers, ingest p99 %d ms, heap after GC %d -> %d MiB%n",
        p99, heapBefore >> 20, heapDuring >> 20);
    assertTrue(p99 < MAX_P99_MS, "p99 " + p99 + " ms");
    assertTrue(heapDuring - heapBefore < MAX_HEAP_GROWTH_BYTES, "heap " + heapDuring);
  }

  private static void pipeline(RawConnection connection, String request, int times) {
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    try {
      for (int i = 0; i < times; i++) {
        connection.socket().getOutputStream().write(bytes);
      }
    } catch (IOException e) {
      return; // Cut off, as it should be.
    }
  }

  @Test
  void oneConnectionTooManyIsClosedAndThoseThereGoOn() throws IOException {
    try (RawConnection there = new RawConnection(target.port())) {
      assertServed(there);
      double refused = closedBecauseOf("connections");
      List<RawConnection> all = new ArrayList<>();
      while (all.size() < MAX_CONNECTIONS) {
        assertServed(there); // It must not be idle for as long as this may take.
        all.addAll(connect(Math.min(200, MAX_CONNECTIONS - all.size()), ""));
      }
      // Several event loops take them, so that it need not be the very last.
      List<RawConnection> last = all.subList(MAX_CONNECTIONS - 20, MAX_CONNECTIONS);
      Eventually.value("the end of one", () -> isAnyClosed(last), closed -> closed);
      assertServed(there);
      close(all);
      Eventually.value("room again", SlowClientsIT::servesNewConnections, served -> served);
      awaitClosed("connections", refused + 1);
    }
  }

  private static boolean isAnyClosed(List<RawConnection> connections) {
    try {
      for (RawConnection connection : connections) {
        connection.socket().setSoTimeout(10);
        if (isClosed(connection)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertServed(RawConnection connection) throws IOException {
    RawRequest live =
        RawRequest.whole(
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", new byte[0], "GET");
    assertEquals(200, connection.exchange(live).answers().get(0).status());
  }

  private static boolean servesNewConnections() {
    RawRequest live =
        RawRequest.whole(
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", new byte[0], "GET");
    try (RawConnection connection = new RawConnection(target.port())) {
      return connection.exchange(live).answers().size() == 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
