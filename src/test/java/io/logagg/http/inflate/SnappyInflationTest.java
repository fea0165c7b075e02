package io.logagg.http.inflate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.compression.Snappy;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnappyInflationTest {
  private static byte[] compress(byte[] data) {
    ByteBuf out = Unpooled.buffer();
    new Snappy().encode(Unpooled.wrappedBuffer(data), out, data.length);
    byte[] block = new byte[out.readableBytes()];
    out.readBytes(block);
    return block;
  }

  private static byte[] inflate(byte[] block, int chunkBytes, int bufferBytes)
      throws CorruptBodyException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] out = new byte[bufferBytes];
    try (SnappyInflation inflation = new SnappyInflation()) {
      for (int at = 0; at < block.length; at += chunkBytes) {
        inflation.input(Arrays.copyOfRange(block, at, Math.min(at + chunkBytes, block.length)));
        int count = inflation.read(out);
        while (count > 0) {
          all.write(out, 0, count);
          count = inflation.read(out);
        }
      }
      inflation.end();
    }
    return all.toByteArray();
  }

  private static byte[] text(int bytes) {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      text.append("level=info user=")
          .append(random.nextInt(1000))
          .append(" msg=\"order placed\"\n");
    }
    return text.substring(0, bytes).getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 59, 60, 61, 300, 65_536, 1_000_000})
  void shouldUndoWhatNettyDid(int size) throws CorruptBodyException {
    byte[] noise = new byte[size];
    new Random(2).nextBytes(noise);
    for (byte[] data : new byte[][] {text(size), noise, new byte[size]}) {
      byte[] block = compress(data);
      assertArrayEquals(data, inflate(block, Integer.MAX_VALUE / 2, 64 << 10));
      assertArrayEquals(data, inflate(block, 1, 64 << 10));
      assertArrayEquals(data, inflate(block, 7, 10));
    }
  }

  @Test
  void shouldFollowCopiesOfAllForms() throws CorruptBodyException {
    // "abcd", then 4 bytes from 4 back, 3 from 1 back (2-byte offset), 2 from 5 back (4-byte).
    byte[] block = HexFormat.of().parseHex("0d" + "0c61626364" + "0104" + "0a0100" + "0705000000");
    assertEquals("abcdabcddddcd", new String(inflate(block, 1, 3), StandardCharsets.UTF_8));
  }

  @Test
  void shouldKeepAWindowAndNoMore() throws CorruptBodyException {
    byte[] data = text(20 << 20);
    assertArrayEquals(data, inflate(compress(data), 100_000, 64 << 10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // Nothing.
        "80", // Cut off within its length.
        "ffffffffff", // A length of more than 32 bits.
        "80808080808001",
        "05", // Nothing behind the length.
        "0510616263", // A literal that is cut off.
        "0410616263646566", // Longer than declared.
        "0100610061", // More behind the end.
        "040061" + "0105", // A copy from before the beginning.
        "040061" + "0100", // A copy from nowhere.
        "020061" + "0101", // A copy longer than declared.
        "05f8", // A literal's length that is cut off.
        "3c" // Not Snappy at all.
      })
  void shouldRefuseWhatIsNoBlock(String hex) {
    byte[] block = HexFormat.of().parseHex(hex);
    assertThrows(CorruptBodyException.class, () -> inflate(block, 1000, 1000));
    assertThrows(CorruptBodyException.class, () -> inflate(block, 1, 1000));
  }

  @Test
  void shouldEndWhateverComes() {
    Random random = new Random(3);
    byte[] good = compress(text(5000));
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] block = good.clone();
      block[random.nextInt(block.length)] = (byte) random.nextInt();
      try {
        inflate(block, 1 + random.nextInt(500), 1000);
      } catch (CorruptBodyException e) {
        refused++;
      }
    }
    assertTrue(refused > 500, "only " + refused);
  }
}
