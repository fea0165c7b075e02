package io.logagg.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and stops servers that a killed logagg left behind in this data folder.
 *
 * <p>It looks at the processes themselves (their program, arguments and working folder) instead of
 * at pid files: those can be missing, or name a pid that belongs to another program by now.
 */
final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /**
   * Every process that runs the program in the directory, or was told to by an argument.
   *
   * @param program file name of the executable
   * @param marker an argument that only a server of this data folder has
   */
  static List<ProcessHandle> find(String program, Path directory, String marker) {
    List<ProcessHandle> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (matches(process, program, directory, marker)) {
          ProcessHandle.of(Long.parseLong(String.valueOf(process.getFileName())))
              .ifPresent(found::add);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.debug("cannot list processes", e);
    }
    return found;
  }

  /** Returns when they are gone. */
  static void stop(List<ProcessHandle> processes, List<ServerProgram.StopStep> steps)
      throws InterruptedException {
    for (ProcessHandle process : processes) {
      log.warn(
          "stopping pid {} ({}), which an earlier logagg left behind",
          process.pid(),
          process.info().command().orElse("?"));
      stop(process, steps);
    }
  }

  static void stop(ProcessHandle process, List<ServerProgram.StopStep> steps)
      throws InterruptedException {
    for (ServerProgram.StopStep step : steps) {
      Signals.send(process, step.signal());
      if (awaitEnd(process, step.limit())) {
        return;
      }
      log.warn("pid {} did not end within {} s", process.pid(), step.limit().toSeconds());
    }
    process.destroyForcibly();
    awaitEnd(process, Duration.ofSeconds(10));
  }

  private static boolean awaitEnd(ProcessHandle process, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (process.isAlive() && !isZombie(process.pid())) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      // No event tells the end of a process that is not our child.
      Thread.sleep(5);
    }
    return true;
  }

  /** Ended, but not yet collected by its parent: still counts as alive for the JDK. */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean matches(Path process, String program, Path directory, String marker) {
    Optional<List<String>> command = commandLine(process);
    if (command.isEmpty() || !isProgram(command.get().get(0), program)) {
      return false;
    }
    return command.get().contains(marker) || runsIn(process, directory);
  }

  private static Optional<List<String>> commandLine(Path process) {
    try {
      String text =
          new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
      return text.isEmpty() ? Optional.empty() : Optional.of(List.of(text.split("\0", -1)));
    } catch (IOException e) {
      return Optional.empty(); // ended meanwhile
    }
  }

  private static boolean isProgram(String executable, String program) {
    return executable.equals(program) || executable.endsWith("/" + program);
  }

  /** True also when the folder was reached under another name, by a link or a bind mount. */
  private static boolean runsIn(Path process, Path directory) {
    try {
      return Files.isSameFile(process.resolve("cwd"), directory);
    } catch (IOException | SecurityException e) {
      return false; // of another user, or gone
    }
  }
}
