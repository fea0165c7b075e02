package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.KeyLimits;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final int WINDOW_SECONDS = 5;
  private static final int BATCH = 50;

  private static List<RunningLogagg> processes = List.of();
  private static TestKeys keys;

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
    keys = TestKeys.open(servers);
  }

  @AfterAll
  static void stop() {
    processes.forEach(RunningLogagg::close);
    keys.close();
  }

  /** A new key that both processes know. */
  private static String key(KeyLimits limits) {
    String key = keys.key(Scope.INGEST, limits);
    processes.forEach(process -> TestKeys.known(process, key));
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

  /** Two at each process, which send as soon as they may, until they are closed. */
  private static final class Producers implements AutoCloseable {
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicReference<String> unexpected = new AtomicReference<>("");
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    Producers(String key, boolean isPatient) {
      for (int i = 0; i < 4; i++) {
        RunningLogagg process = processes.get(i % 2);
        threads.add(new Thread(() -> produce(process, key, isPatient), "producer"));
      }
      threads.forEach(Thread::start);
    }

    private void produce(RunningLogagg process, String key, boolean isPatient) {
      try {
        while (!done.get()) {
          HttpResponse<String> answer = ingest(process, key, records(BATCH));
          if (answer.statusCode() == 202) {
            accepted.addAndGet(BATCH);
          } else if (answer.statusCode() != 429) {
            unexpected.set(answer.body());
          } else {
            refused.incrementAndGet();
            LockSupport.parkNanos(isPatient ? retryAfter(answer) * SECOND : SECOND / 50);
          }
        }
      } catch (RuntimeException e) {
        unexpected.set(e.toString());
      }
    }

    /** Waits for a moment when nothing is left. */
    void awaitRefusal() {
      long before = refused.get();
      Eventually.value("a refusal", refused::get, count -> count > before);
    }

    long accepted() {
      return accepted.get();
    }

    String unexpected() {
      return unexpected.get();
    }

    @Override
    public void close() {
      done.set(true);
      try {
        for (Thread thread : threads) {
          thread.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * How many records of producers are taken per second, after the first burst.
   *
   * @param isPatient whether they wait for as long as they are told to
   */
  private static double measure(String key, boolean isPatient) {
    Producers producers = new Producers(key, isPatient);
    double rate;
    try (producers) {
      producers.awaitRefusal(); // The end of the burst.
      awaitSeconds(2);
      producers.awaitRefusal();
      long before = producers.accepted();
      long start = System.nanoTime();
      awaitSeconds(WINDOW_SECONDS);
      producers.awaitRefusal();
      rate = (producers.accepted() - before) / ((System.nanoTime() - start) / 1e9);
    } finally {
      assertEquals("", producers.unexpected());
    }
    return rate;
  }

  /** No more than that; how close they come from below is a matter of the machine, too. */
  private static void assertHolds(double limit, double tolerance, double rate) {
    assertTrue(rate <= limit * (1 + tolerance), () -> rate + " is above " + limit);
    assertTrue(rate >= limit / 2, () -> rate + " is far below " + limit);
  }

  @Test
  void shouldHoldTheRateOfRecordsOnBothTogether() {
    double rate = measure(key(new KeyLimits(2000L, null)), false);
    System.out.printf("limit 2000 records/s on two processes: %.1f/s%n", rate);
    assertHolds(2000, 0.05, rate);
  }

  @Test
  void shouldHoldTheRateOfBytesOnBothTogether() {
    int bytes = records(BATCH).getBytes(StandardCharsets.UTF_8).length;
    double rate = measure(key(new KeyLimits(null, 150_000L)), false) / BATCH * bytes;
    System.out.printf("limit 150000 bytes/s on two processes: %.0f/s%n", rate);
    assertHolds(150_000, 0.05, rate);
  }

  @Test
  void shouldGiveThoseTheirRateWhoWaitAsTheyAreTold() {
    double rate = measure(key(new KeyLimits(2000L, null)), true);
    System.out.printf("limit 2000 records/s, waiting for Retry-After: %.1f/s%n", rate);
    assertHolds(2000, 0.1, rate);
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
    Scrape seen = Scrape.of(process, "X-API-Key", ADMIN);
    assertTrue(seen.sum("logagg_ratelimit_refused_requests_total", "kind", "records") >= 1);
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
    String key = key(new KeyLimits(500L, null));
    long start = System.nanoTime();
    HttpResponse<String> answer = ingest(processes.get(0), key, body);
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
