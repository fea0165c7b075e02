package io.logagg.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What is around each column: a byte for the version, one for the column, one for the compression,
 * the length before compression as a varint, the content, and the CRC-32C (RFC 3720 §12.1) of all
 * that, in little-endian order.
 */
final class ColumnFrame {
  private static final byte VERSION = 1;
  private static final byte PLAIN = 0;
  private static final byte ZSTD = 1;
  private static final int CRC_BYTES = Integer.BYTES;
  private static final int FIXED_BYTES = 3;

  /** Of a column before compression: what a block of the largest records has. */
  static final int MAX_PLAIN_BYTES = 1 << 28;

  private ColumnFrame() {}

  /** The column's bytes, as they are kept. */
  static byte[] seal(Column column, ColumnWriter content, ZstdCompressCtx compressor) {
    int size = content.size();
    if (size > MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException("%s of %d bytes".formatted(column, size));
    }
    column.prepare(compressor);
    byte[] packed = new byte[(int) Zstd.compressBound(size)];
    int packedSize =
        compressor.compressByteArray(packed, 0, packed.length, content.array(), 0, size);
    boolean pays = packedSize < size;
    ColumnWriter frame = new ColumnWriter(FIXED_BYTES + 5);
    frame.bytes(new byte[] {VERSION, (byte) column.code(), pays ? ZSTD : PLAIN});
    frame.varint(size);
    int contentSize = pays ? packedSize : size;
    byte[] out = Arrays.copyOf(frame.array(), frame.size() + contentSize + CRC_BYTES);
    System.arraycopy(pays ? packed : content.array(), 0, out, frame.size(), contentSize);
    int crcAt = out.length - CRC_BYTES;
    little(out, crcAt).putInt(crc(out, crcAt));
    return out;
  }

  /**
   * What the column holds.
   *
   * @throws CorruptBlockException if these are not the bytes that were made
   */
  static byte[] open(Column column, byte[] frame) {
    int crcAt = frame.length - CRC_BYTES;
    if (crcAt <= FIXED_BYTES) {
      throw new CorruptBlockException("%s of %d bytes".formatted(column, frame.length));
    }
    if (little(frame, crcAt).getInt() != crc(frame, crcAt)) {
      throw new CorruptBlockException(column + " has another checksum");
    }
    if (frame[0] != VERSION || frame[1] != column.code()) {
      throw new CorruptBlockException(
          "%s of version %d, column %d".formatted(column, frame[0], frame[1]));
    }
    ColumnReader reader = new ColumnReader(frame, FIXED_BYTES, crcAt);
    int size = reader.upTo(MAX_PLAIN_BYTES);
    byte[] content = frame[2] == ZSTD ? inflated(frame, reader.at(), crcAt, size) : null;
    if (frame[2] == PLAIN) {
      content = Arrays.copyOfRange(frame, reader.at(), crcAt);
    }
    if (content == null || content.length != size) {
      throw new CorruptBlockException(column + " has another length");
    }
    return content;
  }

  private static byte[] inflated(byte[] frame, int from, int to, int size) {
    byte[] content = new byte[size];
    try {
      long got = Zstd.decompressByteArray(content, 0, size, frame, from, to - from);
      if (got != size) {
        throw new CorruptBlockException("%d bytes instead of %d".formatted(got, size));
      }
      return content;
    } catch (ZstdException e) {
      throw new CorruptBlockException("zstd: " + e.getMessage());
    }
  }

  private static ByteBuffer little(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes, from, CRC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(byte[] bytes, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, to);
    return (int) crc.getValue();
  }
}
