package io.logagg.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The log file that a server writes to through its standard output. The server must have opened it
 * for appending: then the file can be emptied under it.
 */
final class ServerLog {
  static final long MAX_BYTES = 8L << 20;

  private static final int TAIL_BYTES = 4096;
  private static final int TAIL_LINES = 5;

  private final DataFolder folder;
  private final Path file;
  private final long maxBytes;
  private volatile long launchOffset;

  ServerLog(DataFolder folder, Path file, long maxBytes) {
    this.folder = folder;
    this.file = file;
    this.maxBytes = maxBytes;
  }

  /** To be called before each launch of the server. */
  void open() throws IOException {
    if (!Files.exists(file)) {
      folder.write(file, "");
    }
    folder.claim(file);
    bound();
    launchOffset = Files.size(file);
  }

  /**
   * Moves the text to {@code <name>.1} when there is too much of it, so that both files together
   * take twice the limit and what comes in between two calls. A line written in that moment may be
   * lost.
   */
  void bound() throws IOException {
    if (Files.size(file) <= maxBytes) {
      return;
    }
    Path old = file.resolveSibling(file.getFileName() + ".1");
    Files.copy(file, old, StandardCopyOption.REPLACE_EXISTING);
    folder.claim(old);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
    launchOffset = 0;
  }

  /** The last lines of what was written since the last launch, on one line. */
  String tail() {
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(launchOffset, reader.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) Math.max(0, reader.length() - from)];
      reader.seek(from);
      reader.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).strip().lines().toList();
      return String.join(
          " | ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "cannot read " + file + ": " + e;
    }
  }

  Path file() {
    return file;
  }
}
