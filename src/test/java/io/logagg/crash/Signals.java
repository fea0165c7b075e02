package io.logagg.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Signals to processes that this program started, and to what these started. */
final class Signals {
  private static final long LIMIT_SECONDS = 30;

  private Signals() {}

  static void stop(Process process) {
    send("-STOP", tree(process));
  }

  static void resume(Process process) {
    send("-CONT", tree(process));
  }

  /** SIGKILL; returns when all of the tree is gone. */
  static void kill(Process process) {
    List<ProcessHandle> tree = tree(process);
    // The parent first: it would only start more of them.
    tree.forEach(ProcessHandle::destroyForcibly);
    tree.forEach(Signals::awaitEnd);
  }

  /** SIGQUIT to it alone; returns when it and all that it started are gone. */
  static void quit(Process process) {
    List<ProcessHandle> tree = tree(process);
    send("-QUIT", List.of(process.toHandle()));
    tree.forEach(Signals::awaitEnd);
  }

  static List<ProcessHandle> tree(Process process) {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  static void awaitEnd(ProcessHandle handle) {
    try {
      handle.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("process " + handle.pid() + " does not end", e);
    }
  }

  private static void send(String signal, List<ProcessHandle> handles) {
    List<String> command = new ArrayList<>(List.of("kill", signal));
    handles.forEach(handle -> command.add(Long.toString(handle.pid())));
    try {
      // Some of them may have ended by themselves meanwhile, so its status says nothing.
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
