package io.logagg.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the embedded PostgreSQL of a data folder is started, for tests that start and kill it
 * themselves. The folder must have been started once, and must not be in use.
 */
public final class ServerCommands {
  private ServerCommands() {}

  /** Runs as the account that owns the data; the process is the postmaster. */
  public static List<String> postgres(Path dataDir) {
    try (DataFolder folder = DataFolder.open(dataDir)) {
      Path program = program(folder.bin(), PostgresProgram.EXECUTABLE);
      return RunAs.choose(folder, program, true)
          .inOwnSession(List.of(program.toString(), "-D", PostgresProgram.marker(folder)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path program(Path bin, String name) throws IOException {
    try (Stream<Path> files = Files.walk(bin)) {
      return files
          .filter(file -> file.endsWith(Path.of("bin", name)) && Files.isExecutable(file))
          .findFirst()
          .orElseThrow();
    }
  }
}
