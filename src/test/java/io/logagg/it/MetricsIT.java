package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.protocol.otlp.OtlpBodies;
import io.logagg.testing.Api;
import io.logagg.testing.EventStream;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.MetricsPage;
import io.logagg.testing.MetricsPage.Metric;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.Scrape.Sample;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether docs/metrics.md has all metrics that there are, and no others. */
class MetricsIT {
  private static final List<String> QUERIES =
      List.of(
          "/api/v1/logs",
          "/api/v1/logs/filter/",
          "/api/v1/stats",
          "/api/v1/stats/histogram",
          "/api/v1/stats/top?field=level",
          "/api/v1/stats/facets?fields=level",
          "/api/v1/stats/timeseries?field=metadata_.n",
          "/api/v1/stats/compare?field=level&since=1h",
          "/api/v1/stats/patterns",
          "/api/v1/fields",
          "/api/v1/apps",
          "/api/v1/saved",
          "/api/v1/keys",
          "/api/v1/dlq",
          "/api/v1/dlq/stats",
          "/api/v1/storage",
          "/api/v1/alerts");

  /**
   * Of what is off here; SyslogIT, TlsIT, KeysIT, RateLimitIT, TracesIT, OwnLogsIT and RedactionIT
   * look at them.
   */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "logagg_listen_open_connections",
          "logagg_listen_limit_connections",
          "logagg_listen_closed_connections_total",
          "logagg_listen_dropped_datagrams_total",
          "logagg_tls_reloads_total",
          "logagg_tls_certificate_expiry_timestamp_seconds",
          "logagg_auth_keys",
          "logagg_auth_refused_requests_total",
          "logagg_ratelimit_refused_requests_total",
          "logagg_redactions_total",
          "logagg_traces_export_failures_total",
          "logagg_traces_spans_exported_total",
          "logagg_own_logs_stored_total",
          "logagg_own_logs_dropped_total",
          "logagg_own_logs_failures_total");

  private static final Set<String> SUFFIXES = Set.of("_bucket", "_count", "_sum", "_max");

  private final int port = FreePorts.next();
  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path folder = Path.of("");

  private HttpResponse<String> atPort(String method, String path) {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      return client.send(
          HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Scrape scrape() {
    HttpResponse<String> answer = atPort("GET", "/metrics");
    assertEquals(200, answer.statusCode(), answer::body);
    return Scrape.of(answer.body());
  }

  private Scrape scrapeWith(String name, String... labels) {
    return Eventually.value(
        name + List.of(labels), this::scrape, seen -> seen.sum(name, labels) > 0);
  }

  @Test
  void shouldDocumentExactlyTheMetricsThatThereAre() throws IOException {
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            TestServers.reset().postgresUrl(),
            "LOGAGG_METRICS_PORT",
            String.valueOf(port),
            "LOGAGG_HTTP_MAX_TAILS",
            "1",
            "LOGAGG_HTTP_MAX_CONNECTIONS",
            "16");
    // With an embedded Redis: only embedded servers have a disk to look at.
    try (RunningLogagg server = RunningLogagg.start(folder, environment)) {
      ingest(server, new Api(server));
      read(server, new Api(server));
      follow(server);
      crowd(server);
      scrapeWith("logagg_dlq_letters");
      scrapeWith("logagg_logs_partitions");
      Scrape all = scrapeWith("logagg_http_closed_connections_total");
      assertEquals(List.of(), differences(all));
      assertEquals(
          MetricsPage.values("logagg_query_duration_seconds", "kind"),
          all.samples().stream()
              .filter(sample -> sample.name().equals("logagg_query_duration_seconds_count"))
              .filter(sample -> sample.labels().get("outcome").equals("ok"))
              .map(sample -> sample.labels().get("kind"))
              .collect(Collectors.toSet()),
          "each kind of query was asked, and measured as such");
      Eventually.value("room", this::scrape, seen -> seen.sum("logagg_http_open_connections") < 10);
      Scrape atApi = Scrape.of(server);
      assertEquals(all.types().keySet(), atApi.types().keySet());
    }
  }

  private void ingest(RunningLogagg server, Api api) {
    api.ingestLines(List.of(Api.record("shop", "one"), "bad"));
    String record = Api.record("shop", "two");
    Api.expect(202, server.post("/api/v1/ingest?wait=stored", Api.JSON, record));
    for (int i = 0; i < 2; i++) {
      Api.expect(202, server.post("/api/v1/ingest", Api.JSON, record, "Idempotency-Key", "k"));
    }
    Api.problem(415, server.post("/api/v1/ingest", "text/html", record));
    Api.expect(201, server.post("/api/v1/logs", Api.JSON, record));
    Api.problem(422, server.post("/api/v1/logs", Api.JSON, "{\"app\":\"shop\"}"));
    Api.expect(201, server.post("/api/v1/bulk_logs", Api.NDJSON, record + "\n" + record));
    Api.problem(422, server.post("/api/v1/bulk_logs", Api.NDJSON, record + "\nbad"));
    api.awaitTotal("", 6);
    api.awaitDeadLetters(List.of("bad"));
    Api.expect(200, server.post("/api/v1/dlq/replay", Api.JSON, ""));
    Scrape seen = scrapeWith("logagg_dlq_replayed_letters_total", "outcome", "failed");
    String records = "logagg_ingest_records_total";
    assertEquals(1, seen.sum(records, "protocol", "ndjson", "outcome", "accepted"));
    assertEquals(1, seen.sum(records, "protocol", "ndjson", "outcome", "rejected"));
    assertEquals(2, seen.sum(records, "protocol", "json", "outcome", "accepted"));
    assertEquals(1, seen.sum(records, "protocol", "single", "outcome", "accepted"));
    assertEquals(1, seen.sum(records, "protocol", "single", "outcome", "rejected"));
    assertEquals(2, seen.sum(records, "protocol", "bulk", "outcome", "accepted"));
    assertEquals(1, seen.sum(records, "protocol", "bulk", "outcome", "rejected"));
    assertEquals(6, seen.sum("logagg_store_records_total", "outcome", "stored"));
    assertEquals(1, seen.sum("logagg_dlq_added_letters_total", "kind", "bad_json"));
    assertEquals(1, seen.sum("logagg_ingest_repeated_requests_total"));
    assertEquals(
        3 * record.length(),
        seen.sum("logagg_ingest_bytes_total", "protocol", "json", "outcome", "ok"));
    assertEquals(3, seen.sum("logagg_ingest_ack_duration_seconds_count", "protocol", "json"));
    byte[] body = OtlpBodies.records("shop", 1);
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer =
          server.send(
              server
                  .request("/v1/logs", "Content-Type", "application/x-protobuf")
                  .POST(BodyPublishers.ofByteArray(body)));
      assertEquals(200, answer.statusCode());
    }
    String repeats = "logagg_ingest_repeated_bodies_total";
    assertEquals(1, scrapeWith(repeats).sum(repeats, "protocol", "otlp"));
  }

  private static void read(RunningLogagg server, Api api) {
    QUERIES.forEach(path -> Api.expect(200, server.get(path)));
    assertEquals(200, server.get("/api/v1/logs", "Accept", Api.NDJSON).statusCode());
    String id = api.get("/api/v1/logs?limit=1").get(0).path("id").asText();
    api.get("/api/v1/logs/" + id);
    api.get("/api/v1/logs/" + id + "/context");
    Api.problem(400, server.get("/api/v1/logs?limit=0"));
  }

  private void follow(RunningLogagg server) {
    try (EventStream one = EventStream.open(server, "/api/v1/logs/tail")) {
      Api.problem(503, server.get("/api/v1/logs/tail"));
      new Api(server).ingestLines(List.of(Api.record("shop", "followed")));
      one.awaitMessages(List.of("followed")::equals);
      scrapeWith("logagg_tail_records_total", "outcome", "sent");
      scrapeWith("logagg_http_refusals_total", "cause", "tails");
    }
  }

  /** One connection too many. */
  private static void crowd(RunningLogagg server) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 17; i++) {
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), URI.create(server.base()).getPort());
        sockets.add(socket);
        socket.setSoTimeout(20);
      }
      // Two event loops take them, so it need not be the last one.
      Eventually.value("one that is closed", () -> anyIsEnded(sockets), ended -> ended);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static boolean anyIsEnded(List<Socket> sockets) {
    return sockets.stream().anyMatch(MetricsIT::isEnded);
  }

  private static boolean isEnded(Socket socket) {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true; // A reset.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is there and not on the page, the other way round, or not as it says. */
  private static List<String> differences(Scrape scrape) {
    Map<String, Metric> page = MetricsPage.read();
    List<String> wrong = new ArrayList<>();
    Map<String, Set<String>> labels = new TreeMap<>();
    for (Sample sample : scrape.samples()) {
      if (!sample.name().startsWith("logagg_")) {
        continue;
      }
      Metric metric = metric(page, sample.name());
      if (metric == null) {
        wrong.add(sample.name() + " is not on the page");
        continue;
      }
      Map<String, String> own = new TreeMap<>(sample.labels());
      own.remove("le");
      labels.computeIfAbsent(metric.name(), first -> new TreeSet<>()).addAll(own.keySet());
      own.forEach(
          (label, value) -> {
            Set<String> values = metric.labels().getOrDefault(label, Set.of("none"));
            if (!values.isEmpty() && !values.contains(value)) {
              wrong.add("the page has no " + metric.name() + "{" + label + "=" + value + "}");
            }
          });
    }
    page.forEach(
        (name, metric) -> {
          Set<String> seen = labels.get(name);
          if (seen == null && ELSEWHERE.contains(name)) {
            return;
          }
          if (seen == null) {
            wrong.add(name + " is on the page only");
          } else if (!seen.equals(new TreeSet<>(metric.labels().keySet()))) {
            wrong.add(name + " has the labels " + seen);
          }
          wrong.addAll(misnamed(metric, scrape));
        });
    return wrong;
  }

  /** That of a sample, whose name may have a histogram's suffix. */
  private static Metric metric(Map<String, Metric> page, String name) {
    Metric exact = page.get(name);
    int end = name.lastIndexOf('_');
    if (exact != null || !SUFFIXES.contains(name.substring(end))) {
      return exact;
    }
    Metric histogram = page.get(name.substring(0, end));
    return histogram != null && histogram.type().equals("histogram") ? histogram : null;
  }

  private static List<String> misnamed(Metric metric, Scrape scrape) {
    List<String> wrong = new ArrayList<>();
    String name = metric.name();
    if (!metric.type().equals(scrape.types().get(name))) {
      wrong.add(name + " is a " + scrape.types().get(name));
    }
    if (scrape.help().getOrDefault(name, "").isBlank()) {
      wrong.add(name + " has no HELP");
    }
    if (name.endsWith("_total") != metric.type().equals("counter")) {
      wrong.add(name + ": _total is for counters, and only for these");
    }
    String bare = name.replaceFirst("_total$", "");
    for (String unit : List.of("seconds", "bytes")) {
      if (bare.endsWith("_" + unit) != metric.unit().equals(unit)) {
        wrong.add(name + ": a unit of " + unit + " ends the name");
      }
    }
    return wrong;
  }

  @Test
  void shouldServeAWorkerWithoutHttp() {
    Map<String, String> more =
        Map.of("LOGAGG_HTTP_INSTANCES", "0", "LOGAGG_METRICS_PORT", String.valueOf(port));
    try (RunningLogagg worker = RunningLogagg.fresh(TestServers.reset(), more)) {
      scrapeWith("logagg_redis_up");
      Scrape seen = scrapeWith("logagg_postgres_up");
      assertEquals(0, seen.sum("logagg_role_instances", "role", "http"));
      assertTrue(seen.sum("logagg_role_instances", "role", "consumer") > 0);
      Map<String, Metric> page = MetricsPage.read();
      seen.samples().stream()
          .map(Sample::name)
          .filter(name -> name.startsWith("logagg_"))
          .forEach(name -> assertTrue(metric(page, name) != null, name));
      Eventually.value(
          "both to be there",
          () -> Api.expect(200, atPort("GET", "/health")).path("status").asText(),
          "up"::equals);
      assertEquals(200, atPort("HEAD", "/health/ready").statusCode());
      assertEquals(200, atPort("GET", "/health/live").statusCode());
      assertEquals(404, atPort("GET", "/api/v1/logs").statusCode());
      assertEquals(405, atPort("POST", "/metrics").statusCode());
      assertFalse(worker.stderr().contains("ERROR"), worker.stderr());
    }
  }
}
