package io.logagg.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time and memory of a process and its children, as Linux accounts for them in {@code /proc}.
 */
final class ProcessCpu {
  /** Of USER_HZ, which is 100 on every Linux that we run on. */
  private static final double SECONDS_PER_TICK = 0.01;

  private ProcessCpu() {}

  /**
   * Seconds of user and system time of the process, its living children, and those that it has
   * waited for.
   */
  static double seconds(long pid) {
    long ticks = ticks(pid);
    for (ProcessHandle child :
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).toList()) {
      ticks += ticks(child.pid());
    }
    return ticks * SECONDS_PER_TICK;
  }

  /** Seconds of user and system time of the process alone. */
  static double ownSeconds(long pid) {
    return ticks(pid, false) * SECONDS_PER_TICK;
  }

  private static long ticks(long pid) {
    return ticks(pid, true);
  }

  private static long ticks(long pid, boolean withEndedChildren) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name of the program, in parentheses, may hold blanks.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      return withEndedChildren
          ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14])
          : own;
    } catch (IOException e) {
      return 0; // It has ended since it was listed; its parent has its time now.
    }
  }

  /** The most memory that the process has had resident, in MiB. */
  static long peakMiB(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
      return 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Lets the peak count from now on, where the kernel allows it. */
  static void resetPeak(long pid) {
    try {
      Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), "5");
    } catch (IOException e) {
      // Then it is the peak of its whole life, which is no less.
    }
  }
}
