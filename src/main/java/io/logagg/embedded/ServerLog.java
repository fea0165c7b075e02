package io.logagg.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The log file that a server writes to through its standard output. The server must have opened it
 * for appending: then the file can be emptied under it.
 */
final class ServerLog {
  private static final long MAX_BYTES = 8L << 20;
  private static final int TAIL_BYTES = 2048;

  private final DataFolder folder;
  private final Path file;
  private volatile long launchOffset;

  ServerLog(DataFolder folder, Path file) {
    this.folder = folder;
    this.file = file;
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
   * Moves the text to {@code <name>.1} when there is much of it, so that both files together take
   * 16 MiB and what comes in between two calls. A line written in that moment may be lost.
   */
  void bound() throws IOException {
    if (Files.size(file) <= MAX_BYTES) {
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

  /** The end of what was written since the last launch, on one line. */
  String tail() {
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(launchOffset, reader.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) Math.max(0, reader.length() - from)];
      reader.seek(from);
      reader.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", " | ");
    } catch (IOException e) {
      return "cannot read " + file + ": " + e;
    }
  }

  Path file() {
    return file;
  }
}
