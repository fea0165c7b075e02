package io.logagg.http.inflate;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/** {@code zstd} (RFC 8878), several frames one behind the other included. */
final class ZstdInflation implements Inflation {
  /**
   * 8 MiB, the window that RFC 8878 §3.1.1.1.2 has every decoder support; a larger one is refused.
   */
  private static final int MAX_WINDOW_LOG = 23;

  private static final int OUT_BYTES = 64 << 10;

  private final ZstdDecompressCtx context = new ZstdDecompressCtx().setLongMax(MAX_WINDOW_LOG);
  private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
  private ByteBuffer in = ByteBuffer.allocateDirect(0);
  private boolean frameOpen;

  @Override
  public void input(byte[] chunk) {
    if (in.capacity() < chunk.length) {
      in = ByteBuffer.allocateDirect(chunk.length);
    }
    in.clear().put(chunk).flip();
  }

  @Override
  public int read(byte[] target) throws CorruptBodyException {
    out.clear().limit(Math.min(out.capacity(), target.length));
    boolean moving = true;
    // A call that only reads a header, or the end of a frame, puts nothing out.
    while (out.position() == 0 && moving && (in.hasRemaining() || frameOpen)) {
      int before = in.position();
      try {
        frameOpen = !context.decompressDirectByteBufferStream(out, in);
      } catch (ZstdException e) {
        throw new CorruptBodyException("corrupt zstd data: " + e.getMessage());
      }
      moving = in.position() > before;
    }
    out.flip();
    int count = out.remaining();
    out.get(target, 0, count);
    return count;
  }

  @Override
  public void end() throws CorruptBodyException {
    if (frameOpen) {
      throw new CorruptBodyException("the zstd stream is cut off");
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
