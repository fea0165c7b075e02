package io.logagg.bench;

import io.logagg.embedded.EmbeddedServers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/**
 * What figures depend on and a report must name.
 *
 * @param commit that the jar was built from, if its manifest says so
 * @param fileSystem of the data; in memory ({@code tmpfs}) nothing is durable, and a run does not
 *     count
 * @param durability settings of PostgreSQL and Redis, without which a run does not count
 */
record Machine(
    int cores,
    String processor,
    long memoryMiB,
    String system,
    String jdk,
    List<String> serverJvmOptions,
    String fileSystem,
    String postgres,
    String redis,
    String durability,
    String version,
    String commit) {
  private static final String UNKNOWN = "unknown";

  static Machine of(EmbeddedServers servers, Path data, List<String> jvmOptions)
      throws IOException, SQLException {
    RedisFacts redis = RedisFacts.of(servers.redisUrl().orElseThrow());
    try (BenchDatabase database = new BenchDatabase(servers.postgresUrl().orElseThrow())) {
      return of(
          jvmOptions,
          Files.getFileStore(data).type(),
          database.version(),
          redis.version(),
          "%s appendonly=%s appendfsync=%s"
              .formatted(database.durability(), redis.appendonly(), redis.appendfsync()));
    }
  }

  private static Machine of(
      List<String> jvmOptions, String fileSystem, String postgres, String redis, String durability)
      throws IOException {
    Attributes manifest = manifest();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        field("/proc/cpuinfo", "model name"),
        Long.parseLong("0" + field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / 1024,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        jvmOptions,
        fileSystem,
        postgres,
        redis,
        durability,
        attribute(manifest, "Implementation-Version"),
        attribute(manifest, "Implementation-Build"));
  }

  /** A line above the table. */
  String summary() {
    return "%d cores (%s), %,d MiB, data on %s; %s, server with %s; PostgreSQL %s, Redis %s, %s; logagg %s, commit %s%n"
        .formatted(
            cores,
            processor,
            memoryMiB,
            fileSystem,
            jdk,
            String.join(" ", serverJvmOptions),
            postgres,
            redis,
            durability,
            version,
            commit);
  }

  private static String field(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse(UNKNOWN);
  }

  private static String attribute(Attributes manifest, String name) {
    String value = manifest.getValue(name);
    return value == null || value.isBlank() ? UNKNOWN : value;
  }

  /** Of our own jar; there may be others on the class path. */
  private static Attributes manifest() throws IOException {
    Enumeration<URL> all = Machine.class.getClassLoader().getResources("META-INF/MANIFEST.MF");
    while (all.hasMoreElements()) {
      try (InputStream in = all.nextElement().openStream()) {
        Attributes attributes = new Manifest(in).getMainAttributes();
        if ("io.logagg.Main".equals(attributes.getValue(Attributes.Name.MAIN_CLASS))) {
          return attributes;
        }
      }
    }
    return new Attributes();
  }
}
