package io.logagg.it.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests of agents that are not run here, and what they need to be answered: each is a request
 * line, headers, an empty line, the body, and as the last line the status and members of the
 * answer.
 */
class GoldenRequestsIT {
  private static final Path FOLDER = Path.of("src/test/resources/agents/elasticsearch");

  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String key;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    keys = TestKeys.open(servers);
    key = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST, Scope.READ)));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  @ParameterizedTest
  @CsvSource({
    "filebeat, filebeat, 2",
    "logstash, 'logstash,logstash.golden', 2",
    "vector, vector, 2",
    "fluent-bit, fluent-bit, 3"
  })
  void areAnsweredAndTheirRecordsArrive(String agent, String app, int count) throws IOException {
    String requests =
        Files.readString(FOLDER.resolve(agent + ".http")).replaceAll("(?m)^#.*\n", "");
    for (String exchange : requests.split("===\n", -1)) {
      assertAnswered(exchange.stripTrailing().lines().toList());
    }

    List<String> messages = IntStream.rangeClosed(1, count).mapToObj(i -> agent + " " + i).toList();
    Eventually.value(
        "the records of " + agent,
        () -> {
          String path = "/api/v1/logs?app=" + app;
          return Api.texts(Api.expect(200, logagg.get(path, "X-API-Key", key)), "message").stream()
              .sorted()
              .toList();
        },
        messages::equals);
    assertEquals(0, Api.expect(200, logagg.get("/api/v1/dlq", "X-API-Key", key)).size());
  }

  private static void assertAnswered(List<String> lines) throws IOException {
    String[] first = lines.get(0).split(" ", 2);
    int blank = lines.indexOf("");
    HttpRequest.Builder request = logagg.request(first[1]);
    for (String line : lines.subList(1, blank)) {
      String[] header = line.split(": ", 2);
      request.header(header[0], filled(header[1]));
    }
    String body = String.join("\n", lines.subList(blank + 1, lines.size() - 1));
    byte[] bytes = body.isEmpty() ? new byte[0] : (body + "\n").getBytes(UTF_8);
    boolean zipped = lines.contains("Content-Encoding: gzip");
    HttpResponse<String> answer =
        logagg.send(
            request.method(first[0], BodyPublishers.ofByteArray(zipped ? zipped(bytes) : bytes)));

    String[] expected = lines.get(lines.size() - 1).split(" ", 2);
    assertEquals(Integer.parseInt(expected[0]), answer.statusCode(), answer.body());
    assertEquals("Elasticsearch", Api.header(answer, "X-Elastic-Product"));
    if (expected.length > 1) {
      assertHas(Api.parse(expected[1]), Api.parse(answer.body()), answer.body());
    }
  }

  private static String filled(String header) {
    String basic = Base64.getEncoder().encodeToString(("any:" + key).getBytes(UTF_8));
    return header.replace("{key}", key).replace("{basic}", basic);
  }

  private static byte[] zipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    }
    return zipped.toByteArray();
  }

  /** Lists are to be complete, objects may have more. */
  private static void assertHas(JsonNode expected, JsonNode actual, String answer) {
    if (expected.isObject()) {
      expected.properties().forEach(e -> assertHas(e.getValue(), actual.path(e.getKey()), answer));
    } else if (expected.isArray()) {
      assertEquals(expected.size(), actual.size(), answer);
      for (int i = 0; i < expected.size(); i++) {
        assertHas(expected.get(i), actual.path(i), answer);
      }
    } else {
      assertEquals(expected, actual, answer);
    }
  }
}
