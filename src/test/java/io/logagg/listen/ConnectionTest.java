package io.logagg.listen;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.Bus;
import io.logagg.bus.DeadLetters;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.protocol.RecordRules;
import io.logagg.protocol.redact.BuiltinRule;
import io.logagg.protocol.redact.Redaction;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.Stamper;
import io.logagg.record.TimeWindow;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.SafeKeeping;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamNames;
import io.logagg.stream.StreamRoom;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.OnContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On real sockets, with Redis away, and a persistence and a room that do as the test says. */
final class ConnectionTest {
  private final Vertx vertx = Vertx.vertx();
  private final OnContext context = new OnContext(vertx);
  private final List<String> stored = new CopyOnWriteArrayList<>();
  private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger fed = new AtomicInteger();
  private final ListenMeters meters =
      new ListenMeters(new Metrics(), "gelf", 1, new AtomicInteger());
  private Function<Intake, Frames> frames = intake -> new GelfProtocol(10_000).frames(intake);
  private Collector collector;
  private NetServer server;
  private volatile boolean low;

  @BeforeEach
  void open() {
    Bus.register(vertx);
    Bus bus = Bus.of(vertx, 10_000);
    bus.serve(
        Persistence.WRITE,
        request -> {
          request
              .deliveries()
              .forEach(each -> each.batch().records().forEach(r -> stored.add(r.message())));
          return Future.succeededFuture(new WriteOutcome(1, 0, List.of()));
        });
    bus.serve(Persistence.KEEP_DEAD_LETTERS, this::keep);
    RedisSettings away =
        new RedisSettings("redis://127.0.0.1:" + FreePorts.next(), 2000, new Random(1));
    collector =
        context.get(
            () -> {
              StreamAppender stream =
                  StreamAppender.open(vertx, away, new StreamNames("s", "g", "d"));
              return new Collector(
                  vertx,
                  new SafeKeeping(stream, bus, false, SafeKeeping.Watch.NONE),
                  new StreamRoom(vertx, stream, new StreamRoom.Limits(() -> low, 1000, 1000)),
                  new Collector.Limits(100, 1 << 20),
                  new Random(1),
                  meters);
            });
    server =
        context.await(
            () -> vertx.createNetServer().connectHandler(this::opened).listen(0, "127.0.0.1"));
  }

  private Future<Integer> keep(DeadLetters kept) {
    letters.addAll(kept.letters());
    return Future.succeededFuture(kept.letters().size());
  }

  private void opened(NetSocket socket) {
    Redaction redaction = new Redaction(List.of(BuiltinRule.EMAIL.rule()), List.of());
    RecordRules rules =
        new RecordRules(RecordRules.NONE.names(), Defaults.NONE, Map.of(), List.of(), redaction);
    Intake intake =
        new Intake(
            collector,
            new JsonRecordDecoder(new TimeWindow(0, 2), rules),
            new Stamper(InstantSource.system(), new Random(1)),
            "app",
            "gelf:tcp");
    new Connection(
        vertx,
        socket,
        counted(frames.apply(intake)),
        intake,
        collector,
        meters,
        more -> held.addAndGet(more) < 1 << 20,
        ended::incrementAndGet);
    opened.incrementAndGet();
  }

  private Frames counted(Frames all) {
    return new Frames() {
      @Override
      public void feed(byte[] bytes, int from, int to) throws FramingException {
        fed.addAndGet(to - from);
        all.feed(bytes, from, to);
      }

      @Override
      public void expire() {
        all.expire();
      }

      @Override
      public void flush() {
        all.flush();
      }

      @Override
      public void end() throws FramingException {
        all.end();
      }

      @Override
      public int heldBytes() {
        return all.heldBytes();
      }

      @Override
      public byte[] unfinished() {
        return all.unfinished();
      }
    };
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Socket connect(String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private static String message(String text) {
    return "{\"version\":\"1.1\",\"host\":\"h\",\"short_message\":\"" + text + "\"}\0";
  }

  private static void passMs(long ms) {
    long enough = System.nanoTime() + ms * 1_000_000;
    Eventually.value("time that passes", System::nanoTime, now -> now > enough);
  }

  private static void awaitOne(AtomicInteger count) {
    Eventually.value("one", count::get, n -> n == 1);
  }

  @Test
  void shouldReadNothingWhileThereIsNoRoom() throws IOException {
    low = true;
    try (Socket socket = connect(message("one"))) {
      awaitOne(opened);
      passMs(300);
      assertEquals(0, fed.get());
      low = false;
      Eventually.value("the record", () -> stored, List.of("one")::equals);
      assertTrue(socket.isConnected());
      assertEquals(0, ended.get());
    }
  }

  @Test
  void shouldEndWhenTheSenderLeavesThoughThereIsNoRoom() throws IOException {
    low = true;
    connect(message("one")).close();
    awaitOne(ended);
    assertEquals(List.of(), stored);
    low = false;
    Eventually.value("the record", () -> stored, List.of("one")::equals);
  }

  @Test
  void shouldEndAndKeepTheRestThoughReadingItFails() throws IOException {
    frames =
        intake ->
            new Frames() {
              private int size;

              @Override
              public void feed(byte[] bytes, int from, int to) {
                size += to - from;
              }

              @Override
              public void expire() {}

              @Override
              public void flush() {}

              @Override
              public void end() {
                throw new IllegalStateException("says the test");
              }

              @Override
              public int heldBytes() {
                return size;
              }

              @Override
              public byte[] unfinished() {
                return "x".repeat(300).getBytes(StandardCharsets.UTF_8);
              }
            };
    try (Socket socket = connect("some text")) {
      Eventually.value("what is held", held::get, bytes -> bytes == 9);
      assertTrue(socket.isConnected());
    }
    awaitOne(ended);
    assertEquals(0, held.get());
    Eventually.value("the dead letter", letters::size, count -> count == 1);
    assertEquals("x".repeat(300 - 256), letters.get(0).payload(), "it counts as cut");
  }

  @Test
  void shouldTakeWhatTheEndCutsOffForCut() throws IOException {
    String whole = message("one@example.com " + "x".repeat(300) + " two@exa");
    connect(whole.substring(0, whole.length() - 3)).close();
    Eventually.value("the dead letter", letters::size, count -> count == 1);
    String kept = letters.get(0).payload();
    assertTrue(kept.contains("[redacted:email]") && !kept.contains("two"), kept);
  }

  @Test
  void shouldReadAllThatWasSentBeforeTheEndThoughThereIsNoRoomForAWhile() throws IOException {
    low = true;
    try (Socket socket = connect(message("one"))) {
      awaitOne(opened);
      Future<Void> shutdown = server.shutdown(20, TimeUnit.SECONDS);
      passMs(800);
      assertEquals(0, ended.get());
      low = false;
      Eventually.value("the record", () -> stored, List.of("one")::equals);
      await(shutdown);
      assertEquals(1, ended.get());
      assertEquals(-1, socket.getInputStream().read());
    }
  }
}
