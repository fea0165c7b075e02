package io.logagg.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The jar as a process of its own, as an operator runs it, on a free port. */
final class JarProcess {
  private static final long STOP_LIMIT_SECONDS = 60;
  private static final long READY_LIMIT_SECONDS = 120;

  /** Ends what does not get ready, by which its output ends. */
  private static final ScheduledExecutorService LIMITS =
      Executors.newSingleThreadScheduledExecutor(JarProcess::daemon);

  private final Process process;
  private final int port;
  private final double readyMs;

  private JarProcess(Process process, int port, double readyMs) {
    this.process = process;
    this.port = port;
    this.readyMs = readyMs;
  }

  /**
   * Starts it in the folder and returns when it is ready. It is stopped by the clean-up at the
   * latest.
   *
   * @param environment beside what is inherited; settings of a logagg are not
   */
  static JarProcess start(
      Cleanup cleanup, Path folder, List<String> jvmOptions, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", jar().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()));
    builder.environment().keySet().removeIf(JarProcess::isSetting);
    builder.environment().put("LOGAGG_HTTP_PORT", "0");
    builder.environment().putAll(environment);
    long begin = System.nanoTime();
    Process process = builder.start();
    cleanup.add(() -> stop(process));
    ScheduledFuture<?> limit =
        LIMITS.schedule(process::destroy, READY_LIMIT_SECONDS, TimeUnit.SECONDS);
    try {
      return awaitReady(process, begin);
    } finally {
      limit.cancel(false);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "bench-limits");
    thread.setDaemon(true);
    return thread;
  }

  private static boolean isSetting(String name) {
    return name.startsWith("LOGAGG_") || name.equals("DATABASE_URL") || name.equals("REDIS_URL");
  }

  static Path jar() {
    try {
      return Path.of(JarProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("where this program's jar is cannot be read", e);
    }
  }

  private static JarProcess awaitReady(Process process, long begin) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("logagg ready:")) {
        double readyMs = (System.nanoTime() - begin) / 1e6;
        drain(out);
        return new JarProcess(
            process,
            Integer.parseInt(line.replaceFirst(".*?http://127\\.0\\.0\\.1:(\\d+).*", "$1")),
            readyMs);
      }
    }
    throw new IOException("the server did not start");
  }

  /** A full pipe would stop the server. */
  private static void drain(BufferedReader out) {
    Thread reader =
        new Thread(
            () -> {
              try {
                while (out.readLine() != null) {}
              } catch (IOException e) {
                return; // It has ended.
              }
            },
            "server-output");
    reader.setDaemon(true);
    reader.start();
  }

  long pid() {
    return process.pid();
  }

  int port() {
    return port;
  }

  /** From the launch of the process to its ready line, in milliseconds. */
  double readyMs() {
    return readyMs;
  }

  /** Asks it to end and waits until it has. */
  void stop() {
    stop(process);
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
