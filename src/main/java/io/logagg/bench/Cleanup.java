package io.logagg.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what a measurement has set up, last things first: at its end, and also when the program is
 * interrupted, because embedded servers outlive the JVM that started them. Thread-safe.
 */
final class Cleanup implements AutoCloseable {
  private final Deque<Runnable> steps = new ArrayDeque<>();
  private final Thread hook = new Thread(this::undo, "bench-cleanup");

  Cleanup() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  synchronized void add(Runnable step) {
    steps.push(step);
  }

  /** A new folder, in the given one or else where temporary files go; deleted with all in it. */
  Path newFolder(@Nullable Path parent) throws IOException {
    if (parent != null) {
      Files.createDirectories(parent);
    }
    String name = "logagg-bench";
    Path folder =
        parent == null ? Files.createTempDirectory(name) : Files.createTempDirectory(parent, name);
    add(() -> delete(folder));
    return folder;
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  private synchronized void undo() {
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (RuntimeException e) {
        System.err.println("bench: " + e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    undo();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending already, and the hook found nothing left to do.
    }
  }
}
