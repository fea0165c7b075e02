package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The embedded PostgreSQL of a logagg that runs, as another program of ours finds it. */
public final class RunningPostgres {
  private RunningPostgres() {}

  /**
   * With the password. Changes nothing in the folder.
   *
   * @throws EmbeddedException if none runs there, or not for us to use
   */
  public static String url(Path dataDir) {
    Path root = dataDir.toAbsolutePath().normalize();
    try {
      Credentials credentials =
          Credentials.read(root.resolve(Credentials.FILE)).orElseThrow(() -> notRunning(root));
      return PostgresProgram.url(credentials, port(root));
    } catch (AccessDeniedException e) {
      throw DataFolder.unusable(root, e);
    } catch (IOException e) {
      throw e instanceof NoSuchFileException ? notRunning(root) : DataFolder.unusable(root, e);
    }
  }

  /** The pid stands in line 1 of the postmaster's file, its port in 4, its state in 8. */
  private static int port(Path root) throws IOException {
    Path file = root.resolve(DataFolder.POSTGRES).resolve(PostgresProgram.PID_FILE);
    List<String> lines = Files.readAllLines(file).stream().map(String::strip).toList();
    boolean fits =
        lines.size() >= 8
            && lines.get(0).matches("\\d{1,9}")
            && lines.get(3).matches("\\d{1,5}")
            && lines.get(7).equals("ready");
    // A killed server leaves its file behind.
    if (!fits
        || !ProcessHandle.of(Long.parseLong(lines.get(0)))
            .map(ProcessHandle::isAlive)
            .orElse(false)) {
      throw notRunning(root);
    }
    return Integer.parseInt(lines.get(3));
  }

  private static EmbeddedException notRunning(Path root) {
    return new EmbeddedException(
        Reason.NOT_RUNNING,
        "no embedded PostgreSQL runs in data folder %s: start logagg there first and leave it running, or name the right folder (embedded.dataDir) or your PostgreSQL (postgres.url) in the configuration"
            .formatted(root));
  }
}
