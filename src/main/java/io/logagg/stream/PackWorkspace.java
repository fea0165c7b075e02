package io.logagg.stream;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;

/**
 * What packing needs and can use again: zstd's contexts, which cost more to make than a pack to
 * compress, and buffers. One per thread, as none of it may be shared; the threads are the event
 * loops, which are few and stay.
 */
final class PackWorkspace {
  /** The fastest of the regular levels: packs are mostly repetition, and live for a second. */
  private static final int ZSTD_LEVEL = 1;

  /** Larger buffers are not kept. */
  private static final int MAX_KEPT_BYTES = 2 << 20;

  private static final ThreadLocal<PackWorkspace> OF_THREAD =
      ThreadLocal.withInitial(PackWorkspace::new);

  private final ZstdCompressCtx compressor = new ZstdCompressCtx();
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
  private byte[] body = new byte[0];
  private byte[] compressed = new byte[0];

  private PackWorkspace() {
    compressor.setLevel(ZSTD_LEVEL);
  }

  static PackWorkspace ofThread() {
    return OF_THREAD.get();
  }

  ZstdCompressCtx compressor() {
    return compressor;
  }

  ZstdDecompressCtx decompressor() {
    return decompressor;
  }

  /** For the body of one pack at a time; has at least that many bytes, of any content. */
  byte[] body(int capacity) {
    body = atLeast(body, capacity);
    byte[] given = body;
    if (capacity > MAX_KEPT_BYTES) {
      body = new byte[0];
    }
    return given;
  }

  /** For one compressed pack at a time; has at least that many bytes, of any content. */
  byte[] compressed(int capacity) {
    compressed = atLeast(compressed, capacity);
    byte[] given = compressed;
    if (capacity > MAX_KEPT_BYTES) {
      compressed = new byte[0];
    }
    return given;
  }

  private static byte[] atLeast(byte[] bytes, int capacity) {
    return bytes.length < capacity ? new byte[capacity] : bytes;
  }
}
