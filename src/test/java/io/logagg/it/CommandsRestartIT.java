package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.RunningLogagg.Ended;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands make of a server that restarts under them. */
class CommandsRestartIT {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path folder = Path.of("");
  private int runs;

  @Test
  void aTailGoesOnOverARestartOfTheServer() throws Exception {
    TestServers servers = TestServers.reset();
    Map<String, String> environment =
        Map.of("DATABASE_URL", servers.postgresUrl(), "REDIS_URL", servers.redisUrl());
    int port = FreePorts.next();
    Path own = newFolder();
    Process server = serve(own, port, environment);
    String base = "http://127.0.0.1:" + port;
    Path state = newFolder();
    Process tail = null;
    try {
      Map<String, String> asking = Map.of("LOGAGG_SERVER", base);
      send(asking, 0, 5);
      tail =
          RunningLogagg.launch(state, FreePorts.next(), asking, "tail", "--app", "tail", "-n", "3");
      awaitLines(state, 3);
      send(asking, 5, 10);
      awaitLines(state, 8);
      server.destroy();
      assertTrue(server.waitFor(30, TimeUnit.SECONDS));
      server = serve(own, port, environment);
      send(asking, 10, 20);
      awaitLines(state, 18);
      assertEquals(
          IntStream.range(2, 20).mapToObj(i -> "t" + i).toList(),
          Api.texts(read(state.resolve("out.log")).lines().map(Api::parse).toList(), "message"));
      String told = Files.readString(state.resolve("err.log"));
      assertTrue(told.contains("trying again") && told.contains("connected again"), told);
      assertFalse(told.contains("missed") || told.contains("missing"), told);
    } finally {
      if (tail != null) {
        tail.destroyForcibly().waitFor();
      }
      server.destroy();
      server.waitFor();
    }
  }

  @Test
  void anImportGoesOnThoughTheServerIsKilledAndStoresEachRecordOnce() throws Exception {
    TestServers servers = TestServers.reset();
    Map<String, String> environment =
        Map.of("DATABASE_URL", servers.postgresUrl(), "REDIS_URL", servers.redisUrl());
    int port = FreePorts.next();
    Path own = newFolder();
    Process server = serve(own, port, environment);
    Process imports = null;
    try {
      int records = 200_000;
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < records; i++) {
        text.append("{\"app\":\"i\",\"message\":\"record %d of them\"}\n".formatted(i));
      }
      Path file = Files.writeString(folder.resolve("i.ndjson"), text.toString());
      Path state = newFolder();
      imports =
          RunningLogagg.launch(
              state,
              FreePorts.next(),
              Map.of("LOGAGG_SERVER", "http://127.0.0.1:" + port),
              "import",
              file.toString(),
              "--state-dir",
              folder.resolve("state").toString());
      for (int wanted : new int[] {20_000, 80_000}) {
        Eventually.value("some records", () -> stored(port), count -> count >= wanted);
        server.destroyForcibly().waitFor();
        server = serve(own, port, environment);
      }
      assertTrue(imports.waitFor(120, TimeUnit.SECONDS));
      assertEquals(0, imports.exitValue(), read(state.resolve("err.log")));
      Eventually.value("all records", () -> stored(port), count -> count >= records);
      Path out = folder.resolve("out.ndjson");
      Ended export =
          RunningLogagg.run(
              newFolder(),
              Map.of("LOGAGG_SERVER", "http://127.0.0.1:" + port),
              "export",
              "-f",
              out.toString());
      assertEquals(0, export.status(), export.stderr());
      try (Stream<String> lines = Files.lines(out)) {
        assertEquals(
            IntStream.range(0, records).mapToObj(i -> "record " + i + " of them").sorted().toList(),
            lines.map(line -> Api.parse(line).path("message").asText()).sorted().toList());
      }
    } finally {
      if (imports != null) {
        imports.destroyForcibly().waitFor();
      }
      server.destroy();
      server.waitFor();
    }
  }

  /** How many records there are; none while the server is away. */
  private static long stored(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/stats")).build();
    try {
      HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Api.parse(answer.body()).path("total").asLong() : 0;
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** One by one, so that they are stored in this order. */
  private void send(Map<String, String> asking, int from, int to) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(
          "{\"app\":\"tail\",\"message\":\"t%d\",\"timestamp\":\"2026-11-24T08:00:%02dZ\"}\n"
              .formatted(i, i));
    }
    Path file = Files.writeString(folder.resolve("tail" + from), text.toString());
    Ended ended =
        RunningLogagg.run(
            newFolder(),
            asking,
            "import",
            file.toString(),
            "--connections",
            "1",
            "--state-dir",
            folder.resolve("state").toString());
    assertEquals(0, ended.status(), ended.stderr());
  }

  private Path newFolder() {
    try {
      return Files.createDirectory(folder.resolve("run" + ++runs));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process serve(Path own, int port, Map<String, String> environment)
      throws IOException {
    Files.deleteIfExists(own.resolve("out.log"));
    Process process = RunningLogagg.launch(own, port, environment);
    Eventually.value(
        "the ready line", () -> read(own.resolve("out.log")), out -> out.contains("ready"));
    return process;
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitLines(Path own, int lines) {
    Eventually.value(
        lines + " lines", () -> read(own.resolve("out.log")), out -> out.lines().count() >= lines);
  }
}
