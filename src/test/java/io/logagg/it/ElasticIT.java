package io.logagg.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Elasticsearch's way in, as its agents use it. */
class ElasticIT {
  private static final String AGENT = "Elastic-filebeat/9.1.2 (linux; amd64)";
  private static final String FILTERED = "filter_path=errors,items.*.error,items.*.status";

  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String admin;
  private static String sender;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    logagg =
        RunningLogagg.fresh(
            servers, Map.of("LOGAGG_AUTH_ENABLED", "true", "LOGAGG_HTTP_MAX_RECORD_BYTES", "2000"));
    keys = TestKeys.open(servers);
    admin = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
    sender = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST)));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  private static HttpResponse<String> send(
      String method, String path, byte[] body, String key, String... headers) {
    HttpResponse<String> answer =
        logagg.send(
            logagg
                .request(path, headers)
                .header("Content-Type", "application/x-ndjson")
                .header("Authorization", "ApiKey " + key)
                .method(method, BodyPublishers.ofByteArray(body)));
    assertEquals("Elasticsearch", Api.header(answer, "X-Elastic-Product"), answer.body());
    return answer;
  }

  private static HttpResponse<String> bulk(String path, String... lines) {
    return send("POST", path, (String.join("\n", lines) + "\n").getBytes(UTF_8), sender);
  }

  private static JsonNode records(String app, int count) {
    return Eventually.value(
        "the records of " + app,
        () ->
            Api.parse(
                logagg
                    .get("/api/v1/logs?order=asc&app=" + app, "Authorization", "Bearer " + admin)
                    .body()),
        rows -> rows.size() == count);
  }

  private static JsonNode letters(String reason) {
    return Eventually.value(
        "a dead letter of " + reason,
        () ->
            Api.parse(
                logagg
                    .get(
                        "/api/v1/dlq?source=http:elasticsearch&reason=" + reason,
                        "Authorization",
                        "Bearer " + admin)
                    .body()),
        rows -> !rows.isEmpty());
  }

  private static List<Integer> statuses(JsonNode answer) {
    List<Integer> statuses = new ArrayList<>();
    answer
        .path("items")
        .forEach(item -> statuses.add(item.iterator().next().path("status").asInt()));
    return statuses;
  }

  /** Error and all that clients look for in it. */
  private static JsonNode error(int status, HttpResponse<String> answer) {
    JsonNode body = Api.expect(status, answer);
    assertEquals(status, body.path("status").asInt(), answer.body());
    assertTrue(body.path("error").path("type").isTextual(), answer.body());
    assertEquals(
        body.path("error").path("reason"),
        body.path("error").path("root_cause").path(0).path("reason"));
    return body.path("error");
  }

  @Test
  void recordsArriveComplete() {
    JsonNode answer =
        Api.expect(
            200,
            bulk(
                "/_bulk",
                "{\"create\":{\"_index\":\"logs-complete-default\",\"_id\":\"c-1\"}}",
                "{\"@timestamp\":\"2026-11-28T12:00:00.5Z\",\"log\":{\"level\":\"error\"},\"message\":\"m\","
                    + "\"service\":{\"name\":\"cart\"},\"host\":{\"name\":\"web-1\"},\"id\":7}",
                "{\"create\":{\"_index\":\"logs-complete-default\",\"_id\":\"c-1\"}}",
                "{\"@timestamp\":\"2026-11-28T12:00:00.5Z\",\"message\":\"the same id\"}"));

    assertEquals("[201, 201]", statuses(answer).toString());
    assertEquals("false", answer.path("errors").asText());
    assertTrue(answer.path("took").isInt());
    assertEquals(
        "{\"_index\":\"logs-complete-default\",\"_id\":\"c-1\",\"status\":201,\"result\":\"created\"}",
        answer.path("items").path(0).path("create").toString());
    JsonNode record = records("complete", 1).get(0);
    assertEquals("2026-11-28T12:00:00.500Z", record.path("timestamp").asText());
    assertEquals("ERROR", record.path("level").asText());
    assertEquals("cart", record.path("service").asText());
    assertEquals("m", record.path("message").asText());
    assertEquals("c-1", record.path("source_id").asText());
    assertEquals("web-1", record.path("metadata_").path("host").path("name").asText());
    assertEquals(7, record.path("metadata_").path("id").asInt());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /_bulk?app=paths-1, paths-1",
    "PUT, /_bulk/?pipeline=x&app=paths-2, paths-2",
    "POST, /paths-3-2026.11.28/_bulk?timeout=1m&app=other, paths-3",
    "PUT, /es/_bulk?app=paths-4, paths-4",
    "POST, /es/paths-5/_bulk/, paths-5"
  })
  void everyPathTakesRecords(String method, String path, String app) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write("{\"index\":{}}\n{\"message\":\"zipped\"}".getBytes(UTF_8));
    }
    Api.expect(200, send(method, path, zipped.toByteArray(), sender, "Content-Encoding", "gzip"));

    assertEquals("zipped", records(app, 1).get(0).path("message").asText());
  }

  @Test
  void badDocumentsAreDeadLettersAndTheirNeighboursArrive() {
    String[] lines = {
      "{\"index\":{\"_index\":\"poison\"}}",
      "{\"@timestamp\":\"soon\",\"message\":\"poison-time\"}",
      "{\"index\":{\"_index\":\"poison\"}}",
      "{\"message\":\"" + "x".repeat(3000) + "\"}",
      "{\"index\":{\"_index\":\"poison\"}}",
      "{\"message\":",
      "{\"delete\":{\"_index\":\"poison\",\"_id\":\"1\"}}",
      "{\"index\":{\"_index\":\"poison\"}}",
      "{\"message\":\"neighbour\"}"
    };
    JsonNode answer = Api.expect(200, bulk("/_bulk", lines));

    assertEquals("[201, 201, 201, 404, 201]", statuses(answer).toString());
    assertEquals("false", answer.path("errors").asText());
    assertEquals("neighbour", records("poison", 1).get(0).path("message").asText());
    letters("soon");
    letters("3014");
    letters("bytes+are+kept");
    letters("not+valid+JSON");

    JsonNode strict = Api.expect(200, bulk("/_bulk?strict=true&" + FILTERED, lines));
    assertEquals("[400, 400, 400, 404, 201]", statuses(strict).toString());
    assertEquals("true", strict.path("errors").asText());
    assertEquals(
        "document_parsing_exception",
        strict.path("items").path(0).path("index").path("error").path("type").asText());
    assertEquals(
        "the record has 3014 bytes, http.maxRecordBytes is 2000",
        strict.path("items").path(1).path("index").path("error").path("reason").asText());
    assertEquals("{\"status\":201}", strict.path("items").path(4).path("index").toString());
    assertTrue(strict.path("took").isMissingNode());
  }

  private static double rejected() {
    return Scrape.of(logagg, "Authorization", "Bearer " + admin)
        .sum("logagg_ingest_records_total", "protocol", "elasticsearch", "outcome", "rejected");
  }

  /** As a whole, 400 would have Logstash and Filebeat send all of it again, for ever. */
  @ParameterizedTest
  @CsvSource({"/_bulk, 201", "/_bulk?strict=true, 400"})
  void moreBadDocumentsThanMayBeAreToldOneByOne(String path, int status) {
    int bad = 10_000;
    String app = "excess-" + status;
    String pair = "{\"index\":{\"_index\":\"%s\"}}\n%s\n";
    String body =
        pair.formatted(app, "{\"message\":\"first\"}")
            + pair.formatted(app, "bad").repeat(bad + 2)
            + pair.formatted(app, "{\"message\":\"last\"}");
    double before = rejected();
    JsonNode answer = Api.expect(200, send("POST", path, body.getBytes(UTF_8), sender));

    assertEquals(before + bad + 2, rejected());
    List<Integer> statuses = statuses(answer);
    assertEquals(bad + 4, statuses.size());
    assertEquals(201, statuses.get(0));
    assertEquals(Set.of(status), Set.copyOf(statuses.subList(1, bad + 1)));
    assertEquals(List.of(400, 400, 201), statuses.subList(bad + 1, bad + 4));
    assertEquals("true", answer.path("errors").asText());
    JsonNode reason = answer.path("items").path(bad + 1).findPath("reason");
    assertTrue(reason.asText().contains("not taken"), reason.asText());
    assertEquals("first", records(app, 2).get(0).path("message").asText());
  }

  @Test
  void whatIsNoBulkRequestIsAnError() {
    assertEquals(
        "illegal_argument_exception",
        error(400, bulk("/_bulk", "{\"message\":\"no action\"}")).path("type").asText());
    error(400, send("POST", "/_bulk", new byte[0], sender));
    error(400, send("POST", "/_bulk", "xx".getBytes(UTF_8), sender, "Content-Encoding", "gzip"));
    error(415, send("POST", "/_bulk", "xx".getBytes(UTF_8), sender, "Content-Encoding", "lzma"));
    error(400, bulk("/_bulk?strict=maybe", "{\"index\":{}}", "{}"));
    error(401, send("POST", "/_bulk", new byte[0], TestKeys.unknown()));
    JsonNode amid =
        Api.expect(
            200,
            bulk(
                "/amid/_bulk",
                "{\"index\":{}}",
                "{\"message\":\"a\"}",
                "what",
                "{\"index\":{}}",
                "{\"message\":\"b\"}"));
    assertEquals("[201, 400, 201]", statuses(amid).toString());
    records("amid", 2);
  }

  @Test
  void aKeyForOtherAppsIsToldOfEachItem() {
    String key = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST), "mine"));
    String body =
        """
        {"index":{"_index":"mine"}}
        {"message":"a"}
        {"index":{"_index":"theirs"}}
        {"message":"b"}
        """;
    JsonNode answer = Api.expect(200, send("POST", "/_bulk", body.getBytes(UTF_8), key));

    assertEquals("[201, 403]", statuses(answer).toString());
    assertEquals(
        "security_exception",
        answer.path("items").path(1).path("index").path("error").path("type").asText());
    error(403, send("POST", "/theirs/_bulk", "{\"index\":{}}\n{}\n".getBytes(UTF_8), key));
  }

  @Test
  void aLargeRequestIsAnsweredInPieces() {
    int count = 20_000;
    String pair = "{\"create\":{\"_index\":\"large\"}}\n{\"message\":\"m\"}\n";
    HttpResponse<String> answer =
        send("POST", "/_bulk", pair.repeat(count).getBytes(UTF_8), sender);

    List<Integer> statuses = statuses(Api.expect(200, answer));
    assertEquals(count, statuses.stream().filter(status -> status == 201).count());
  }

  @Test
  void agentsFindWhatTheyLookFor() {
    JsonNode greeting =
        Api.expect(200, logagg.get("/", "User-Agent", AGENT, "Accept", "application/json"));
    assertEquals("9.1.2", greeting.path("version").path("number").asText());
    assertEquals("default", greeting.path("version").path("build_flavor").asText());
    assertEquals("You Know, for Search", greeting.path("tagline").asText());
    assertEquals(
        "8.19.0", Api.parse(logagg.get("/es").body()).path("version").path("number").asText());
    for (String path : List.of("/", "/es", "/es/")) {
      HttpResponse<String> head =
          logagg.send(logagg.request(path).method("HEAD", BodyPublishers.noBody()));
      assertEquals(200, head.statusCode());
      assertEquals("Elasticsearch", Api.header(head, "X-Elastic-Product"));
    }
    JsonNode license = Api.expect(200, logagg.get("/_license?human=false"));
    assertEquals("active", license.path("license").path("status").asText());
    assertEquals("green", Api.parse(logagg.get("/_cluster/health").body()).path("status").asText());
    Api.expect(200, logagg.get("/es/_cat/health"));
    JsonNode nodes = Api.expect(200, logagg.get("/_nodes/http"));
    assertEquals(logagg.base(), "http://" + nodes.findPath("publish_address").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /_ilm/policy/filebeat",
    "PUT, /es/_index_template/filebeat?create=true",
    "PUT, /_template/logstash",
    "PUT, /_component_template/x",
    "PUT, /_data_stream/logs-x-default",
    "PUT, /_ingest/pipeline/p",
    "PUT, /shop-2026.11.28",
    "PUT, /%3Clogstash-%7Bnow%2Fd%7D-000001%3E",
    "HEAD, /es/logstash",
    "HEAD, /_index_template/x",
    "POST, /_template/logstash",
    "POST, /es/_index_template/x",
    "GET, /_ilm/policy"
  })
  void nothingHasToBeSetUp(String method, String path) {
    HttpResponse<String> answer = send(method, path, new byte[0], sender);
    assertEquals(200, answer.statusCode());
    if (method.equals("PUT") || method.equals("POST")) {
      assertEquals("{\"acknowledged\":true}", answer.body());
    }
    assertEquals(
        401,
        logagg.send(logagg.request(path).method(method, BodyPublishers.noBody())).statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /_search, 404",
    "POST, /es/_msearch, 404",
    "GET, /es/shop, 404",
    "GET, /_bulk, 405"
  })
  void whatIsNotServedIsToldInItsWords(String method, String path, int status) {
    error(status, send(method, path, new byte[0], sender));
    error(401, send(method, path, new byte[0], TestKeys.unknown()));
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /docs, 405",
    "PUT, /Upper, 404",
    "GET, /shop, 404",
    "GET, /es/shop, 404",
    "HEAD, /api, 404"
  })
  void otherPathsAreNoIndexes(String method, String path, int status) {
    HttpResponse<String> answer =
        logagg.send(
            logagg
                .request(path, "Authorization", "Bearer " + admin)
                .method(method, BodyPublishers.noBody()));
    assertEquals(status, answer.statusCode());
  }
}
