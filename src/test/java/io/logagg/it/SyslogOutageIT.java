package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TemporaryFolders;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What comes by syslog while it cannot be handed over waits, in logagg and with its senders. */
class SyslogOutageIT {
  /** More than logagg and all buffers of a connection hold. */
  private static final int LINES = 13_000;

  private static final int LINE_BYTES = 3000;

  /** A 16th of its memory, and what comes with the chunk that goes beyond it. */
  private static final int HELD_BYTES = 17 << 20;

  private static final String READ = "logagg_ingest_bytes_total";

  private static Path folder = Path.of("");
  private static RedisProcess redis;
  private static int postgresPort;
  private static EmbeddedServers postgres;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory("logagg-syslog-outage");
    redis = RedisProcess.in(Files.createDirectory(folder.resolve("redis")));
    redis.start();
    postgresPort = FreePorts.next();
    startPostgres();
  }

  private static void startPostgres() {
    postgres =
        new EmbeddedServers(
            new EmbeddedOptions(folder.resolve("postgres"), true, false, postgresPort, 0));
    try {
      postgres.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void stop() {
    redis.close();
    postgres.close();
    TemporaryFolders.delete(folder);
  }

  /** One that listens at the port, over TCP and UDP; at none for 0. */
  private static RunningLogagg logagg(String name, int port, Map<String, String> more)
      throws IOException {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("DATABASE_URL", postgres.postgresUrl().orElseThrow());
    environment.put("REDIS_URL", redis.url());
    environment.put("LOGAGG_HTTP_INSTANCES", "1");
    environment.put("LOGAGG_SYSLOG_TCP_PORT", "" + port);
    environment.put("LOGAGG_SYSLOG_UDP_PORT", "" + port);
    return RunningLogagg.start(Files.createDirectory(folder.resolve(name)), environment);
  }

  /** Sends all lines; done when the last one is on its way. */
  private static CompletableFuture<Void> send(int port, String app) {
    return CompletableFuture.runAsync(
        () -> {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            for (int i = 0; i < LINES; i++) {
              String head = "<13>1 - h " + app + " - - - message " + i + " ";
              String line = head + "x".repeat(LINE_BYTES - head.length()) + "\n";
              socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static double read(RunningLogagg logagg) {
    return Scrape.of(logagg).sum(READ, "protocol", "syslog", "outcome", "ok");
  }

  /** The sender waits, since nothing more is read from it. */
  private static void assertHeldBack(
      RunningLogagg logagg, CompletableFuture<Void> sender, int maxBytes) {
    assertTrue(maxBytes < LINES * LINE_BYTES);
    double[] before = {-1};
    double read =
        Eventually.value(
            "a sender that waits",
            () -> read(logagg),
            now -> {
              boolean same = now == before[0];
              before[0] = now;
              return same;
            });
    assertTrue(read <= maxBytes, "read " + read);
    assertTrue(!sender.isDone(), sender::toString);
  }

  private static void assertStored(RunningLogagg logagg, String app) {
    Api api = new Api(logagg);
    api.awaitTotal("?app=" + app, LINES);
    assertEquals(1, api.total("?app=" + app + "&q=" + Api.encode("\"message 0 \"")));
    assertEquals(
        1, api.total("?app=" + app + "&q=" + Api.encode("\"message " + (LINES - 1) + " \"")));
    assertEquals(List.of(), api.deadLetters());
  }

  @Test
  void shouldLoseNothingOfAConnectionWhileBothServersAreAway() throws Exception {
    int port = FreePorts.next();
    try (RunningLogagg logagg = logagg("both", port, Map.of())) {
      redis.kill();
      postgres.close();
      CompletableFuture<Void> sender = send(port, "both");
      Eventually.value(
          "datagrams that are dropped, since no more is read",
          () -> {
            sendDatagram(port);
            return Scrape.of(logagg)
                .sum(
                    "logagg_listen_dropped_datagrams_total",
                    "protocol",
                    "syslog",
                    "reason",
                    "full");
          },
          dropped -> dropped > 0);
      assertHeldBack(logagg, sender, HELD_BYTES);
      assertTrue(Scrape.of(logagg).sum(READ, "outcome", "unavailable") > 0);
      assertTrue(Scrape.of(logagg).sum("logagg_retries_total", "role", "listen") > 0);
      startPostgres();
      redis.start();
      sender.get(60, TimeUnit.SECONDS);
      assertStored(logagg, "both");
    }
  }

  private static void sendDatagram(int port) {
    byte[] bytes = "<13>1 - h datagrams - - - one".getBytes(StandardCharsets.UTF_8);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(
          new DatagramPacket(
              bytes, bytes.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldReadNoFurtherThanTheStreamHasRoom() throws Exception {
    int port = FreePorts.next();
    int mark = 1000;
    Map<String, String> full =
        Map.of("LOGAGG_CONSUMER_INSTANCES", "0", "LOGAGG_STREAM_MAX_PENDING_RECORDS", "" + mark);
    try (RunningLogagg intake = logagg("intake", port, full)) {
      CompletableFuture<Void> sender = send(port, "room");
      Eventually.value(
          "a stream that is over its mark",
          () -> Scrape.of(intake).sum("logagg_ingest_records_total", "protocol", "syslog"),
          records -> records >= mark);
      assertHeldBack(intake, sender, mark * LINE_BYTES + HELD_BYTES);
      try (RunningLogagg worker = logagg("worker", 0, Map.of())) {
        sender.get(60, TimeUnit.SECONDS);
        assertStored(worker, "room");
      }
    }
  }

  /** As many as fit; the others' messages are taken all the same. */
  @Test
  void shouldCloseWhoHoldsTooMuchOfMessagesWithoutAnEnd() throws Exception {
    int port = FreePorts.next();
    List<Socket> sockets = new ArrayList<>();
    byte[] begun =
        ("<13>1 - h begun - - - " + "x".repeat(900_000)).getBytes(StandardCharsets.UTF_8);
    try (RunningLogagg logagg = logagg("unfinished", port, Map.of())) {
      for (int i = 0; i < 30; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(begun, 0, 500_000);
        out.flush();
      }
      int refused = 0;
      for (Socket socket : sockets) {
        try {
          socket.getOutputStream().write(begun, 500_000, 400_000);
        } catch (IOException e) {
          refused++; // It may be closed by now.
        }
      }
      double all =
          Eventually.value(
              "connections that are closed",
              () ->
                  Scrape.of(logagg)
                      .sum("logagg_listen_closed_connections_total", "reason", "unfinished"),
              closed -> closed > 0);
      assertTrue(refused <= all && all < sockets.size(), refused + " of " + all);
      try (Socket other = new Socket(InetAddress.getLoopbackAddress(), port)) {
        other
            .getOutputStream()
            .write("<13>1 - h whole - - - taken\n".getBytes(StandardCharsets.UTF_8));
        new Api(logagg).awaitMessages("whole", List.of("taken"));
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
