package io.logagg.it.agents;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FaultyFront;
import io.logagg.testing.FaultyFront.Death;
import io.logagg.testing.FaultyFront.Fault;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients of several protocols at once, each before a server that answers 429, then 503, then dies
 * while a request of each is with it, is away, and is started again on the same PostgreSQL and
 * Redis.
 */
class AgentsRestartIT {
  private static final int COUNT = 250;

  @TempDir private Path folder = Path.of("");
  private final List<Client> clients = new ArrayList<>();
  private final List<FaultyFront> fronts = new ArrayList<>();
  private final List<RunningLogagg> started = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Map<String, String> environment = Map.of();
  private RedisProcess redis;

  /** Something that sends numbered records. */
  private interface Sending {
    /** Starts it; it has sent all once what this answers is done. */
    CompletableFuture<Void> start(FaultyFront front);
  }

  /**
   * One of them.
   *
   * @param word what stands before the numbers in its messages
   * @param heedsStatus whether it sends again what is answered 429 or 503 by others than logagg
   */
  private record Client(String app, String word, boolean heedsStatus, Sending sending) {
    List<String> messages() {
      return IntStream.range(0, COUNT).mapToObj(i -> word + i).toList();
    }
  }

  @BeforeEach
  void start(TestReporter reporter) throws IOException {
    redis = RedisProcess.in(Files.createDirectory(folder.resolve("redis")));
    redis.start();
    environment =
        Map.of(
            "DATABASE_URL", TestServers.reset().postgresUrl(),
            "REDIS_URL", redis.url(),
            "LOGAGG_CONSUMER_CLAIM_IDLE_MS", "1000");
    add("otlp", "m", true, this::otlp, true, reporter);
    add("loki4j", "m", true, this::loki4j, Loki4j.isThere(), reporter);
    add("elastic", "message ", true, this::elastic, true, reporter);
    boolean hasRsyslog = ClientProgram.isInstalled("rsyslogd");
    add("rsyslog", "message ", false, this::rsyslog, hasRsyslog, reporter);
    boolean hasSyslogNg = SyslogSenders.hasSyslogNg();
    add("syslog-ng", "message ", true, this::syslogNg, hasSyslogNg, reporter);
  }

  private void add(
      String app,
      String word,
      boolean heedsStatus,
      Sending sending,
      boolean isThere,
      TestReporter reporter) {
    if (isThere) {
      clients.add(new Client(app, word, heedsStatus, sending));
    } else {
      reporter.publishEntry("not installed, not run", app);
    }
  }

  @AfterEach
  void stop() {
    fronts.forEach(FaultyFront::close);
    started.forEach(RunningLogagg::close);
    redis.close();
    threads.shutdownNow();
  }

  private RunningLogagg launch(String name) throws IOException {
    RunningLogagg logagg =
        RunningLogagg.start(Files.createDirectory(folder.resolve(name)), environment);
    started.add(logagg);
    return logagg.awaitRedis();
  }

  private CompletableFuture<Void> otlp(FaultyFront front) {
    return CompletableFuture.runAsync(
        () -> {
          try (SdkLoggerProvider provider = OtlpSdk.patient(front.url(), "otlp")) {
            Logger logger = provider.get("restart");
            IntStream.range(0, COUNT)
                .forEach(i -> logger.logRecordBuilder().setBody("m" + i).emit());
            assertTrue(provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess());
          }
        },
        threads);
  }

  private CompletableFuture<Void> loki4j(FaultyFront front) {
    ClientProgram program =
        Loki4j.start(folder.resolve("loki4j.log"), front.url(), "loki4j", true, COUNT, 1500);
    return CompletableFuture.runAsync(
        () -> {
          try (program) {
            program.awaitEnd(60);
          }
        },
        threads);
  }

  private CompletableFuture<Void> elastic(FaultyFront front) {
    return CompletableFuture.runAsync(
        () -> {
          try (ElasticsearchClient client = ElasticJavaClient.open(front.url(), "any")) {
            assertFalse(ElasticJavaClient.ingest(client, "elastic", COUNT).failures.isEmpty());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        threads);
  }

  private CompletableFuture<Void> rsyslog(FaultyFront front) {
    int input = FreePorts.next();
    return relayed(
        SyslogSenders.rsyslog(folder, input, front.port(), "rsyslog-2026.11.28", "any"),
        input,
        "rsyslog");
  }

  private CompletableFuture<Void> syslogNg(FaultyFront front) {
    int input = FreePorts.next();
    return relayed(
        SyslogSenders.syslogNg(folder, input, SyslogSenders.byHttp(front.url())),
        input,
        "syslog-ng");
  }

  /** It runs on until its records are there, since at its end it may leave some behind. */
  private CompletableFuture<Void> relayed(ClientProgram program, int input, String app) {
    String head = "<11>1 2026-01-02T03:04:05.123456Z web1 " + app + " 77 ID9 - message ";
    ClientProgram.log(input, IntStream.range(0, COUNT).mapToObj(i -> head + i).toList());
    return CompletableFuture.runAsync(
        () -> {
          try (program) {
            Eventually.value(
                "the records of " + app,
                TimeUnit.SECONDS.toNanos(60),
                () -> started.size() < 2 ? 0 : new Api(started.get(1)).total("?app=" + app),
                total -> total >= COUNT);
          }
        },
        threads);
  }

  private FaultyFront front(Client client, RunningLogagg logagg, Death death, Fault way) {
    Predicate<String> paths = path -> path.matches(".*/(ingest|push|_bulk|v1/logs)");
    Fault[] faults =
        client.heedsStatus()
            ? new Fault[] {Fault.TOO_MANY, Fault.UNAVAILABLE, way}
            : new Fault[] {way};
    FaultyFront front = FaultyFront.dying(logagg, death, paths, faults);
    fronts.add(front);
    return front;
  }

  @ParameterizedTest
  @EnumSource(names = {"DEATH_UNDER_WAY", "DEATH_BEFORE_ANSWER"})
  void clientsLoseAndDoubleNothingWhenItIsKilledAndStartedAgain(Fault way) throws Exception {
    RunningLogagg killed = launch("killed");
    Death death = new Death(killed, clients.size());
    List<CompletableFuture<Void>> sent =
        clients.stream()
            .map(client -> client.sending().start(front(client, killed, death, way)))
            .toList();
    assertTrue(killed.process().waitFor(120, TimeUnit.SECONDS), this::seen);

    RunningLogagg again = launch("again");
    for (FaultyFront front : fronts) {
      Eventually.value("no connection", front::seen, AgentsRestartIT::hasFoundNobody);
      front.moveTo(again);
    }
    for (CompletableFuture<Void> each : sent) {
      each.get(60, TimeUnit.SECONDS);
    }
    Eventually.value(
        "an empty stream", () -> String.valueOf(redis.call("XLEN", "logs:stream")), "0"::equals);
    Api api = new Api(again);
    assertAll(clients.stream().map(client -> () -> assertArrived(api, client)));
  }

  /** What became of their requests. */
  private String seen() {
    return String.join(
        "\n",
        IntStream.range(0, fronts.size())
            .mapToObj(i -> clients.get(i).app() + ": " + fronts.get(i).seen())
            .toList());
  }

  private static boolean hasFoundNobody(List<String> seen) {
    return seen.stream().anyMatch(what -> what.contains("ConnectException"));
  }

  private void assertArrived(Api api, Client client) {
    assertEquals(
        client.messages().stream().sorted().toList(),
        api.messages(client.app()),
        () -> client.app() + ", of\n" + seen());
    assertEquals(COUNT, api.total("?app=" + client.app()));
  }
}
