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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code tail}, as somebody at a terminal uses it. */
class TailCommandIT {
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
