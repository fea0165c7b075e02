package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.logagg.it.agents.OtlpSdk;
import io.logagg.protocol.otlp.OtlpBodies;
import io.logagg.testing.Api;
import io.logagg.testing.FaultyFront;
import io.logagg.testing.FaultyFront.Fault;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OTLP/HTTP: what is answered, and what becomes of it; by hand, and by OpenTelemetry's SDK. */
class OtlpIT {
  private static final String PROTOBUF = "application/x-protobuf";

  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() {
    logagg =
        RunningLogagg.fresh(
            TestServers.reset(), Map.of("LOGAGG_HTTP_MAX_AGENT_BODY_BYTES", "1000000"));
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static HttpResponse<byte[]> send(
      String path, String type, byte[] body, String... headers) {
    return RunningLogagg.send(
        logagg
            .request(path, headers)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body)),
        BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** The message of a {@code google.rpc.Status}. */
  private static String status(int status, HttpResponse<byte[]> answer) {
    assertEquals(status, answer.statusCode(), () -> text(answer));
    assertEquals(PROTOBUF, Api.header(answer, "Content-Type"));
    try {
      return UnknownFieldSet.parseFrom(answer.body())
          .getField(2)
          .getLengthDelimitedList()
          .get(0)
          .toStringUtf8();
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static List<String> messages(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void allIsTakenInEveryEncoding() {
    byte[] body = OtlpBodies.records("plain", 1200);
    HttpResponse<byte[]> answer = send("/v1/logs", PROTOBUF, body);
    assertEquals(200, answer.statusCode(), () -> text(answer));
    assertEquals(PROTOBUF, Api.header(answer, "Content-Type"));
    assertArrayEquals(new byte[0], answer.body());
    assertEquals(
        200,
        send(
                "/otlp/v1/logs",
                PROTOBUF,
                gzip(OtlpBodies.records("gzip", 3)),
                "Content-Encoding",
                "gzip")
            .statusCode());
    assertEquals(
        200,
        send(
                "/v1/logs/",
                PROTOBUF,
                Zstd.compress(OtlpBodies.records("zstd", 3)),
                "Content-Encoding",
                "zstd")
            .statusCode());
    api.awaitMessages("plain", messages(1200));
    api.awaitMessages("gzip", messages(3));
    api.awaitMessages("zstd", messages(3));
    JsonNode row = api.get("/api/v1/logs?app=plain&limit=1&order=asc").get(0);
    assertEquals("m0", row.path("message").asText());
    assertEquals("plain", row.path("service").asText());
    assertEquals("2025-11-28T12:00:00Z", row.path("timestamp").asText());
    assertEquals("web-1", row.path("metadata_").path("resource").path("host.name").asText());
  }

  @Test
  void jsonIsAnsweredInJson() {
    String body =
        """
        {"resourceLogs":[{"resource":{"attributes":[{"key":"app","value":{"stringValue":"json"}}]},
          "scopeLogs":[{"logRecords":[{"severityNumber":17,"body":{"stringValue":"m0"}}]}]}]}""";
    HttpResponse<String> answer = logagg.post("/v1/logs", Api.JSON, body);
    assertEquals("{}", Api.expect(200, answer).toString());
    assertEquals(Api.JSON, Api.header(answer, "Content-Type"));
    api.awaitMessages("json", messages(1));
    assertEquals("ERROR", api.get("/api/v1/logs?app=json").get(0).path("level").asText());
    HttpResponse<String> broken = logagg.post("/v1/logs", Api.JSON, body.substring(9));
    assertEquals(
        "the body must be a JSON object",
        Api.expect(400, logagg.post("/v1/logs", Api.JSON, "[]")).path("message").asText());
    assertEquals(400, broken.statusCode());
    assertEquals(Api.JSON, Api.header(broken, "Content-Type"));
  }

  private static byte[] withBad(String app) {
    LogRecord.Builder good =
        LogRecord.newBuilder().setBody(OtlpBodies.text("good")).setTimeUnixNano(Long.MAX_VALUE / 6);
    LogRecord.Builder bad = LogRecord.newBuilder().setTimeUnixNano(-1);
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setResource(
                    io.opentelemetry.proto.resource.v1.Resource.newBuilder()
                        .addAttributes(OtlpBodies.pair("app", OtlpBodies.text(app))))
                .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(bad).addLogRecords(good)))
        .build()
        .toByteArray();
  }

  @Test
  void badRecordsAreDeadLettersAndTheirNeighboursArrive() throws Exception {
    HttpResponse<byte[]> answer = send("/v1/logs", PROTOBUF, withBad("mixed"));
    assertEquals(200, answer.statusCode());
    ExportLogsServiceResponse response = ExportLogsServiceResponse.parseFrom(answer.body());
    assertEquals(0, response.getPartialSuccess().getRejectedLogRecords());
    String warning = response.getPartialSuccess().getErrorMessage();
    assertTrue(warning.startsWith("1 records are bad and stand among the dead letters: "), warning);
    api.awaitMessages("mixed", List.of("good"));
    assertEquals(1, api.deadLetters().size());

    HttpResponse<byte[]> strict = send("/v1/logs?strict=true", PROTOBUF, withBad("strict"));
    assertEquals(200, strict.statusCode());
    ExportLogsServiceResponse inPart = ExportLogsServiceResponse.parseFrom(strict.body());
    assertEquals(1, inPart.getPartialSuccess().getRejectedLogRecords());
    api.awaitMessages("strict", List.of("good"));
    assertEquals(1, api.deadLetters().size());
  }

  @Test
  void whatIsWrongIsToldAsAStatus() {
    byte[] good = OtlpBodies.records("wrong", 2);
    byte[] cut = java.util.Arrays.copyOf(good, good.length - 1);
    String told = status(400, send("/v1/logs", PROTOBUF, cut));
    assertTrue(told.startsWith("not valid protobuf: "), told);
    assertTrue(
        status(413, send("/v1/logs", PROTOBUF, new byte[1_000_001]))
            .contains("http.maxAgentBodyBytes"));
    assertEquals(
        413,
        send("/v1/logs", PROTOBUF, gzip(new byte[1_000_001]), "Content-Encoding", "gzip")
            .statusCode());
    status(400, send("/v1/logs", PROTOBUF, good, "Content-Encoding", "gzip"));
    status(415, send("/v1/logs", PROTOBUF, good, "Content-Encoding", "br"));
    HttpResponse<byte[]> other = send("/v1/logs", "text/plain", good);
    assertEquals(415, other.statusCode());
    assertTrue(Api.parse(text(other)).path("message").asText().contains("Content-Type"));
    assertEquals(200, send("/v1/logs", PROTOBUF, new byte[0]).statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void theSdkArrivesWithAllThatItSays(String compression) {
    String service = "sdk-" + compression;
    try (SdkLoggerProvider provider = OtlpSdk.hasty(logagg.base(), service, compression)) {
      Logger logger = provider.loggerBuilder("orders").setInstrumentationVersion("1.2").build();
      Context traced =
          Context.root()
              .with(
                  Span.wrap(
                      SpanContext.create(
                          "5b8efff798038103d269b633813fc60c",
                          "eee19b7ec3c1b174",
                          TraceFlags.getSampled(),
                          TraceState.getDefault())));
      logger
          .logRecordBuilder()
          .setContext(traced)
          .setTimestamp(Instant.parse("2026-11-28T12:00:00.123456Z"))
          .setSeverity(Severity.WARN2)
          .setBody("stock is low")
          .setAttribute(AttributeKey.longKey("order"), 1042L)
          .setAttribute(AttributeKey.stringArrayKey("tags"), List.of("a", "b"))
          .setEventName("stock.low")
          .emit();
      assertTrue(provider.forceFlush().join(10, TimeUnit.SECONDS).isSuccess());
    }
    api.awaitMessages(service, List.of("stock is low"));
    JsonNode row = api.get("/api/v1/logs?app=" + service).get(0);
    assertEquals("2026-11-28T12:00:00.123456Z", row.path("timestamp").asText());
    assertEquals("WARN", row.path("level").asText());
    assertEquals(service, row.path("service").asText());
    JsonNode metadata = row.path("metadata_");
    assertEquals(1042, metadata.path("order").intValue());
    assertEquals("[\"a\",\"b\"]", metadata.path("tags").toString());
    assertEquals("5b8efff798038103d269b633813fc60c", metadata.path("trace_id").asText());
    assertEquals("eee19b7ec3c1b174", metadata.path("span_id").asText());
    assertEquals(1, metadata.path("flags").intValue());
    assertEquals(14, metadata.path("severity_number").intValue());
    assertEquals("stock.low", metadata.path("event_name").asText());
    assertEquals("web-1", metadata.path("resource").path("host.name").asText());
    assertEquals("orders", metadata.path("scope").path("name").asText());
    assertEquals("1.2", metadata.path("scope").path("version").asText());
  }

  @Test
  void theSdkLosesAndDoublesNothingInAnOutage() {
    try (FaultyFront front =
            FaultyFront.of(
                logagg, Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.CLOSED, Fault.ANSWER_LOST);
        SdkLoggerProvider provider = OtlpSdk.hasty(front.url(), "outage", "gzip")) {
      Logger logger = provider.get("outage");
      messages(700).forEach(message -> logger.logRecordBuilder().setBody(message).emit());
      assertTrue(provider.forceFlush().join(20, TimeUnit.SECONDS).isSuccess());
      assertTrue(front.isUsedUp(), () -> front.seen().toString());
    }
    api.awaitMessages("outage", messages(700));
  }
}
