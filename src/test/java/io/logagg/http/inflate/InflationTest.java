package io.logagg.http.inflate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InflationTest {
  private static final int BUFFER_BYTES = 1000;

  /** Who compressed, and what it is called in a header. */
  private enum Encoding {
    PLAIN("identity"),
    GZIP("gzip"),
    X_GZIP("X-GZip"),
    ZLIB("deflate"),
    BARE_DEFLATE("deflate"),
    ZSTD("zstd"),
    ZSTD_STREAMED("zstd");

    private final String header;

    Encoding(String header) {
      this.header = header;
    }

    byte[] compress(byte[] data) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = compressor(bytes)) {
        out.write(data);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      return this == ZSTD ? Zstd.compress(data) : bytes.toByteArray();
    }

    private OutputStream compressor(OutputStream to) throws IOException {
      return switch (this) {
        case PLAIN, ZSTD -> to;
        case GZIP, X_GZIP -> new GZIPOutputStream(to);
        case ZLIB -> new DeflaterOutputStream(to);
        case BARE_DEFLATE -> new DeflaterOutputStream(to, new Deflater(6, true));
        case ZSTD_STREAMED -> new ZstdOutputStream(to).setChecksum(true);
      };
    }
  }

  private static byte[] json(int length, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append("{\"message\":\"request ").append(random.nextInt()).append(" done\"}\n");
    }
    return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }

  /** Feeds it in chunks, and checks that no read gives more than was asked. */
  private static byte[] inflate(String header, byte[] body, IntUnaryOperator chunkBytes)
      throws CorruptBodyException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (Inflation inflation = Inflation.of(header).orElseThrow()) {
      int at = 0;
      while (at < body.length) {
        int end = Math.min(body.length, at + chunkBytes.applyAsInt(at));
        inflation.input(Arrays.copyOfRange(body, at, end));
        at = end;
        for (int n = inflation.read(buffer); n > 0; n = inflation.read(buffer)) {
          assertTrue(n <= BUFFER_BYTES);
          out.write(buffer, 0, n);
        }
      }
      inflation.end();
    }
    return out.toByteArray();
  }

  private static byte[] inflate(String header, byte[] body) throws CorruptBodyException {
    return inflate(header, body, at -> Math.max(1, body.length));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Stream.of(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  @ParameterizedTest
  @EnumSource
  void shouldInflateHoweverTheBodyIsCut(Encoding encoding) throws CorruptBodyException {
    for (int length : new int[] {0, 1, 10, 999, 1000, 1001, 70_000, 300_000}) {
      byte[] data = json(length, length);
      byte[] body = encoding.compress(data);
      Random random = new Random(length);
      assertArrayEquals(data, inflate(encoding.header, body), "whole");
      assertArrayEquals(data, inflate(encoding.header, body, at -> 1), "byte by byte");
      assertArrayEquals(
          data, inflate(encoding.header, body, at -> 1 + random.nextInt(5000)), "random chunks");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldInflateWhatCannotBeCompressed(Encoding encoding) throws CorruptBodyException {
    byte[] data = new byte[200_000];
    new Random(1).nextBytes(data);
    byte[] body = encoding.compress(data);
    assertArrayEquals(data, inflate(encoding.header, body));
    assertArrayEquals(data, inflate(encoding.header, body, at -> 777));
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeAnEmptyBodyForNothing(Encoding encoding) throws CorruptBodyException {
    assertEquals(0, inflate(encoding.header, new byte[0]).length);
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD", "ZSTD_STREAMED"})
  void shouldInflateSeveralMembers(Encoding encoding) throws CorruptBodyException {
    byte[] one = json(5000, 1);
    byte[] two = json(70_000, 2);
    byte[] body =
        concat(encoding.compress(one), encoding.compress(new byte[0]), encoding.compress(two));
    for (int chunk : new int[] {1, 13, 4096, body.length}) {
      assertArrayEquals(concat(one, two), inflate(encoding.header, body, at -> chunk));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"PLAIN"},
      mode = EnumSource.Mode.EXCLUDE)
  void shouldNoticeEveryTruncation(Encoding encoding) {
    byte[] body = encoding.compress(json(300, 3));
    for (int length = 1; length < body.length; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      assertThrows(CorruptBodyException.class, () -> inflate(encoding.header, cut), "" + length);
      assertThrows(CorruptBodyException.class, () -> inflate(encoding.header, cut, at -> 1));
    }
  }

  /** Formats without a checksum can be changed so that they mean something else. */
  @ParameterizedTest
  @EnumSource(
      names = {"PLAIN"},
      mode = EnumSource.Mode.EXCLUDE)
  void shouldRefuseOrReadWhatWasChangedAtRandom(Encoding encoding) {
    byte[] data = json(3000, 4);
    byte[] body = encoding.compress(data);
    Random random = new Random(4);
    boolean hasChecksum = encoding != Encoding.BARE_DEFLATE && encoding != Encoding.ZSTD;
    for (int round = 0; round < 3000; round++) {
      byte[] broken = body.clone();
      int at = random.nextInt(body.length);
      broken[at] ^= (byte) (1 + random.nextInt(255));
      try {
        byte[] read = inflate(encoding.header, broken, from -> 97);
        // Within ten bytes of its start, gzip has what no checksum is over.
        assertTrue(!hasChecksum || at < 10 || Arrays.equals(data, read), "byte " + at);
      } catch (CorruptBodyException expected) {
        assertTrue(!expected.getMessage().isEmpty());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZLIB", "BARE_DEFLATE", "ZSTD"})
  void shouldRefuseWhatStandsBehindTheEnd(Encoding encoding) {
    byte[] body = concat(encoding.compress(json(500, 5)), new byte[] {'x', 'y', 'z', 0, 1, 2});
    assertThrows(CorruptBodyException.class, () -> inflate(encoding.header, body));
    assertThrows(CorruptBodyException.class, () -> inflate(encoding.header, body, at -> 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "zstd"})
  void shouldRefuseRandomBytes(String header) {
    Random random = new Random(6);
    for (int round = 0; round < 2000; round++) {
      byte[] body = new byte[20 + random.nextInt(200)];
      random.nextBytes(body);
      body[0] = 0x17; // Neither a magic number nor a block that bare deflate knows.
      assertThrows(CorruptBodyException.class, () -> inflate(header, body));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"PLAIN"},
      mode = EnumSource.Mode.EXCLUDE)
  void shouldGiveABombOutInSmallPieces(Encoding encoding) throws CorruptBodyException {
    byte[] bomb = encoding.compress(new byte[50_000_000]);
    assertTrue(bomb.length < 100_000, () -> "only " + bomb.length);
    byte[] buffer = new byte[4096];
    long total = 0;
    try (Inflation inflation = Inflation.of(encoding.header).orElseThrow()) {
      inflation.input(bomb);
      for (int n = inflation.read(buffer); n > 0; n = inflation.read(buffer)) {
        total += n;
      }
      inflation.end();
    }
    assertEquals(50_000_000, total);
  }

  @Test
  void shouldRefuseAZstdWindowThatTakesTooMuchMemory() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(bytes)) {
      out.setLong(27);
      out.write(json(100_000, 7));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    assertThrows(CorruptBodyException.class, () -> inflate("zstd", bytes.toByteArray()));
  }

  @Test
  void shouldSkipZstdFramesThatHoldNoData() throws CorruptBodyException {
    byte[] data = json(1000, 8);
    byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9};
    byte[] body = concat(skippable, Zstd.compress(data), skippable);
    assertArrayEquals(data, inflate("zstd", body));
    assertArrayEquals(data, inflate("zstd", body, at -> 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 8, 16, 6, 10, 12, 24, 28, 30, 31})
  void shouldReadEveryOptionalPartOfAGzipHeader(int flags) throws CorruptBodyException {
    byte[] data = json(1000, 9);
    byte[] member = gzip(data, flags, 300);
    assertArrayEquals(concat(data, data), inflate("gzip", concat(member, member)));
    assertArrayEquals(concat(data, data), inflate("gzip", concat(member, member), at -> 1));
    assertArrayEquals(data, inflate("gzip", gzip(data, flags, 0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128})
  void shouldRefuseReservedGzipFlags(int flag) {
    byte[] member = gzip(json(10, 10), flag, 0);
    assertThrows(CorruptBodyException.class, () -> inflate("gzip", member));
  }

  /** Text is a hint only, so its flag 1 changes nothing. */
  private static byte[] gzip(byte[] data, int flags, int extraBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
    if ((flags & 4) != 0) {
      out.write(extraBytes & 0xFF);
      out.write(extraBytes >>> 8);
      out.writeBytes(new byte[extraBytes]);
    }
    if ((flags & 8) != 0) {
      out.writeBytes(new byte[] {'n', 'a', 'm', 'e', 0});
    }
    if ((flags & 16) != 0) {
      out.writeBytes(new byte[] {'a', ' ', 'c', 0});
    }
    if ((flags & 2) != 0) {
      CRC32 headerCrc = new CRC32();
      headerCrc.update(out.toByteArray());
      out.write((int) headerCrc.getValue() & 0xFF);
      out.write((int) headerCrc.getValue() >>> 8 & 0xFF);
    }
    out.writeBytes(Encoding.BARE_DEFLATE.compress(data));
    CRC32 crc = new CRC32();
    crc.update(data);
    for (long value : new long[] {crc.getValue(), data.length}) {
      for (int shift = 0; shift < 32; shift += 8) {
        out.write((int) (value >>> shift) & 0xFF);
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "compress", "gzip, gzip", "gzip;q=1", "*"})
  void shouldNotPretendToKnowOtherEncodings(String header) {
    assertTrue(Inflation.of(header).isEmpty());
  }

  @Test
  void shouldTakeNoHeaderForNoEncoding() throws CorruptBodyException {
    assertArrayEquals(json(10, 11), inflate(null, json(10, 11)));
    assertArrayEquals(json(10, 11), inflate(" Identity ", json(10, 11)));
  }

  @Test
  void shouldTellWhatZstdHoldsOnceThereIsSomething() throws CorruptBodyException {
    Inflation zstd = Inflation.of("zstd").orElseThrow();
    try (zstd) {
      assertEquals(0, zstd.heldBytes());
      zstd.input(Zstd.compress(new byte[12 << 20]));
      byte[] out = new byte[64 << 10];
      long produced = 0;
      while (produced < 1 << 20) {
        produced += zstd.read(out);
      }
      assertTrue(zstd.heldBytes() >= produced, "of its window, what came out");
      while (produced < 12 << 20) {
        produced += zstd.read(out);
      }
      int buffers = 1 << 20;
      assertTrue(zstd.heldBytes() >= 8 << 20 && zstd.heldBytes() < (8 << 20) + buffers);
    }
  }
}
