package io.logagg.embedded;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bundled PostgreSQL: its settings, how it is started, seen to be ready and stopped. */
final class PostgresProgram implements ServerProgram {
  static final String EXECUTABLE = "postgres";

  static final List<StopStep> STOP_STEPS =
      List.of(
          // Fast shutdown: ends sessions, writes a checkpoint.
          new StopStep("INT", Duration.ofSeconds(15)),
          // Immediate shutdown: recovers at the next start.
          new StopStep("QUIT", Duration.ofSeconds(5)));

  private static final Logger log = LoggerFactory.getLogger(PostgresProgram.class);
  static final String PID_FILE = "postmaster.pid";
  private static final long GIB = 1L << 30;

  private final DataFolder folder;
  private final Path executable;
  private final Ports ports;
  private final int wantedPort;
  private volatile int port;

  PostgresProgram(DataFolder folder, Path executable, Ports ports, int wantedPort) {
    this.folder = folder;
    this.executable = executable;
    this.ports = ports;
    this.wantedPort = wantedPort;
  }

  @Override
  public String name() {
    return "PostgreSQL";
  }

  @Override
  public List<String> command() {
    return List.of(executable.toString(), "-D", marker(folder));
  }

  /** The argument by which a server of this data folder is known. */
  static String marker(DataFolder folder) {
    return folder.postgres().toString();
  }

  @Override
  public List<StopStep> stopSteps() {
    return STOP_STEPS;
  }

  @Override
  public Path directory() {
    return folder.postgres();
  }

  @Override
  public Path logFile() {
    return folder.logs().resolve("postgres.log");
  }

  String url(Credentials credentials) {
    return url(credentials, port);
  }

  static String url(Credentials credentials, int port) {
    return "postgresql://%1$s:%2$s@127.0.0.1:%3$d/%1$s"
        .formatted(PostgresCluster.ROLE, credentials.postgres(), port);
  }

  @Override
  public void prepare(boolean mayMove) throws IOException {
    if (mayMove) {
      port = ports.choose("postgres", wantedPort);
    }
    removeStalePidFile();
    StringBuilder text =
        new StringBuilder("# Written by logagg at every start; use ALTER SYSTEM to override.\n");
    settings()
        .forEach(
            (key, value) ->
                text.append(key).append(" = '").append(value.replace("'", "''")).append("'\n"));
    folder.write(folder.postgres().resolve(PostgresCluster.SETTINGS_FILE), text.toString());
  }

  private Map<String, String> settings() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("port", Integer.toString(port));
    // A socket's path may have 107 bytes only; the data folder's may have more.
    settings.put("unix_socket_directories", "");
    settings.put("max_connections", "60");
    settings.put("password_encryption", "scram-sha-256");
    settings.put("fsync", "on");
    settings.put("synchronous_commit", "on");
    settings.put("full_page_writes", "on");
    settings.put("shared_buffers", memoryBytes() < 2 * GIB ? "128MB" : "256MB");
    settings.put("wal_buffers", "16MB");
    // Between two checkpoints the WAL may grow to this: a small disk could not hold 4 GB of it.
    FileStore disk = Files.getFileStore(folder.root());
    settings.put("max_wal_size", disk.getTotalSpace() < 40 * GIB ? "1GB" : "4GB");
    settings.put("checkpoint_timeout", "15min");
    settings.put("checkpoint_completion_target", "0.9");
    // The bundled build has no lz4, and pglz costs more time than the WAL it saves.
    settings.put("wal_compression", "off");
    settings.put("jit", "off");
    if (smallSharedMemory()) {
      settings.put("dynamic_shared_memory_type", "mmap");
    }
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("logging_collector", "off");
    settings.put("log_destination", "stderr");
    // Statements can hold passwords and people's log records.
    settings.put("log_statement", "none");
    settings.put("log_min_error_statement", "panic");
    settings.put("log_error_verbosity", "terse");
    return settings;
  }

  private static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /** Docker gives containers 64 MB of it by default, too little for parallel queries. */
  private static boolean smallSharedMemory() {
    try {
      return Files.getFileStore(Path.of("/dev/shm")).getTotalSpace() < GIB / 4;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * PostgreSQL trusts a pid file whose pid is alive, even when that pid is another program's by
   * now. Servers of this folder have been stopped before, so any such file is stale. Against a
   * server that nobody found PostgreSQL guards itself a second time, by its shared memory.
   */
  private void removeStalePidFile() throws IOException {
    Path file = pidFile();
    if (Files.exists(file)
        && Leftovers.find(EXECUTABLE, folder.postgres(), marker(folder)).isEmpty()) {
      log.debug("removing stale {}", file);
      Files.deleteIfExists(file);
    }
  }

  /** The postmaster writes its state into line 8 of its pid file. */
  @Override
  public boolean ready(long pid) {
    try {
      List<String> lines = Files.readAllLines(pidFile());
      return lines.size() >= 8
          && lines.get(0).strip().equals(Long.toString(pid))
          && lines.get(7).strip().equals("ready");
    } catch (IOException e) {
      return false;
    }
  }

  private Path pidFile() {
    return folder.postgres().resolve(PID_FILE);
  }
}
