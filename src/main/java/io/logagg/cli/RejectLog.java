package io.logagg.cli;

import io.logagg.cli.client.ClientException;
import io.logagg.cli.screen.ProgressLine;
import io.logagg.cli.screen.SafeText;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Lines that cannot be used: the first few are told, all are kept if wanted. Thread-safe. */
final class RejectLog implements AutoCloseable {
  private static final int MAX_TOLD = 10;

  private final ProgressLine progress;
  private final @Nullable OutputStream kept;
  private long count;

  /**
   * Adds to the file, as the import goes on with what was imported before.
   *
   * @param file where they are kept; null for nowhere
   */
  RejectLog(ProgressLine progress, @Nullable Path file) throws IOException {
    this.progress = progress;
    this.kept =
        file == null
            ? null
            : new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  synchronized void add(String file, long line, String error, byte[] text) {
    count++;
    if (count <= MAX_TOLD) {
      progress.tell("logagg: %s:%d: %s".formatted(file, line, SafeText.line(error)));
    } else if (count == MAX_TOLD + 1) {
      progress.tell("logagg: more lines cannot be used; all are dead letters, see GET /api/v1/dlq");
    }
    if (kept != null) {
      try {
        kept.write(text);
        kept.write('\n');
        kept.flush();
      } catch (IOException e) {
        throw ClientException.failed(
            "lines that cannot be used cannot be kept: " + ServerOptions.fault(e));
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (kept != null) {
      kept.close();
    }
  }
}
