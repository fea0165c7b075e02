package io.logagg.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs programs in a clean environment: ours holds secrets and variables that PostgreSQL reads. */
final class Commands {
  private static final int MAX_OUTPUT_BYTES = 64 * 1024;
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(5);

  /**
   * @param exit the exit status; -1 when the program could not be started or took too long
   * @param output standard output and error, at most the first 64 KiB, without blanks at the ends
   */
  record Result(int exit, String output) {
    boolean ok() {
      return exit == 0;
    }
  }

  private Commands() {}

  static ProcessBuilder builder(List<String> command, Path directory) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.put("PATH", path);
    // Without it initdb compares the system's zone with every zone file it has.
    environment.put("TZ", "UTC");
    return builder.redirectErrorStream(true);
  }

  /** Blocks until the program ends; an interrupt ends the program. */
  static Result run(List<String> command, Path directory, String input, Duration limit)
      throws InterruptedException {
    Process process;
    try {
      process = builder(command, directory).start();
    } catch (IOException e) {
      return new Result(-1, String.valueOf(e.getMessage()));
    }
    Output output = new Output(process.getInputStream());
    try {
      output.start();
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading its input: its exit status and output tell why.
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Result(-1, command.get(0) + " did not end within " + limit.toSeconds() + " s");
      }
      // A grandchild may keep the pipe open; what matters has been written by now.
      output.join(OUTPUT_LIMIT.toMillis());
      return new Result(process.exitValue(), output.text());
    } finally {
      process.destroyForcibly();
    }
  }

  /** A thread of its own: the JDK's common pool may have but one, and others block it. */
  private static final class Output extends Thread {
    private final InputStream stream;
    private volatile String text = "";

    Output(InputStream stream) {
      super("logagg-embedded-output");
      setDaemon(true);
      this.stream = stream;
    }

    @Override
    public void run() {
      try (stream) {
        text = new String(stream.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8).strip();
        // Read on, or the program would block at a full pipe.
        long unused = stream.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        text = "its output cannot be read: " + e;
      }
    }

    String text() {
      return text;
    }
  }

  /** Where a program of the system is, if it has it. */
  static Optional<String> find(String program) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/bin:/usr/sbin:/sbin";
    for (String directory : path.split(":", -1)) {
      Path candidate = Path.of(directory, program);
      if (!directory.isEmpty() && Files.isExecutable(candidate)) {
        return Optional.of(candidate.toString());
      }
    }
    return Optional.empty();
  }

  static List<String> join(List<String> prefix, List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    return all;
  }
}
