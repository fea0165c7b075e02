package io.logagg.cli.read;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/**
 * A file that is there only once it is whole: it is written under another name beside its own. One
 * whose name ends with {@code .gz} or {@code .zst} is compressed. Belongs to one thread, but for
 * {@link #close}.
 */
public final class NewFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private final OutputStream out;
  private volatile boolean kept;

  private NewFile(Path file, Path part, FileChannel channel, OutputStream out) {
    this.file = file;
    this.part = part;
    this.channel = channel;
    this.out = out;
  }

  /** Begins it; {@link #close} must follow. */
  public static NewFile begin(Path file) throws IOException {
    Path name = file.toAbsolutePath().getFileName();
    if (name == null || Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    Path part = file.toAbsolutePath().resolveSibling(name + ".part");
    FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING);
    OutputStream plain = Channels.newOutputStream(channel);
    return new NewFile(file.toAbsolutePath(), part, channel, compressed(name.toString(), plain));
  }

  private static OutputStream compressed(String name, OutputStream plain) throws IOException {
    if (name.endsWith(".gz")) {
      return new GZIPOutputStream(plain, BUFFER_BYTES);
    }
    OutputStream buffered = new BufferedOutputStream(plain, BUFFER_BYTES);
    return name.endsWith(".zst") ? new ZstdOutputStream(buffered) : buffered;
  }

  /** Adds the first so many bytes. */
  public void write(byte[] bytes, int count) throws IOException {
    out.write(bytes, 0, count);
  }

  /** It is whole: gives it its name once the disk has it. */
  public void keep() throws IOException {
    if (out instanceof GZIPOutputStream gzip) {
      gzip.finish();
    } else if (out instanceof ZstdOutputStream zstd) {
      zstd.close(); // There is no other end of it; the channel is opened again for the disk.
      try (FileChannel again = FileChannel.open(part, StandardOpenOption.WRITE)) {
        again.force(true);
      }
    } else {
      out.flush();
    }
    if (channel.isOpen()) {
      channel.force(true);
      channel.close();
    }
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
    kept = true;
  }

  /** Without {@link #keep} before, nothing of it stays. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (!kept) {
      Files.deleteIfExists(part);
    }
  }
}
