package io.logagg.crash;

import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.embedded.ServerCommands;
import io.logagg.testing.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The bundled PostgreSQL as a process of the matrix's own, to be killed and paused at will. */
public final class PostgresProcess implements AutoCloseable {
  private static final long READY_LIMIT_SECONDS = 120;

  private final Path folder;
  private final URI url;
  private final List<String> command;
  private Process process;

  private PostgresProcess(Path folder, URI url, List<String> command) {
    this.folder = folder;
    this.url = url;
    this.command = command;
  }

  /** Makes the cluster in that folder; it does not run yet. */
  public static PostgresProcess in(Path folder) throws InterruptedException {
    String url;
    try (EmbeddedServers servers =
        new EmbeddedServers(new EmbeddedOptions(folder, true, false, FreePorts.next(), 0))) {
      servers.start();
      url = servers.postgresUrl().orElseThrow();
    }
    return new PostgresProcess(folder, URI.create(url), ServerCommands.postgres(folder));
  }

  public int port() {
    return url.getPort();
  }

  /** The URL by which it is reached at another port. */
  public String urlAt(int port) {
    return "postgresql://%s@127.0.0.1:%d%s".formatted(url.getUserInfo(), port, url.getPath());
  }

  /** A connection that passes no proxy. */
  public Connection connect() throws SQLException {
    String[] user = url.getUserInfo().split(":", 2);
    Properties properties = new Properties();
    properties.setProperty("user", user[0]);
    properties.setProperty("password", user[1]);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("options", "-c TimeZone=UTC");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d%s".formatted(port(), url.getPath()), properties);
  }

  /**
   * Empties the tables of a round that was counted, so that the next one's are not read through it.
   */
  void forgetRows() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE logs, rollups, rollup_deltas, dead_letters");
    }
  }

  /** Starts it if it does not run, as often as it takes, and waits until it takes connections. */
  public synchronized void start() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_LIMIT_SECONDS);
    while (true) {
      if (process == null || !process.isAlive()) {
        launch();
      }
      try (Connection connection = connect()) {
        if (connection.isValid(5)) {
          return;
        }
      } catch (SQLException e) {
        if (System.nanoTime() - deadline > 0) {
          throw new IllegalStateException("PostgreSQL does not come up: " + e.getMessage(), e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  private void launch() {
    try {
      endSurvivors();
      // All processes of the last run are gone, but their numbers may be others' now.
      Files.deleteIfExists(folder.resolve("postgres").resolve("postmaster.pid"));
      File log = folder.resolveSibling("postgres.log").toFile();
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized void kill() {
    if (process != null) {
      Signals.kill(process);
      endSurvivors();
    }
  }

  /** Its own immediate stop: sessions are cut, nothing is written any more. */
  synchronized void stopImmediately() {
    Signals.quit(process);
    endSurvivors();
  }

  /** SIGKILL to one of its children, if it still runs. */
  synchronized void killBackend(int pid) {
    process.children().filter(child -> child.pid() == pid).forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * A process that was forked just when its parent died is in nobody's list, and can go on to
   * commit for a while. PostgreSQL's own lock against that is the file that is deleted here, so
   * without this two servers would write to the same files, and what the old one commits then would
   * be lost.
   */
  private void endSurvivors() {
    List<ProcessHandle> survivors = ofThisServer();
    while (!survivors.isEmpty()) {
      System.out.println("crash: processes that outlived PostgreSQL: " + survivors.size());
      survivors.forEach(ProcessHandle::destroyForcibly);
      survivors.forEach(Signals::awaitEnd);
      survivors = ofThisServer();
    }
  }

  /** All that run its program, which is in its own folder. */
  private List<ProcessHandle> ofThisServer() {
    String program =
        command.stream().filter(word -> word.endsWith("/postgres")).findFirst().orElseThrow();
    return ProcessHandle.allProcesses()
        .filter(candidate -> candidate.info().command().filter(program::equals).isPresent())
        .toList();
  }

  /** SIGKILL to one of its children, upon which it restarts all of them. */
  synchronized void killChild(int choice) {
    List<ProcessHandle> children = process.children().toList();
    if (!children.isEmpty()) {
      children.get(choice % children.size()).destroyForcibly();
    }
  }

  synchronized void pause() {
    Signals.stop(process);
  }

  synchronized void resume() {
    Signals.resume(process);
  }

  @Override
  public void close() {
    kill();
  }
}
