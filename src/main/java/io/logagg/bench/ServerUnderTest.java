package io.logagg.bench;

import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.embedded.ServerStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The jar as a process of its own, on an embedded PostgreSQL and Redis that the benchmark has
 * started for it.
 */
final class ServerUnderTest implements AutoCloseable {
  private static final long STOP_LIMIT_SECONDS = 40;

  private final EmbeddedServers servers;
  private final Process process;
  private final int port;

  private ServerUnderTest(EmbeddedServers servers, Process process, int port) {
    this.servers = servers;
    this.process = process;
    this.port = port;
  }

  /** Instances of each role. */
  record Instances(int http, int consumers, int persistence) {}

  static ServerUnderTest start(Path folder, Instances instances, List<String> jvmOptions)
      throws IOException, InterruptedException {
    EmbeddedServers servers = new EmbeddedServers(EmbeddedOptions.both(folder));
    servers.start();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", jar()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    Map<String, String> environment = builder.environment();
    environment.put("DATABASE_URL", servers.postgresUrl().orElseThrow());
    environment.put("REDIS_URL", servers.redisUrl().orElseThrow());
    environment.put("LOGAGG_HTTP_PORT", "0");
    environment.put("LOGAGG_HTTP_INSTANCES", Integer.toString(instances.http()));
    environment.put("LOGAGG_CONSUMER_INSTANCES", Integer.toString(instances.consumers()));
    environment.put("LOGAGG_PERSISTENCE_INSTANCES", Integer.toString(instances.persistence()));
    Process process = builder.start();
    try {
      return new ServerUnderTest(servers, process, awaitPort(process));
    } catch (IOException | RuntimeException e) {
      process.destroy();
      servers.close();
      throw e;
    }
  }

  private static String jar() {
    return Path.of(
            ServerUnderTest.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }

  private static int awaitPort(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("logagg ready:")) {
        return Integer.parseInt(line.replaceFirst(".*?http://127\\.0\\.0\\.1:(\\d+).*", "$1"));
      }
    }
    throw new IOException("the server did not start");
  }

  int port() {
    return port;
  }

  String postgresUrl() {
    return servers.postgresUrl().orElseThrow();
  }

  long jvmPid() {
    return process.pid();
  }

  /** CPU seconds used so far, by process. */
  Map<String, Double> cpuSeconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("jvm", ProcessCpu.seconds(process.pid()));
    for (ServerStatus server : servers.statuses()) {
      seconds.put(server.name(), ProcessCpu.seconds(server.pid()));
    }
    seconds.put("generator", ProcessCpu.ownSeconds(ProcessHandle.current().pid()));
    return seconds;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      servers.close();
    }
  }
}
