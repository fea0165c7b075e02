package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded servers of this process.
 *
 * <p>{@link #start} and {@link #close} block and may be called by any thread, {@code close} also
 * while {@code start} runs, which then fails. The servers run in sessions of their own and do not
 * end with the JVM: whoever starts them must close them, after everything that uses them. If the
 * JVM is killed, the next start stops what was left behind.
 */
public final class EmbeddedServers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedServers.class);
  private static final long STOP_LIMIT_SECONDS = 60;

  private final EmbeddedOptions options;
  private final ExecutorService workers = Executors.newCachedThreadPool(EmbeddedServers::thread);
  private final List<SupervisedServer> servers = new CopyOnWriteArrayList<>();
  private final Object closeGuard = new Object();
  private boolean closed;
  private volatile boolean closing;
  private volatile @Nullable DataFolder folder;
  private volatile @Nullable String postgresUrl;
  private volatile @Nullable String redisUrl;

  /** Does nothing yet. */
  public EmbeddedServers(EmbeddedOptions options) {
    this.options = options;
  }

  /**
   * Returns when all wanted servers serve clients. To be called once.
   *
   * @throws EmbeddedException when they cannot run; nothing is left running then
   */
  public void start() throws InterruptedException {
    long begin = System.nanoTime();
    try {
      await(workers.submit(this::startAll));
    } catch (RuntimeException | InterruptedException e) {
      // An interrupted task fails in many ways: a closed channel, a dead program.
      boolean wasClosing = closing;
      close();
      if (wasClosing) {
        throw new EmbeddedException(Reason.CLOSED, "closed before the embedded servers ran", e);
      }
      throw e;
    }
    log.info(
        "embedded servers run after {} ms, data folder {}",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin),
        options.dataDir().toAbsolutePath().normalize());
  }

  /** With the password; empty when it was not asked for or does not run yet. */
  public Optional<String> postgresUrl() {
    return Optional.ofNullable(postgresUrl);
  }

  /** As {@link #postgresUrl}. */
  public Optional<String> redisUrl() {
    return Optional.ofNullable(redisUrl);
  }

  /** One for each server that was launched; never blocks for long. */
  public List<ServerStatus> statuses() {
    return servers.stream().map(SupervisedServer::status).toList();
  }

  /** Stops the servers, both at the same time, and lets the folder go. May be called repeatedly. */
  @Override
  public void close() {
    synchronized (closeGuard) {
      if (closed) {
        return;
      }
      closed = true;
      closing = true;
      // Interrupts a start that is under way, and awaits its end: then no server is added any more.
      workers.shutdownNow();
      boolean interrupted = awaitWorkers();
      stopAll();
      releaseFolder();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Void startAll() throws IOException, InterruptedException {
    Platform platform = Platform.current();
    DataFolder data = DataFolder.open(options.dataDir());
    folder = data;
    stopLeftovers(data);
    Credentials credentials = Credentials.loadOrCreate(data, new SecureRandom());
    Ports ports = new Ports(data);
    BundledBinaries binaries = new BundledBinaries(data);
    List<Path> programs = new ArrayList<>();
    if (options.postgres()) {
      Path program = binaries.postgres(platform).resolve("bin").resolve(PostgresProgram.EXECUTABLE);
      PostgresCluster.checkVersion(data.postgres(), binaries.version(program));
      programs.add(program);
    }
    if (options.redis()) {
      Path program = binaries.redis(platform).resolve(RedisProgram.EXECUTABLE);
      String unused = binaries.version(program);
      programs.add(program);
    }
    if (programs.isEmpty()) {
      return null;
    }
    RunAs runAs = RunAs.choose(data, programs.get(0), options.postgres());
    log.debug("servers run as {}", runAs.description());
    List<Future<Void>> starts = new ArrayList<>();
    for (Path program : programs) {
      starts.add(
          workers.submit(
              () ->
                  program.endsWith(RedisProgram.EXECUTABLE)
                      ? startRedis(data, program, ports, credentials, runAs)
                      : startPostgres(data, program, ports, credentials, runAs)));
    }
    for (Future<Void> start : starts) {
      await(start);
    }
    return null;
  }

  /** Of both kinds, whatever is wanted: the last run may have been configured differently. */
  private static void stopLeftovers(DataFolder data) throws InterruptedException {
    Leftovers.stop(
        Leftovers.find(RedisProgram.EXECUTABLE, data.redis(), RedisProgram.marker(data)),
        RedisProgram.STOP_STEPS);
    Leftovers.stop(
        Leftovers.find(PostgresProgram.EXECUTABLE, data.postgres(), PostgresProgram.marker(data)),
        PostgresProgram.STOP_STEPS);
  }

  private Void startPostgres(
      DataFolder data, Path program, Ports ports, Credentials credentials, RunAs runAs)
      throws IOException, InterruptedException {
    new PostgresCluster(data, program.resolveSibling("initdb"), program, runAs).ensure(credentials);
    PostgresProgram postgres = new PostgresProgram(data, program, ports, options.postgresPort());
    run(new SupervisedServer(data, postgres, runAs));
    postgresUrl = postgres.url(credentials);
    return null;
  }

  private Void startRedis(
      DataFolder data, Path program, Ports ports, Credentials credentials, RunAs runAs)
      throws IOException, InterruptedException {
    RedisProgram redis = new RedisProgram(data, program, ports, credentials, options.redisPort());
    run(new SupervisedServer(data, redis, runAs));
    redisUrl = redis.url();
    return null;
  }

  private void run(SupervisedServer server) throws IOException, InterruptedException {
    servers.add(server);
    server.start();
  }

  private void await(Future<Void> task) throws InterruptedException {
    try {
      task.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof EmbeddedException known) {
        throw known;
      }
      if (cause instanceof IOException) {
        throw DataFolder.unusable(options.dataDir().toAbsolutePath().normalize(), cause);
      }
      throw new IllegalStateException("starting the embedded servers failed", cause);
    }
  }

  private boolean awaitWorkers() {
    boolean interrupted = false;
    while (true) {
      try {
        if (!workers.awaitTermination(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
          log.warn("starting the embedded servers does not stop");
        }
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  private void stopAll() {
    List<Thread> stoppers = new ArrayList<>();
    for (SupervisedServer server : servers) {
      Thread stopper = new Thread(server::close, "logagg-embedded-stop");
      stopper.start();
      stoppers.add(stopper);
    }
    boolean interrupted = false;
    for (Thread stopper : stoppers) {
      while (stopper.isAlive()) {
        try {
          stopper.join();
        } catch (InterruptedException e) {
          // Going on before they have ended would set the folder free under them.
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void releaseFolder() {
    DataFolder data = folder;
    if (data != null) {
      try {
        data.close();
      } catch (IOException e) {
        log.warn("cannot unlock data folder {}", data.root(), e);
      }
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "logagg-embedded-start");
    thread.setDaemon(true);
    return thread;
  }
}
