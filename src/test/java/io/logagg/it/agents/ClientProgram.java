package io.logagg.it.agents;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another's program that sends to us, as a process; what it says is in a file. */
final class ClientProgram implements AutoCloseable {
  private static final long END_SECONDS = 20;

  private final Process process;
  private final Path log;

  private ClientProgram(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Whether the path has it. */
  static boolean isInstalled(String program) {
    String path = System.getenv("PATH");
    return path != null
        && Arrays.stream(path.split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  static ClientProgram start(Path log, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new ClientProgram(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Waits until it takes connections there, for as long as it runs. */
  ClientProgram awaitListening(int port) {
    Eventually.value("the client's port", () -> isListening(port), up -> up);
    return this;
  }

  private boolean isListening(int port) {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return probe.isConnected();
    } catch (ConnectException e) {
      assertTrue(process.isAlive(), this::said);
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives it lines at a port where it listens. */
  static void log(int port, List<String> lines) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it ends by itself, and well. */
  void awaitEnd(long seconds) {
    try {
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertTrue(ended && process.exitValue() == 0, this::said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
