package io.logagg.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses bodies as shippers in a hurry do: gzip at its fastest. Not thread-safe. */
final class Compression {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private byte[] plain = new byte[0];

  ByteBuffer gzip(ByteBuffer body) throws IOException {
    if (plain.length != body.remaining()) {
      plain = new byte[body.remaining()];
    }
    body.get(plain);
    out.reset();
    try (OutputStream gzip = new FastGzip(out)) {
      gzip.write(plain);
    }
    return ByteBuffer.wrap(out.toByteArray());
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 1 << 13);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
