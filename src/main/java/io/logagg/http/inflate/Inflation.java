package io.logagg.http.inflate;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Undoes one content encoding: chunks of the body go in, and come out as far as there is room. Not
 * thread-safe; must be closed.
 */
public interface Inflation extends AutoCloseable {
  /** The next chunk, once {@link #read} has answered 0. It must not be changed afterwards. */
  void input(byte[] chunk);

  /**
   * Fills {@code out} with what comes next; how many bytes that is, 0 for when another chunk is
   * needed.
   *
   * @throws CorruptBodyException if the body is not in this encoding
   */
  int read(byte[] out) throws CorruptBodyException;

  /**
   * The body has ended.
   *
   * @throws CorruptBodyException if it ended too early
   */
  void end() throws CorruptBodyException;

  /** About how much of what came out is held, to be referred to, where that may be large. */
  default int heldBytes() {
    return 0;
  }

  @Override
  void close();

  /** For the value of the header {@code Content-Encoding}; empty if it is not known here. */
  static Optional<Inflation> of(@Nullable String contentEncoding) {
    String name = contentEncoding == null ? "" : contentEncoding.strip().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "", "identity" -> Optional.of(new PlainInflation());
      case "gzip", "x-gzip" -> Optional.of(new GzipInflation());
      case "deflate" -> Optional.of(new DeflateInflation());
      case "zstd" -> Optional.of(new ZstdInflation());
      default -> Optional.empty();
    };
  }
}
