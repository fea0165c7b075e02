package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.ApiKey.Draft;
import io.logagg.access.KeyLimits;
import io.logagg.access.KeyStore;
import io.logagg.access.Scope;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.record.AppAccess;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits of keys, held by two processes together. */
class RateLimitIT {
  private static final String ADMIN = "the-key-of-the-configuration-0123456789";
  private static final long SECOND = 1_000_000_000L;
  private static final int WINDOW_SECONDS = 10;
  private static final int BATCH = 200;

  private static final Vertx VERTX = Vertx.vertx();
  private static List<RunningLogagg> processes = List.of();
  private static Database database;
  private static KeyStore keys;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    Map<String, String> more =
        Map.of(
            "LOGAGG_AUTH_ENABLED",
            "true",
            "LOGAGG_AUTH_ADMIN_KEY",
            ADMIN,
            "LOGAGG_HTTP_PAUSE_TIMEOUT_MS",
            "3000");
    processes = List.of(RunningLogagg.fresh(servers, more), RunningLogagg.fresh(servers, more));
    database =
        Database.open(
            VERTX, new PostgresSettings(servers.postgresUrl(), 1, 5000, 5000, new Random(1)));
    Eventually.value(
        "PostgreSQL",
        () ->
            TestServers.await(
                database.ping(5000).transform(ping -> Future.succeededFuture(ping.succeeded()))),
        up -> up);
    keys = new KeyStore(database, new Random(2));
  }

  @AfterAll
  static void stop() {
    processes.forEach(RunningLogagg::close);
    TestServers.await(database.close());
    TestServers.await(VERTX.close());
  }

  /** A new key that both processes know. */
  private static String key(KeyLimits limits) {
    Draft draft = new Draft("limited", Set.of(Scope.INGEST), AppAccess.ALL, null, limits);
    String key = TestServers.await(keys.create(draft)).orElseThrow().secret();
    for (RunningLogagg process : processes) {
      Eventually.value("the key", () -> ingest(process, key, "").statusCode(), s -> s == 400);
    }
    return key;
  }

  private static String records(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Api.record("limits", "a message of some length, number " + i))
        .collect(Collectors.joining("\n"));
  }

  private static HttpResponse<String> send(
      RunningLogagg process, String path, String key, String body) {
    String type = path.equals("/api/v1/logs") ? Api.JSON : Api.NDJSON;
    return process.post(path, type, body, "X-API-Key", key);
  }

  private static HttpResponse<String> ingest(RunningLogagg process, String key, String body) {
    return send(process, "/api/v1/ingest", key, body);
  }

  private static long retryAfter(HttpResponse<?> answer) {
    return Long.parseLong(Api.header(answer, "Retry-After"));
  }

  private static void awaitSeconds(long seconds) {
    long start = System.nanoTime();
    Eventually.value(
        "the time", () -> System.nanoTime() - start, passed -> passed >= seconds * SECOND);
  }

  private static void awaitMore(AtomicLong counter) {
    long before = counter.get();
    Eventually.value("another", counter::get, count -> count > before);
  }

  /**
   * Two producers at each process send as soon as they may.
   *
   * @param isPatient whether they wait for as long as they are told to
   * @return how many records were taken per second, after the first burst
   */
  private static double measure(String key, boolean isPatient) throws InterruptedException {
    AtomicLong accepted = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    AtomicReference<String> unexpected = new AtomicReference<>("");
    AtomicBoolean done = new AtomicBoolean();
    List<Thread> producers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RunningLogagg process = processes.get(i % 2);
      Thread producer =
          new Thread(
              () -> {
                while (!done.get()) {
                  HttpResponse<String> answer = ingest(process, key, records(BATCH));
                  if (answer.statusCode() == 202) {
                    accepted.addAndGet(BATCH);
                  } else if (answer.statusCode() != 429) {
                    unexpected.set(answer.body());
                  } else {
                    refused.incrementAndGet();
                    long pause = isPatient ? retryAfter(answer) * SECOND : SECOND / 50;
                    LockSupport.parkNanos(pause);
                  }
                }
              });
      producers.add(producer);
      producer.start();
    }
    Eventually.value("the end of the burst", refused::get, count -> count > 0);
    awaitSeconds(2);
    // From one moment when nothing is left to another.
    awaitMore(refused);
    long before = accepted.get();
    long start = System.nanoTime();
    awaitSeconds(WINDOW_SECONDS);
    awaitMore(refused);
    double rate = (accepted.get() - before) / ((System.nanoTime() - start) / 1e9);
    done.set(true);
    for (Thread producer : producers) {
      producer.join();
    }
    assertEquals("", unexpected.get());
    return rate;
  }

  @Test
  void shouldHoldTheRateOfRecordsOnBothTogether() throws InterruptedException {
    double rate = measure(key(new KeyLimits(2000L, null)), false);
    System.out.printf("limit 2000 records/s on two processes: %.1f/s%n", rate);
    assertEquals(2000, rate, 100);
  }

  @Test
  void shouldHoldTheRateOfBytesOnBothTogether() throws InterruptedException {
    int bytes = records(BATCH).getBytes(StandardCharsets.UTF_8).length;
    double rate = measure(key(new KeyLimits(null, 150_000L)), false) / BATCH * bytes;
    System.out.printf("limit 150000 bytes/s on two processes: %.0f/s%n", rate);
    assertEquals(150_000, rate, 7_500);
  }

  @Test
  void shouldGiveThoseTheirRateWhoWaitAsTheyAreTold() throws InterruptedException {
    double rate = measure(key(new KeyLimits(2000L, null)), true);
    System.out.printf("limit 2000 records/s, waiting for Retry-After: %.1f/s%n", rate);
    assertEquals(2000, rate, 200);
  }

  @Test
  void shouldSayWhenToComeBackAndLeaveOthersAlone() {
    RunningLogagg process = processes.get(0);
    String key = key(new KeyLimits(100L, 1_000_000L));
    HttpResponse<String> first = send(process, "/api/v1/bulk_logs", key, records(500));
    assertEquals(500, Api.expect(201, first).path("inserted").asInt(), "more than the burst");
    assertEquals(
        "\"records\";q=100;qu=\"records\";w=1, \"bytes\";q=1000000;qu=\"content-bytes\";w=1",
        Api.header(first, "RateLimit-Policy"));
    String rest = Api.header(first, "RateLimit");
    assertTrue(rest.matches("\"records\";r=0;t=[234], \"bytes\";r=[0-9]+;t=1"), rest);

    HttpResponse<String> refused = ingest(process, key, records(1));
    JsonNode problem = Api.problem(429, refused);
    assertFalse(problem.has("enqueued"), refused.body());
    assertTrue(problem.path("type").asText().endsWith("#quota-exceeded"), refused.body());
    assertEquals("[\"records\"]", problem.path("violated-policies").toString());
    assertTrue(retryAfter(refused) >= 2, refused.body());
    assertTrue(Api.header(refused, "RateLimit").startsWith("\"records\";r=0;t="));

    HttpResponse<String> another = ingest(process, key(new KeyLimits(100L, null)), records(10));
    assertEquals(202, another.statusCode());
    HttpResponse<String> unlimited = ingest(process, key(KeyLimits.NONE), records(1000));
    assertEquals(202, unlimited.statusCode());
    assertEquals("", Api.header(unlimited, "RateLimit"));

    awaitSeconds(retryAfter(refused));
    assertEquals(202, ingest(process, key, records(1)).statusCode());
    String metrics = process.get("/metrics", "X-API-Key", ADMIN).body();
    assertTrue(metrics.contains("logagg_ratelimit_refused_requests_total{kind=\"records\"}"));
  }

  @Test
  void shouldTellTheOtherProcessOfADebt() {
    String key = key(new KeyLimits(10L, null));
    assertEquals(202, ingest(processes.get(1), key, records(1)).statusCode());
    HttpResponse<String> debt = send(processes.get(0), "/api/v1/bulk_logs", key, records(300));
    assertEquals(201, debt.statusCode());
    Eventually.value(
        "a refusal", () -> ingest(processes.get(1), key, records(1)).statusCode(), s -> s == 429);
  }

  @Test
  void shouldCountBadRecordsAndThoseThatGoStraightToPostgres() {
    RunningLogagg process = processes.get(0);
    String bad = key(new KeyLimits(1L, null));
    // All of it is taken, so there is nothing to wait for.
    assertEquals(400, ingest(process, bad, "{}\n".repeat(20)).statusCode());
    assertEquals(429, ingest(process, bad, records(1)).statusCode());

    String bulk = key(new KeyLimits(1L, null));
    HttpResponse<String> many = send(process, "/api/v1/bulk_logs", bulk, records(20));
    assertEquals(20, Api.expect(201, many).path("inserted").asInt());
    assertTrue(Api.header(many, "RateLimit").startsWith("\"records\";r=0;t="));
    HttpResponse<String> one = send(process, "/api/v1/logs", bulk, Api.record("limits", "x"));
    assertTrue(retryAfter(one) >= 2, one.body());
    Api.problem(429, one);

    String single = key(new KeyLimits(null, 2L));
    assertEquals(
        201, send(process, "/api/v1/logs", single, Api.record("limits", "x")).statusCode());
    assertEquals(429, send(process, "/api/v1/bulk_logs", single, records(1)).statusCode());
  }

  @Test
  void shouldNotCountRecordsThatAreRefusedAsAWhole() {
    RunningLogagg process = processes.get(0);
    String key = key(new KeyLimits(5L, null));
    String bad = records(20) + "\n{}";
    assertEquals(422, send(process, "/api/v1/bulk_logs", key, bad).statusCode());
    assertEquals(202, ingest(process, key, records(1)).statusCode());
  }

  @Test
  void shouldLetALargeRequestPassSlowly() {
    String body = records(3000);
    long start = System.nanoTime();
    HttpResponse<String> answer = ingest(processes.get(0), key(new KeyLimits(500L, null)), body);
    double seconds = (System.nanoTime() - start) / 1e9;
    assertEquals(3000, Api.expect(202, answer).path("enqueued").asInt());
    System.out.printf("3000 records at 500/s took %.1f s%n", seconds);
    // The first burst, and what is read at once, need not wait.
    assertTrue(seconds > 1.5 && seconds < 30, () -> seconds + " s");
  }

  @Test
  void shouldTellARequestUnderWayHowFarItCame() {
    HttpResponse<String> answer =
        ingest(processes.get(0), key(new KeyLimits(2L, null)), records(5000));
    JsonNode problem = Api.problem(429, answer);
    int taken = problem.path("enqueued").asInt();
    assertTrue(taken > 0 && taken < 5000, answer.body());
    assertEquals(taken, problem.path("resume_at").asInt());
    assertTrue(retryAfter(answer) >= 1, () -> "Retry-After: " + retryAfter(answer));
    assertTrue(Api.header(answer, "RateLimit").startsWith("\"records\";r=0;t="));
  }
}
