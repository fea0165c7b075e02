package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TemporaryFolders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stream that nobody empties fills up, and then is emptied: one process takes in, one stores. */
class BackPressureIT {
  private static final int MAX_PENDING = 20_000;
  private static final int RECORDS = 60_000;
  private static final int CHUNK_RECORDS = 1000;

  private static Path folder = Path.of("");
  private static EmbeddedServers servers;
  private static Map<String, String> environment = Map.of();
  private static RunningLogagg intake;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("logagg-pressure");
    servers = new EmbeddedServers(EmbeddedOptions.both(folder.resolve("servers")));
    servers.start();
    environment =
        Map.of(
            "DATABASE_URL",
            servers.postgresUrl().orElseThrow(),
            "REDIS_URL",
            servers.redisUrl().orElseThrow());
    intake =
        start(
            "intake",
            "{\"consumer\":{\"instances\":0},\"http\":{\"instances\":1,\"pauseTimeoutMs\":1000},"
                + "\"stream\":{\"maxPendingRecords\":"
                + MAX_PENDING
                + "}}");
  }

  private static RunningLogagg start(String name, String conf) throws IOException {
    Path own = Files.createDirectory(folder.resolve(name));
    Path file = Files.writeString(own.resolve("conf.json"), conf);
    return RunningLogagg.start(own, environment, "-conf", file.toString());
  }

  @AfterAll
  static void stop() {
    intake.close();
    servers.close();
    TemporaryFolders.delete(folder);
  }

  /** The lines from one number to another, made as they are sent. */
  private static InputStream lines(int from, int to) {
    return new SequenceInputStream(
        Collections.enumeration(
            IntStream.iterate(from, start -> start < to, start -> start + CHUNK_RECORDS)
                .mapToObj(start -> chunk(start, Math.min(to, start + CHUNK_RECORDS)))
                .toList()));
  }

  private static InputStream chunk(int from, int to) {
    String text =
        IntStream.range(from, to)
            .mapToObj(i -> Api.record("pressure", "line " + i) + "\n")
            .collect(Collectors.joining());
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> ingest(int from, int to) {
    return intake.send(
        intake
            .request("/api/v1/ingest", "Content-Type", Api.NDJSON)
            .POST(BodyPublishers.ofInputStream(() -> lines(from, to))));
  }

  @Test
  void shouldPauseARequestThatFillsTheStreamAndTellHowFarItCame() throws IOException {
    HttpResponse<String> answer = ingest(0, RECORDS);
    JsonNode problem = Api.problem(429, answer);
    int resumeAt = problem.path("resume_at").asInt();
    assertEquals(resumeAt, problem.path("enqueued").asInt());
    assertTrue(resumeAt >= MAX_PENDING && resumeAt < RECORDS, "resume_at=" + resumeAt);
    assertTrue(Integer.parseInt(Api.header(answer, "Retry-After")) >= 1);

    HttpResponse<String> refused = ingest(resumeAt, resumeAt + 1);
    assertFalse(Api.problem(429, refused).has("enqueued"), refused.body());

    try (RunningLogagg worker = start("worker", "{\"http\":{\"instances\":1,\"port\":0}}")) {
      Api api = new Api(worker);
      api.awaitTotal("?app=pressure", resumeAt);
      // It may fill up again meanwhile, but now there is somebody to make room.
      int next = resumeAt;
      while (next < RECORDS) {
        int start = next;
        HttpResponse<String> rest =
            Eventually.value("room", () -> ingest(start, RECORDS), BackPressureIT::tookSome);
        next = rest.statusCode() == 202 ? RECORDS : start + resumeAt(rest);
      }
      api.awaitTotal("?app=pressure", RECORDS);
    }
  }

  private static boolean tookSome(HttpResponse<String> answer) {
    return answer.statusCode() == 202 || Api.problem(429, answer).path("enqueued").asInt() > 0;
  }

  private static int resumeAt(HttpResponse<String> answer) {
    return Api.problem(429, answer).path("resume_at").asInt();
  }
}
