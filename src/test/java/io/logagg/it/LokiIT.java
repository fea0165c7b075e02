package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import io.logagg.protocol.loki.LokiBodies;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Loki's push: what is answered, and what becomes of it. */
class LokiIT {
  private static final String PUSH = "/loki/api/v1/push";
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

  private static HttpResponse<String> push(String path, byte[] body, String... headers) {
    return logagg.send(logagg.request(path, headers).POST(BodyPublishers.ofByteArray(body)));
  }

  private static List<String> messages(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }

  private static String wrong(int status, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer::body);
    assertEquals("text/plain; charset=utf-8", Api.header(answer, "Content-Type"));
    return answer.body();
  }

  @Test
  void protobufIsTakenInEveryEncoding() {
    byte[] block = LokiBodies.snappy(LokiBodies.protobuf("snappy", 1200));
    HttpResponse<String> answer =
        push(PUSH, block, "Content-Type", PROTOBUF, "X-Scope-OrgID", "tenant");
    assertEquals(204, answer.statusCode(), answer::body);
    assertEquals("", answer.body());
    byte[] named = LokiBodies.snappy(LokiBodies.protobuf("named", 3));
    assertEquals(
        204,
        push(PUSH, named, "Content-Type", PROTOBUF, "Content-Encoding", "snappy").statusCode());
    byte[] zstd = Zstd.compress(LokiBodies.protobuf("zstd", 3));
    assertEquals(
        204, push(PUSH, zstd, "Content-Type", PROTOBUF, "Content-Encoding", "zstd").statusCode());
    byte[] bare = LokiBodies.snappy(LokiBodies.protobuf("bare", 3));
    assertEquals(204, push("/api/prom/push", bare).statusCode());
    api.awaitMessages("snappy", messages(1200));
    for (String app : List.of("named", "zstd", "bare")) {
      api.awaitMessages(app, messages(3));
    }
    JsonNode row = api.get("/api/v1/logs?app=snappy&limit=1&order=asc").get(0);
    assertEquals("2025-11-28T12:00:00Z", row.path("timestamp").asText());
    assertEquals("INFO", row.path("level").asText());
    assertEquals("web-1", row.path("metadata_").path("host").asText());
  }

  @Test
  void jsonIsTaken() {
    String body =
        """
        {"streams":[{"stream":{"app":"json","service_name":"s"},
          "values":[["1764331200000000000","level=error m",{"trace_id":"t"}]]}]}""";
    assertEquals(204, logagg.post(PUSH, Api.JSON, body).statusCode());
    api.awaitMessages("json", List.of("level=error m"));
    JsonNode row = api.get("/api/v1/logs?app=json").get(0);
    assertEquals("ERROR", row.path("level").asText());
    assertEquals("s", row.path("service").asText());
    assertEquals("t", row.path("metadata_").path("trace_id").asText());
  }

  @Test
  void badEntriesAreDeadLettersOrErrors() {
    String body =
        """
        {"streams":[{"stream":{"app":"%s"},
          "values":[["soon","bad"],["1764331200000000000","good"]]}]}""";
    assertEquals(204, logagg.post(PUSH, Api.JSON, body.formatted("mixed")).statusCode());
    api.awaitMessages("mixed", List.of("good"));
    assertEquals(1, api.deadLetters().size());
    String told =
        wrong(400, logagg.post(PUSH + "?strict=true", Api.JSON, body.formatted("strict")));
    assertTrue(told.endsWith("total ignored: 1 out of 2\n"), told);
    api.awaitMessages("strict", List.of("good"));
    assertEquals(1, api.deadLetters().size());
  }

  @Test
  void whatIsWrongIsToldAsText() {
    byte[] plain = LokiBodies.protobuf("wrong", 2);
    assertTrue(wrong(400, push(PUSH, plain)).contains("snappy"));
    byte[] cut = java.util.Arrays.copyOf(plain, plain.length - 1);
    assertTrue(wrong(400, push(PUSH, LokiBodies.snappy(cut))).startsWith("not valid protobuf: "));
    wrong(400, push(PUSH, new byte[0]));
    wrong(400, logagg.post(PUSH, Api.JSON, "{\"streams\":"));
    byte[] large = LokiBodies.snappy(new byte[1_000_001]);
    assertTrue(wrong(413, push(PUSH, large)).contains("http.maxAgentBodyBytes"));
    wrong(415, push(PUSH, plain, "Content-Type", "text/plain"));
    wrong(415, push(PUSH, plain, "Content-Encoding", "br"));
  }

  @Test
  void itIsReady() {
    HttpResponse<String> answer = logagg.get("/ready");
    assertEquals(200, answer.statusCode());
    assertEquals("ready\n", answer.body());
    assertEquals(
        "ready",
        new String(answer.body().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).strip());
  }
}
