package io.logagg.http.inflate;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@code zstd} (RFC 8878), several frames one behind the other included. */
final class ZstdInflation implements Inflation {
  /**
   * 8 MiB, the window that RFC 8878 §3.1.1.1.2 has every decoder support; a larger one is refused.
   */
  private static final int MAX_WINDOW_LOG = 23;

  private static final int OUT_BYTES = 64 << 10;

  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  /** Null until something comes: a head alone must cost little. */
  private @Nullable ZstdDecompressCtx context;

  private ByteBuffer out = NONE;
  private ByteBuffer in = NONE;
  private boolean frameOpen;
  private long produced;

  @Override
  public void input(byte[] chunk) {
    if (context == null) {
      context = new ZstdDecompressCtx().setLongMax(MAX_WINDOW_LOG);
      out = ByteBuffer.allocateDirect(OUT_BYTES);
    }
    if (in.capacity() < chunk.length) {
      in = ByteBuffer.allocateDirect(chunk.length);
    }
    in.clear().put(chunk).flip();
  }

  @Override
  public int read(byte[] target) throws CorruptBodyException {
    ZstdDecompressCtx open = context;
    if (open == null) {
      return 0;
    }
    out.clear().limit(Math.min(out.capacity(), target.length));
    boolean moving = true;
    // A call that only reads a header, or the end of a frame, puts nothing out.
    while (out.position() == 0 && moving && (in.hasRemaining() || frameOpen)) {
      int before = in.position();
      try {
        frameOpen = !open.decompressDirectByteBufferStream(out, in);
      } catch (ZstdException e) {
        throw new CorruptBodyException("corrupt zstd data: " + e.getMessage());
      }
      moving = in.position() > before;
    }
    out.flip();
    int count = out.remaining();
    out.get(target, 0, count);
    produced += count;
    return count;
  }

  @Override
  public void end() throws CorruptBodyException {
    if (frameOpen) {
      throw new CorruptBodyException("the zstd stream is cut off");
    }
  }

  /** Of the window, outside the heap, no more is touched than came out. */
  @Override
  public int heldBytes() {
    return in.capacity() + out.capacity() + (int) Math.min(produced, 1L << MAX_WINDOW_LOG);
  }

  @Override
  public void close() {
    if (context != null) {
      context.close();
    }
  }
}
