package io.logagg.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The bundled Redis: its settings, how it is started, seen to be ready and stopped. */
final class RedisProgram implements ServerProgram {
  static final String EXECUTABLE = "redis-server";

  /** It writes the append-only file out and ends. */
  static final List<StopStep> STOP_STEPS = List.of(new StopStep("TERM", Duration.ofSeconds(15)));

  private static final int PROBE_MS = 1000;

  private final DataFolder folder;
  private final Path executable;
  private final Ports ports;
  private final Credentials credentials;
  private final int wantedPort;
  private volatile int port;

  RedisProgram(
      DataFolder folder, Path executable, Ports ports, Credentials credentials, int wantedPort) {
    this.folder = folder;
    this.executable = executable;
    this.ports = ports;
    this.credentials = credentials;
    this.wantedPort = wantedPort;
  }

  @Override
  public String name() {
    return "Redis";
  }

  @Override
  public List<String> command() {
    return List.of(executable.toString(), marker(folder));
  }

  /** The argument by which a server of this data folder is known. */
  static String marker(DataFolder folder) {
    return folder.redis().resolve("redis.conf").toString();
  }

  @Override
  public List<StopStep> stopSteps() {
    return STOP_STEPS;
  }

  @Override
  public Path directory() {
    return folder.redis();
  }

  @Override
  public Path logFile() {
    return folder.logs().resolve("redis.log");
  }

  String url() {
    return "redis://:%s@127.0.0.1:%d/0".formatted(credentials.redis(), port);
  }

  @Override
  public void prepare(boolean mayMove) throws IOException {
    folder.makeDirectory(folder.redis());
    if (mayMove) {
      port = ports.choose("redis", wantedPort);
    }
    folder.write(
        Path.of(marker(folder)),
        """
        # Written by logagg at every start.
        bind 127.0.0.1
        protected-mode yes
        port %d
        requirepass %s
        dir "%s"
        daemonize no
        # A changed title would hide by which data folder the process is known.
        set-proc-title no
        appendonly yes
        appendfsync everysec
        aof-use-rdb-preamble yes
        save ""
        maxmemory-policy noeviction
        # Without it, whoever connects and reads nothing could fill the memory, without the password too.
        maxmemory-clients 512mb
        """
            .formatted(port, credentials.redis(), quoted(folder.redis())));
  }

  private static String quoted(Path path) {
    return path.toString().replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** While it reads its append-only file it answers {@code -LOADING}. */
  @Override
  public boolean ready(long pid) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(Ports.loopback(), port), PROBE_MS);
      socket.setSoTimeout(PROBE_MS);
      String request = "AUTH " + credentials.redis() + "\r\nPING\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      BufferedReader replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return "+OK".equals(replies.readLine()) && "+PONG".equals(replies.readLine());
    } catch (IOException e) {
      return false;
    }
  }
}
