package io.logagg.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Embedded servers in a JVM of their own, which a test can kill. */
final class ServersProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  final List<Long> pids = new ArrayList<>();
  String postgresUrl = "";
  String redisUrl = "";

  ServersProcess(Path dataDir) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                ServersProcess.class.getName(),
                dataDir.toString())
            .redirectErrorStream(true)
            .start();
    output = process.inputReader();
  }

  /** Runs the servers until the end of its standard input. */
  public static void main(String[] args) throws Exception {
    try (EmbeddedServers servers = new EmbeddedServers(EmbeddedOptions.both(Path.of(args[0])))) {
      servers.start();
      System.out.println("postgres=" + servers.postgresUrl().orElseThrow());
      System.out.println("redis=" + servers.redisUrl().orElseThrow());
      servers.statuses().forEach(status -> System.out.println("pid=" + status.pid()));
      System.out.println("ready");
      while (System.in.read() >= 0) {
        // Nothing is said: only the end counts.
      }
    } catch (EmbeddedException e) {
      System.out.println(e.reason() + ": " + e.getMessage());
      System.exit(2);
    }
  }

  ServersProcess awaitReady() throws IOException {
    StringBuilder seen = new StringBuilder();
    String line;
    while ((line = output.readLine()) != null) {
      seen.append(line).append('\n');
      if (line.equals("ready")) {
        return this;
      } else if (line.startsWith("postgres=")) {
        postgresUrl = line.substring(9);
      } else if (line.startsWith("redis=")) {
        redisUrl = line.substring(6);
      } else if (line.startsWith("pid=")) {
        pids.add(Long.parseLong(line.substring(4)));
      }
    }
    throw new AssertionError("ended instead of getting ready:\n" + seen);
  }

  /** What it printed until it ended. */
  String awaitEnd() throws IOException, InterruptedException {
    StringBuilder seen = new StringBuilder();
    String line;
    while ((line = output.readLine()) != null) {
      seen.append(line).append('\n');
    }
    process.waitFor();
    return seen.toString();
  }

  int exitStatus() {
    return process.exitValue();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  long pid() {
    return process.pid();
  }

  /** Lets it stop its servers and end. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().completeOnTimeout(process, 40, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
