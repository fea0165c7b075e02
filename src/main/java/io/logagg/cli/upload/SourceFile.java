package io.logagg.cli.upload;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is in a file, decompressed if its first bytes say that it is gzip or zstd. To be read by one
 * thread; how far it is, others may ask.
 */
public final class SourceFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 17;
  private static final int MAGIC_BYTES = 4;

  private final Counting raw;
  private final Peeked content;
  private final long sizeBytes;

  private SourceFile(Counting raw, Peeked content, long sizeBytes) {
    this.raw = raw;
    this.content = content;
    this.sizeBytes = sizeBytes;
  }

  /** Opens a file. */
  public static SourceFile open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    InputStream in = Files.newInputStream(file);
    try {
      return of(in, Files.isRegularFile(file) ? Files.size(file) : 0);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /**
   * The same of any bytes.
   *
   * @param sizeBytes 0 if that is not known
   */
  public static SourceFile of(InputStream in, long sizeBytes) throws IOException {
    Counting raw = new Counting(in);
    BufferedInputStream buffered = new BufferedInputStream(raw, BUFFER_BYTES);
    buffered.mark(MAGIC_BYTES);
    byte[] magic = buffered.readNBytes(MAGIC_BYTES);
    buffered.reset();
    InputStream content = buffered;
    if (startsWith(magic, 0x1F, 0x8B)) {
      content = new GZIPInputStream(buffered, BUFFER_BYTES);
    } else if (startsWith(magic, 0x28, 0xB5, 0x2F, 0xFD)) {
      content = new ZstdInputStream(buffered);
    }
    return new SourceFile(raw, new Peeked(content), sizeBytes);
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The content.
   *
   * @return a stream that fails with an {@link IOException} where compressed bytes are damaged or
   *     cut off
   */
  InputStream content() {
    return content;
  }

  /** Its first bytes, so many or all; they can be read again. */
  byte[] peek(int count) {
    return content.peek(count);
  }

  /** How large the file is, as it stands; 0 if that is not known. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** How many bytes of it were read. */
  public long readBytes() {
    return raw.count;
  }

  @Override
  public void close() throws IOException {
    content.close();
  }

  /**
   * Whose first bytes can be looked at. Not a {@link BufferedInputStream}, which forgets what came
   * before a damage.
   */
  private static final class Peeked extends InputStream {
    private final InputStream in;
    private byte[] head = new byte[0];
    private int at;

    /** Why the head is no longer; null if it need not be. */
    private @Nullable IOException damage;

    Peeked(InputStream in) {
      this.in = in;
    }

    /** To be asked for once, before anything is read. */
    byte[] peek(int count) {
      byte[] bytes = new byte[count];
      int size = 0;
      try {
        int read = in.read(bytes, 0, count);
        while (read > 0) {
          size += read;
          read = in.read(bytes, size, count - size);
        }
      } catch (IOException e) {
        damage = e;
      }
      head = Arrays.copyOf(bytes, size);
      return head.clone();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      int left = head.length - at;
      if (left > 0) {
        int copied = Math.min(left, count);
        System.arraycopy(head, at, bytes, from, copied);
        at += copied;
        return copied;
      }
      IOException broken = damage;
      if (broken != null) {
        throw broken;
      }
      return in.read(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Counts, and never says that there may be nothing more: a member of gzip would be the last. */
  private static final class Counting extends FilterInputStream {
    private volatile long count;
    private boolean ended;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread alone reads.
    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = super.read(bytes, from, length);
      if (read < 0) {
        ended = true;
      } else {
        count += read;
      }
      return read;
    }

    @Override
    public int available() throws IOException {
      return ended ? 0 : Math.max(1, super.available());
    }
  }
}
