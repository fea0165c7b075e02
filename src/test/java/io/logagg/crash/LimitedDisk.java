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

  /** Leaves so many bytes free. */
  void fill(long freeBytes) {
    try {
      FileStore store = Files.getFileStore(folder);
      long used = store.getTotalSpace() - store.getUnallocatedSpace();
      remount("size=" + (used + freeBytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void empty() {
    remount("size=" + ROOMY);
  }

  private void remount(String option) {
    String problem = run("mount", "-o", "remount," + option, folder.toString());
    if (!problem.isEmpty()) {
      throw new IllegalStateException(problem);
    }
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
