package io.logagg.crash;

import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One logagg, started again after it was killed, as a supervisor would. */
public final class LogaggProcess {
  private final Path folder;
  private final int port = FreePorts.next();
  private final Map<String, String> environment;
  private Process process;

  public LogaggProcess(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String base() {
    return "http://127.0.0.1:" + port;
  }

  public synchronized void start() {
    if (process == null || !process.isAlive()) {
      process = RunningLogagg.launch(folder, port, environment);
    }
  }

  synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether the last start has got so far. */
  public boolean isReady() {
    return isAlive() && read("out.log").contains("logagg ready:");
  }

  public synchronized void kill() {
    Signals.kill(process);
  }

  synchronized void pause() {
    Signals.stop(process);
  }

  synchronized void resume() {
    Signals.resume(process);
  }

  /** SIGTERM, if there is anything to end. */
  public synchronized void terminateIfItRuns() {
    if (isAlive() && !terminate()) {
      throw new IllegalStateException("it did not end in time");
    }
  }

  /** SIGTERM; false if it did not end in time, and was killed. */
  synchronized boolean terminate() {
    process.destroy();
    try {
      if (process.waitFor(40, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
    return false;
  }

  /** Of the last run, which has ended. */
  synchronized int exitStatus() {
    return process.exitValue();
  }

  /** All that it has logged, in all its runs. */
  String log() {
    return read("err.log");
  }

  /** How it ended and the last it said. */
  public synchronized String lastWords() {
    String log = read("err.log");
    String status = process.isAlive() ? "runs" : "ended with " + process.exitValue();
    return status + ": …" + log.substring(Math.max(0, log.length() - 3000));
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
