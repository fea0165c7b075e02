package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.OtlpReceiver;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestServers;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a receiver of traces gets, and what becomes of logagg without one. */
class TracesIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String SECRET = "hush-4711";

  private static RunningLogagg logagg(String endpoint, String ratio, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("LOGAGG_TELEMETRY_OTLP_ENDPOINT", endpoint);
    environment.put("LOGAGG_TELEMETRY_TRACE_SAMPLE_RATIO", ratio);
    return RunningLogagg.fresh(TestServers.reset(), environment);
  }

  private static void ingest(Api api, String app, String... headers) {
    byte[] line = Api.record(app, "message-" + SECRET).getBytes(StandardCharsets.UTF_8);
    Api.expect(202, api.ingest(Api.NDJSON, line, headers));
  }

  private static boolean isNamed(Span span, String name) {
    return span.getName().equals(name);
  }

  @Test
  void aReceiverGetsRequestsStatementsHopsAndBatchesAndNoSecret() {
    try (OtlpReceiver receiver = OtlpReceiver.answering();
        RunningLogagg logagg =
            logagg(receiver.url(), "1", Map.of("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=a%20b"))) {
      Api api = new Api(logagg);
      ingest(api, "app-" + SECRET, "Authorization", "Bearer " + SECRET, "X-API-Key", SECRET);
      api.awaitTotal("?app=app-" + SECRET, 1);
      Api.problem(404, logagg.get("/api/v1/logs/" + SECRET));
      Api.problem(400, logagg.get("/api/v1/logs?limit=" + SECRET));
      logagg.get("/nowhere/" + SECRET);

      Span ingest = receiver.awaitSpan("ingest", span -> isNamed(span, "POST /api/v1/ingest"));
      assertEquals(Span.SpanKind.SPAN_KIND_SERVER, ingest.getKind());
      assertEquals(
          Map.of(
              "http.request.method", "POST",
              "http.route", "/api/v1/ingest",
              "http.response.status_code", "202"),
          OtlpReceiver.attributes(ingest));
      receiver.awaitChild(ingest, "xadd");

      Span stats = receiver.awaitSpan("stats", span -> isNamed(span, "GET /api/v1/stats"));
      String sql = OtlpReceiver.attributes(receiver.awaitChild(stats, "WITH")).get("db.query.text");
      assertTrue(sql.startsWith("WITH counts AS (SELECT"), sql);

      Span batch = receiver.awaitSpan("batch", span -> isNamed(span, "store batch"));
      assertTrue(batch.getParentSpanId().isEmpty());
      Span ask = receiver.awaitChild(batch, "ask logagg.persistence.write");
      Span serve = receiver.awaitChild(ask, "serve logagg.persistence.write");
      receiver.awaitSpan(
          "the commit",
          span ->
              span.getTraceId().equals(serve.getTraceId())
                  && OtlpReceiver.attributes(span)
                      .getOrDefault("db.query.text", "")
                      .contains("INSERT INTO logs"));

      Span missing = receiver.awaitSpan("a record", span -> isNamed(span, "GET /api/v1/logs/{id}"));
      assertEquals("404", OtlpReceiver.attributes(missing).get("http.response.status_code"));
      receiver.awaitSpan("no route", span -> isNamed(span, "GET"));

      assertEquals(143, logagg.stop()); // Whatever was sampled has been exported now.
      assertFalse(receiver.text().contains(SECRET), receiver::text);
      assertEquals(
          Map.of(
              "service.name", "logagg",
              "service.version", receiver.resource().get("service.version"),
              "service.instance.id", receiver.resource().get("service.instance.id")),
          receiver.resource());
      assertEquals("/v1/traces a b", receiver.requests().get(0));
    }
  }

  @Test
  void aSampledParentIsContinuedAndNothingElseIsSampledWithoutARatio() {
    try (OtlpReceiver receiver = OtlpReceiver.answering();
        RunningLogagg logagg = logagg(receiver.url(), "0", Map.of())) {
      Api api = new Api(logagg);
      ingest(api, "a");
      ingest(api, "a", "traceparent", "00-" + TRACE + "-" + CALLER + "-00");
      api.awaitTotal("?app=a", 2);
      ingest(api, "a", "traceparent", "00-" + TRACE + "-" + CALLER + "-01");
      api.awaitTotal("?app=a", 3);
      Span ingest = receiver.awaitSpan("ingest", span -> isNamed(span, "POST /api/v1/ingest"));
      assertEquals(CALLER, OtlpReceiver.hex(ingest.getParentSpanId()));
      receiver.awaitChild(ingest, "xadd");
      assertEquals(143, logagg.stop()); // Whatever was sampled has been exported now.
      receiver.spans().forEach(span -> assertEquals(TRACE, OtlpReceiver.hex(span.getTraceId())));
      assertEquals(2, receiver.spans().size(), receiver::text);
    }
  }

  @Test
  void aReceiverThatIsAwayHarmsNothing() {
    goesOnWithout("http://127.0.0.1:" + FreePorts.next(), 3);
  }

  @Test
  void aReceiverThatHangsHarmsNothing() {
    try (OtlpReceiver receiver = OtlpReceiver.hanging()) {
      goesOnWithout(receiver.url(), 1);
      assertFalse(receiver.requests().isEmpty());
    }
  }

  private static void goesOnWithout(String endpoint, int failures) {
    Instant begin = Instant.now();
    try (RunningLogagg logagg = logagg(endpoint, "1", Map.of())) {
      Api api = new Api(logagg);
      // More spans than may wait.
      List<String> messages = IntStream.range(0, 1000).mapToObj(i -> "m" + i).toList();
      for (String message : messages) {
        api.ingestLines(List.of(Api.record("a", message)));
      }
      api.awaitTotal("?app=a", 1000);
      Eventually.value(
          "failed exports",
          () -> Scrape.of(logagg).sum("logagg_traces_export_failures_total"),
          failed -> failed >= failures);
      assertEquals(0, Scrape.of(logagg).sum("logagg_traces_spans_exported_total"));
      assertEquals(143, logagg.stop());
      // Once at first, and then once a minute.
      int said = logagg.stderr().split("could not be exported", -1).length - 1;
      long minutes = Duration.between(begin, Instant.now()).toMinutes();
      assertTrue(said >= 1 && said <= 1 + minutes, logagg::stderr);
      assertFalse(logagg.stderr().contains("io.opentelemetry"), logagg::stderr);
    }
  }
}
