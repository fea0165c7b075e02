package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import io.logagg.embedded.ServerStatus.State;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one server as a child process, starts it anew when it dies by itself and stops it in the
 * end. {@link #start} and {@link #close} block; all methods may be called by any thread, {@code
 * close} also during {@code start}.
 */
final class SupervisedServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SupervisedServer.class);

  private static final int FIRST_START_TRIES = 5;
  private static final long POLL_MS = 10;
  private static final long LOG_CHECK_SECONDS = 10;

  /** A server that lives is let to finish: reading gigabytes of log back takes its time. */
  private static final Duration READY_LIMIT = Duration.ofMinutes(15);

  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(10);
  private static final long BACKOFF_MIN_MS = 200;
  private static final long BACKOFF_MAX_MS = 30_000;

  /** Having run for so long, the next death counts as the first. */
  private static final Duration STEADY = Duration.ofMinutes(1);

  private final ServerProgram program;
  private final RunAs runAs;
  private final ServerLog serverLog;
  private final Thread supervisor;

  /** Guards the fields below it, and is never held while waiting. */
  private final Object guard = new Object();

  private State state = State.STARTING;
  private @Nullable Process process;
  private boolean closing;
  private String detail = "";
  private int restarts;

  SupervisedServer(DataFolder folder, ServerProgram program, RunAs runAs) {
    this.program = program;
    this.runAs = runAs;
    this.serverLog = new ServerLog(folder, program.logFile(), ServerLog.MAX_BYTES);
    this.supervisor = new Thread(this::supervise, "logagg-embedded-" + program.name());
    supervisor.setDaemon(true);
  }

  /**
   * Returns when the server serves clients.
   *
   * @throws EmbeddedException when it ends every time, with the last lines of its log
   */
  void start() throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      Process launched = launch(true);
      if (awaitReady(launched)) {
        nowRunning(launched);
        startSupervisor();
        return;
      }
      // Worth another try: the port was taken in between, or a killed server's children still end.
      if (tries == FIRST_START_TRIES) {
        throw new EmbeddedException(
            Reason.START_FAILED,
            "the embedded %s does not start: %s (log: %s)"
                .formatted(program.name(), describeEnd(launched), serverLog.file()));
      }
      Thread.sleep(backoffMs(tries));
    }
  }

  ServerStatus status() {
    synchronized (guard) {
      return new ServerStatus(
          program.name(), state, process == null ? 0 : process.pid(), restarts, detail);
    }
  }

  /** Stops the server, the gentle way first. Takes at most the sum of its limits. */
  @Override
  public void close() {
    Process last;
    synchronized (guard) {
      closing = true;
      last = process;
    }
    supervisor.interrupt();
    if (last != null) {
      try {
        Leftovers.stop(last.toHandle(), program.stopSteps());
      } catch (InterruptedException e) {
        last.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    synchronized (guard) {
      state = State.STOPPED;
    }
  }

  private Process launch(boolean firstStart) throws IOException {
    synchronized (guard) {
      if (closing) {
        throw new EmbeddedException(Reason.CLOSED, program.name() + " is being stopped");
      }
      program.prepare(firstStart);
      serverLog.open();
      Process launched =
          Commands.builder(runAs.inOwnSession(program.command()), program.directory())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(serverLog.file().toFile()))
              .start();
      launched.getOutputStream().close();
      process = launched;
      return launched;
    }
  }

  /** False when it ended instead. */
  private boolean awaitReady(Process launched) throws InterruptedException {
    long begin = System.nanoTime();
    long nextReport = PROGRESS_EVERY.toNanos();
    while (!program.ready(launched.pid())) {
      if (launched.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        return false;
      }
      long waited = System.nanoTime() - begin;
      if (waited > READY_LIMIT.toNanos()) {
        launched.destroyForcibly();
        throw new EmbeddedException(
            Reason.START_FAILED,
            "the embedded %s is not ready after %d min: %s (log: %s)"
                .formatted(
                    program.name(), READY_LIMIT.toMinutes(), serverLog.tail(), serverLog.file()));
      }
      if (waited > nextReport) {
        nextReport += PROGRESS_EVERY.toNanos();
        log.info("{} is still starting: {}", program.name(), serverLog.tail());
      }
    }
    return true;
  }

  private void nowRunning(Process launched) {
    synchronized (guard) {
      if (!closing) {
        state = State.RUNNING;
        detail = "";
      }
    }
    log.debug("{} is ready, pid {}", program.name(), launched.pid());
  }

  private void startSupervisor() {
    synchronized (guard) {
      if (!closing) {
        supervisor.start();
      }
    }
  }

  /** Until closed: waits for the server's death and starts it anew. */
  private void supervise() {
    int failures = 0;
    long readyNanos = System.nanoTime();
    try {
      while (awaitDeath()) {
        failures = System.nanoTime() - readyNanos > STEADY.toNanos() ? 1 : failures + 1;
        Thread.sleep(backoffMs(failures));
        while (!restarted()) {
          failures++;
          Thread.sleep(backoffMs(failures));
        }
        readyNanos = System.nanoTime();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** False when it was closed. */
  private boolean awaitDeath() throws InterruptedException {
    Process current;
    synchronized (guard) {
      current = process;
    }
    while (current != null && !current.waitFor(LOG_CHECK_SECONDS, TimeUnit.SECONDS)) {
      boundLog();
    }
    synchronized (guard) {
      if (closing || current == null) {
        return false;
      }
      state = State.RESTARTING;
      detail = describeEnd(current);
      log.warn("{} died, starting it anew: {}", program.name(), detail);
      return true;
    }
  }

  /** The first failure was logged when it died; more of them would only fill the log. */
  private boolean restarted() throws InterruptedException {
    String problem;
    try {
      Process launched = launch(false);
      if (awaitReady(launched)) {
        synchronized (guard) {
          restarts++;
        }
        nowRunning(launched);
        log.info("{} runs again, pid {}", program.name(), launched.pid());
        return true;
      }
      problem = describeEnd(launched);
    } catch (IOException | EmbeddedException e) {
      problem = String.valueOf(e.getMessage());
    }
    synchronized (guard) {
      detail = problem;
    }
    log.debug("{} did not start: {}", program.name(), problem);
    return false;
  }

  private String describeEnd(Process dead) {
    String tail = serverLog.tail();
    String status = "exit status " + dead.exitValue();
    return tail.isEmpty() ? status : status + ", " + tail;
  }

  private void boundLog() {
    try {
      serverLog.bound();
    } catch (IOException e) {
      // An exception would end the schedule.
      log.debug("cannot bound {}", serverLog.file(), e);
    }
  }

  private static long backoffMs(int failures) {
    return Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS << Math.min(failures - 1, 16));
  }
}
