package io.logagg.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.WebhookReceiver;
import io.logagg.testing.WebhookReceiver.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each kind of rule fires and is resolved on real records, with two processes, of which the one
 * that evaluates is killed in between; each webhook arrives once, though its receiver is away for a
 * while.
 */
class AlertsKillIT {
  private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(240);

  private static final long APART_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** What each rule is resolved by is that nothing more comes; the absence, by what comes again. */
  private static final Map<String, String> RULES =
      Map.of(
          "many",
          "\"app\":\"many\",\"threshold\":4,\"window\":\"20s\",\"interval\":\"10s\",\"group_by\":\"app\"",
          "word",
          "\"q\":\"kaboom\",\"op\":\">=\",\"threshold\":1,\"window\":\"20s\",\"interval\":\"10s\",\"group_by\":\"service\"",
          "silence",
          "\"kind\":\"absence\",\"app\":\"beat\",\"group_by\":\"app\",\"window\":\"30s\",\"lookback\":\"1h\",\"interval\":\"10s\"",
          "new",
          "\"kind\":\"new_pattern\",\"app\":\"talk\",\"window\":\"2m\",\"lookback\":\"1h\",\"interval\":\"1m\"");

  private final Map<String, Integer> ids = new TreeMap<>();
  private long sentAt = System.nanoTime() - APART_NANOS - 1;
  private Path folder = Path.of("");
  private Servers servers;
  private WebhookReceiver receiver;
  private LogaggProcess one;
  private LogaggProcess other;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createTempDirectory("logagg-alerts");
    servers = Servers.start(folder.resolve("servers"));
    receiver = new WebhookReceiver();
    Map<String, String> environment = new HashMap<>(servers.environment());
    environment.put("LOGAGG_ALERTS_DELAY_MS", "4000");
    environment.put("LOGAGG_ALERTS_ALLOWED_HOSTS", "127.0.0.1");
    one = new LogaggProcess(folder.resolve("one"), environment);
    other = new LogaggProcess(folder.resolve("other"), environment);
    one.start();
    Eventually.value("ready", LONG_NANOS, one::isReady, ready -> ready);
    Eventually.value("its lease", LONG_NANOS, this::leases, held -> held == 1);
    other.start();
    Eventually.value("ready", LONG_NANOS, other::isReady, ready -> ready);
  }

  @AfterEach
  void stop() {
    for (LogaggProcess process : List.of(one, other)) {
      if (process.isAlive()) {
        process.kill();
      }
    }
    receiver.close();
    servers.close();
    TemporaryFolders.delete(folder);
  }

  private long number(String sql) {
    try (var connection = servers.postgres().connect();
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long leases() {
    return number("SELECT count(*) FROM leases WHERE name = 'alerts' AND expires_at > now()");
  }

  private long fence() {
    return number("SELECT fence FROM leases WHERE name = 'alerts'");
  }

  private static JsonNode ask(LogaggProcess process, String method, String path, String json) {
    SealHttp.Answer answer = new SealHttp(process.base()).sendUntilAnswered(method, path, json);
    assertTrue(answer.status() / 100 == 2, answer::toString);
    return Api.parse(answer.body());
  }

  private void send(LogaggProcess process, String app, String message, Instant time) {
    String record =
        "{\"app\":\"%s\",\"service\":\"s\",\"message\":\"%s\",\"timestamp\":\"%s\"}"
            .formatted(app, message, time);
    ask(process, "POST", "/api/v1/ingest?wait=stored", record);
  }

  /** Once in a while, however often it is asked. */
  private void sometimes(Runnable action) {
    if (System.nanoTime() - sentAt > APART_NANOS) {
      sentAt = System.nanoTime();
      action.run();
    }
  }

  private void makeRules() {
    ask(
        one,
        "POST",
        "/api/v1/alerts/receivers",
        "{\"name\":\"hook\",\"url\":\"%s/hook\"}".formatted(receiver.url()));
    RULES.forEach(
        (name, more) -> {
          String rule = "{\"name\":\"%s\",\"receivers\":[\"hook\"],%s}".formatted(name, more);
          ids.put(name, ask(other, "POST", "/api/v1/alerts", rule).path("id").asInt());
        });
  }

  /** What came of each rule: how it stood, in order. */
  private Map<String, List<String>> told() {
    Map<String, List<String>> told = new TreeMap<>();
    for (Request request : receiver.requests()) {
      for (JsonNode alert : request.json().path("alerts")) {
        told.computeIfAbsent(request.json().path("rule").asText(), name -> new ArrayList<>())
            .add(alert.path("status").asText());
      }
    }
    return told;
  }

  private static Map<String, List<String>> each(String... statuses) {
    Map<String, List<String>> all = new TreeMap<>();
    RULES.keySet().forEach(name -> all.put(name, List.of(statuses)));
    return all;
  }

  @Test
  void eachKindFiresAndIsResolvedOnceWhateverDies() {
    Instant past = Instant.now().minus(5, ChronoUnit.MINUTES);
    send(one, "beat", "beat", past);
    for (int i = 0; i < 5; i++) {
      send(one, "talk", "user " + i + " came", past);
    }
    makeRules();
    send(other, "talk", "disk is full", Instant.now());
    Eventually.value(
        "all fire",
        LONG_NANOS,
        () -> {
          sometimes(
              () -> {
                for (int i = 0; i < 5; i++) {
                  send(other, "many", "one of many", Instant.now());
                }
                send(other, "word", "kaboom", Instant.now());
              });
          return told();
        },
        each("firing")::equals);

    receiver.close();
    long fence = fence();
    one.kill();
    long killed = System.nanoTime();
    Eventually.value("the other has the lease", this::fence, now -> now == fence + 1);
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
    System.out.println("alerts: the other took over after " + tookMs + " ms");
    assertTrue(tookMs <= 11_000, () -> tookMs + " ms");

    Eventually.value(
        "a miss that is visible",
        LONG_NANOS,
        () -> {
          sometimes(() -> send(other, "beat", "beat", Instant.now()));
          return ask(other, "GET", "/api/v1/alerts/deliveries?state=waiting", "");
        },
        waiting ->
            StreamSupport.stream(waiting.spliterator(), false)
                .anyMatch(one -> one.path("error").asText().equals("no connection could be made")));
    List<Request> before = List.copyOf(receiver.requests());
    receiver = new WebhookReceiver(receiver.port());
    receiver.requests().addAll(before);
    Eventually.value(
        "all are resolved",
        LONG_NANOS,
        () -> {
          sometimes(() -> send(other, "beat", "beat", Instant.now()));
          return told();
        },
        each("firing", "resolved")::equals);
    assertEquals(
        receiver.requests().size(),
        receiver.requests().stream().map(Request::key).distinct().count());
    assertEquals(0, number("SELECT count(*) FROM alert_deliveries WHERE done_at IS NULL"));
    RULES.keySet().forEach(this::comparePreview);
  }

  /** What a preview says of the same time, by one who has no part in it. */
  private void comparePreview(String name) {
    JsonNode rule = ask(other, "GET", "/api/v1/alerts/" + ids.get(name), "");
    String until = rule.path("evaluated_at").asText();
    String asked =
        "{%s,\"since\":\"%s\",\"until\":\"%s\"}"
            .formatted(RULES.get(name), rule.path("created_at").asText(), until);
    JsonNode preview = ask(other, "POST", "/api/v1/alerts/preview", asked);
    JsonNode history = ask(other, "GET", "/api/v1/alerts/%d/history".formatted(ids.get(name)), "");
    List<String> happened = new ArrayList<>();
    history.forEach(one -> happened.add(0, one.path("at").asText() + one.path("phase").asText()));
    List<String> previewed = new ArrayList<>();
    preview
        .path("transitions")
        .forEach(one -> previewed.add(one.path("at").asText() + one.path("phase").asText()));
    assertEquals(happened, previewed, name);
    assertEquals(2, happened.size(), name);
  }
}
