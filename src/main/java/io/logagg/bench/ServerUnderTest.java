package io.logagg.bench;

import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.embedded.ServerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The jar as a process of its own, on an embedded PostgreSQL and Redis that the benchmark has
 * started for it. Its end is the {@link Cleanup}'s.
 */
final class ServerUnderTest {
  private final EmbeddedServers servers;
  private final JarProcess process;

  private ServerUnderTest(EmbeddedServers servers, JarProcess process) {
    this.servers = servers;
    this.process = process;
  }

  /** Instances of each role. */
  record Instances(int http, int consumers, int persistence) {
    @Override
    public String toString() {
      return http + " × " + consumers + " × " + persistence;
    }
  }

  static ServerUnderTest start(
      Cleanup cleanup, Path folder, Instances instances, List<String> jvmOptions)
      throws IOException, InterruptedException {
    return start(cleanup, folder, instances, jvmOptions, Map.of());
  }

  /**
   * The same.
   *
   * @param more settings, as environment variables
   */
  static ServerUnderTest start(
      Cleanup cleanup,
      Path folder,
      Instances instances,
      List<String> jvmOptions,
      Map<String, String> more)
      throws IOException, InterruptedException {
    EmbeddedServers servers = startServers(cleanup, folder);
    Map<String, String> environment = new LinkedHashMap<>(urls(servers));
    environment.putAll(more);
    environment.put("LOGAGG_HTTP_INSTANCES", Integer.toString(instances.http()));
    environment.put("LOGAGG_CONSUMER_INSTANCES", Integer.toString(instances.consumers()));
    environment.put("LOGAGG_PERSISTENCE_INSTANCES", Integer.toString(instances.persistence()));
    JarProcess process = JarProcess.start(cleanup, folder, jvmOptions, environment);
    return new ServerUnderTest(servers, process);
  }

  /** PostgreSQL and Redis alone, in a folder of their own. */
  static EmbeddedServers startServers(Cleanup cleanup, Path folder) throws InterruptedException {
    EmbeddedServers servers =
        new EmbeddedServers(EmbeddedOptions.both(folder.resolve("logagg-data")));
    cleanup.add(servers::close);
    servers.start();
    return servers;
  }

  /** The settings by which logagg finds those servers. */
  static Map<String, String> urls(EmbeddedServers servers) {
    return Map.of(
        "DATABASE_URL", servers.postgresUrl().orElseThrow(),
        "REDIS_URL", servers.redisUrl().orElseThrow());
  }

  int port() {
    return process.port();
  }

  String postgresUrl() {
    return servers.postgresUrl().orElseThrow();
  }

  EmbeddedServers servers() {
    return servers;
  }

  long jvmPid() {
    return process.pid();
  }

  /** CPU seconds used so far, by process. */
  Map<String, Double> cpuSeconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("jvm", ProcessCpu.seconds(process.pid()));
    for (ServerStatus server : servers.statuses()) {
      seconds.put(server.name().toLowerCase(Locale.ROOT), ProcessCpu.seconds(server.pid()));
    }
    seconds.put("generator", ProcessCpu.ownSeconds(ProcessHandle.current().pid()));
    return seconds;
  }
}
