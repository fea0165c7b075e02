package io.logagg.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system in memory for PostgreSQL's data that can be made full: its limit is set to what is
 * used. Where mounting is not allowed it is an ordinary folder that never gets full.
 */
final class LimitedDisk implements AutoCloseable {
  private static final String ROOMY = "6g";
  private static final int TRIES = 10;
  private static final long MORE_BYTES = 4L << 20;

  private final Path folder;
  private final boolean mounted;

  private LimitedDisk(Path folder, boolean mounted) {
    this.folder = folder;
    this.mounted = mounted;
  }

  static LimitedDisk at(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String problem =
        run("mount", "-t", "tmpfs", "-o", "size=" + ROOMY, "logagg-crash", folder.toString());
    if (!problem.isEmpty()) {
      System.out.println("crash: NOT RUN: the full disk, for want of mount: " + problem);
    }
    return new LimitedDisk(folder, problem.isEmpty());
  }

  Path folder() {
    return folder;
  }

  boolean canFill() {
    return mounted;
  }

  /** Leaves so many bytes free, or a little more. */
  void fill(long freeBytes) {
    String problem = "";
    for (int i = 0; i < TRIES; i++) {
      // More may be in use by the time of the call, which the size must not be less than.
      problem = tryRemount("size=" + (usedBytes() + freeBytes + i * MORE_BYTES));
      if (problem.isEmpty()) {
        return;
      }
    }
    throw new IllegalStateException(problem);
  }

  private long usedBytes() {
    try {
      FileStore store = Files.getFileStore(folder);
      return store.getTotalSpace() - store.getUnallocatedSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void empty() {
    remount("size=" + ROOMY);
  }

  private void remount(String option) {
    String problem = tryRemount(option);
    if (!problem.isEmpty()) {
      throw new IllegalStateException(problem);
    }
  }

  private String tryRemount(String option) {
    return run("mount", "-o", "remount," + option, folder.toString());
  }

  /** What it printed if it failed, else nothing. */
  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? "" : "it failed: " + output;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (mounted) {
      String problem = run("umount", folder.toString());
      if (!problem.isEmpty()) {
        System.out.println("crash: left mounted: " + folder + ": " + problem);
      }
    }
  }
}
