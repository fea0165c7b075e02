package io.logagg.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Tells when the disk under the data folder is nearly full, so that ingest can be stopped while
 * PostgreSQL still has room to write its log and to shut down. A full disk would make it panic.
 *
 * <p>Holds no state and polls nothing: the caller reads as often as it likes, from any thread. One
 * reading is a system call, quick unless the file system hangs.
 */
public final class DiskSpace {
  /** Where the number of free bytes comes from. */
  @FunctionalInterface
  public interface Source {
    long freeBytes() throws IOException;
  }

  /**
   * What the disk said at one moment.
   *
   * @param freeBytes -1 when it could not be read
   * @param reason empty unless {@code low}
   */
  public record Reading(long freeBytes, long minFreeBytes, boolean low, String reason) {}

  private final String name;
  private final Source source;
  private final long minFreeBytes;

  /**
   * For any source of the number.
   *
   * @param name what the reason calls the disk
   */
  public DiskSpace(String name, Source source, long minFreeBytes) {
    this.name = name;
    this.source = source;
    this.minFreeBytes = minFreeBytes;
  }

  /** For the disk that holds the folder, which has to exist by the first reading. */
  public static DiskSpace of(Path folder, long minFreeBytes) {
    Path absolute = folder.toAbsolutePath();
    return new DiskSpace(
        absolute.toString(), () -> Files.getFileStore(absolute).getUsableSpace(), minFreeBytes);
  }

  /** Exactly {@code minFreeBytes} free is still enough; a disk that cannot be asked is not. */
  public Reading read() {
    long freeBytes;
    try {
      freeBytes = source.freeBytes();
    } catch (IOException e) {
      return new Reading(-1, minFreeBytes, true, "free space of " + name + " is unknown: " + e);
    }
    boolean low = freeBytes < minFreeBytes;
    String reason =
        low
            ? String.format(
                Locale.ROOT,
                "disk nearly full: %s has %d MiB free, required are %d MiB",
                name,
                freeBytes >> 20,
                minFreeBytes >> 20)
            : "";
    return new Reading(freeBytes, minFreeBytes, low, reason);
  }
}
