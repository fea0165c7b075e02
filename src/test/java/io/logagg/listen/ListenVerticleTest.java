package io.logagg.listen;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.Bus;
import io.logagg.config.SyslogConfig;
import io.logagg.protocol.RecordRules;
import io.logagg.record.Stamper;
import io.logagg.record.TimeWindow;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.StreamNames;
import io.logagg.stream.StreamRoom;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With Redis and persistence away. */
final class ListenVerticleTest {
  /** Less than ten groups that are joined take, more than ten records do. */
  private static final int MAX_BYTES = 2000;

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics();
  private final int port = FreePorts.next();

  @BeforeEach
  void deploy() {
    Bus.register(vertx);
    Stamper stamper = new Stamper(InstantSource.system(), new Random(1));
    ListenOptions options =
        new ListenOptions(
            new RedisSettings("redis://127.0.0.1:" + FreePorts.next(), 2000, new Random(1)),
            new StreamNames("s", "g", "d"),
            stamper,
            new TimeWindow(0, 2),
            RecordRules.NONE,
            Optional.empty(),
            new StreamRoom.Limits(() -> false, 1000, 1000),
            100,
            1000,
            MAX_BYTES,
            100);
    SyslogConfig syslog = new SyslogConfig("127.0.0.1", 0, port, 0, "syslog", null, true, 10);
    await(
        vertx.deployVerticle(
            new ListenVerticle(Listening.syslog(syslog, 10_000, stamper, metrics), options)));
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private double bytes(String outcome) {
    return metrics.ingestBytes().of("syslog", outcome).count();
  }

  @Test
  void shouldDropDatagramsWhileTooMuchIsJoined() throws IOException {
    int length = 0;
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 10; i++) {
        byte[] bytes = ("<13>1 - h" + i + " a - - - m").getBytes(StandardCharsets.UTF_8);
        length = bytes.length;
        socket.send(new DatagramPacket(bytes, length, InetAddress.getLoopbackAddress(), port));
      }
    }
    int all = 10 * length;
    double dropped =
        Eventually.value(
            "all datagrams",
            () -> bytes("ok") + bytes("unavailable") == all ? bytes("unavailable") : -1,
            count -> count >= 0);
    assertTrue(dropped > 0 && dropped < all, "dropped " + dropped);
  }
}
